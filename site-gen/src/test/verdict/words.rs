//! Ends, documents and numbers in words.

use std::fmt::Write as _;

use asl::Execution;
use catalog_model::cases::Outcome;
use serde_json::Value;

use super::super::json_diff::{Others, differences};
use super::Finding;

/// How many differences of one document are listed.
const MOST: usize = 8;

/// Adds a finding for every difference of two documents.
pub(super) fn documents(
    about: &str,
    expected: &Value,
    got: Option<&Value>,
    others: Others,
    findings: &mut Vec<Finding>,
) {
    let Some(got) = got else {
        let (about, got) = (about.to_owned(), shown(None));
        findings.push(Finding { about, expected: shown(Some(expected)), got, help: None });
        return;
    };
    let found = differences(expected, got, others);
    for difference in found.iter().take(MOST) {
        let mut about = about.to_owned();
        if !difference.pointer.is_empty() {
            let _ = write!(about, " at {}", difference.pointer);
        }
        let (expected, got) = (shown(difference.expected), shown(difference.got));
        findings.push(Finding { about, expected, got, help: None });
    }
    if let Some(more) = found.len().checked_sub(MOST).filter(|more| *more > 0) {
        let places = if more == 1 { "place" } else { "places" };
        let about = format!("{about} differs in {more} more {places}");
        findings.push(Finding { about, expected: String::new(), got: String::new(), help: None });
    }
}

/// An end as cases write it.
pub(super) fn status_text(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Succeeded => "SUCCEEDED",
        Outcome::Failed => "FAILED",
        Outcome::TimedOut => "TIMED_OUT",
    }
}

/// `FAILED with NoReader: There is only one instance.`
pub(super) fn ended_text(outcome: Outcome, execution: &Execution) -> String {
    let mut text = status_text(outcome).to_owned();
    if let Some(output) = execution.output() {
        let _ = write!(text, " with {}", shown(Some(output)));
    }
    if let Some(error) = execution.error() {
        let _ = write!(text, " with {error}");
    }
    if let Some(cause) = execution.cause() {
        let _ = write!(text, ": {cause}");
    }
    text
}

/// JSON as people read it: on a line where it is short.
pub(super) fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    let line = value.to_string();
    if line.chars().count() <= 80 { line } else { format!("{value:#}") }
}

/// `it was never called`, `it was called once`, `it was called 3 times`.
pub(super) fn times(what: &str, times: usize) -> String {
    match times {
        0 => format!("it was never {what}"),
        1 => format!("it was {what} once"),
        more => format!("it was {what} {more} times"),
    }
}
