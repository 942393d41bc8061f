//! A JSON value to a typed file, or everything that is wrong with its shape.
//!
//! serde stops at the first fault. So only when it has refused a file, the JSON Schema of the file's type
//! goes over it and finds them all; a sound file costs nothing.

use serde_json::Value;

use super::explain::explain;
use super::json::{self, Fault};
use super::report::{Report, Source};
use crate::schemas::CatalogFile;
use crate::{Problem, codes};

/// Reads a file as JSON; None if it is none.
pub(crate) fn value(source: &Source, problems: &mut Vec<Problem>) -> Option<Value> {
    match json::parse(&source.text) {
        Ok((value, faults)) => {
            let mut report = source.report(problems);
            for fault in &faults {
                explain_fault(fault, &mut report);
            }
            Some(value)
        }
        Err(error) => {
            let at = offset(&source.text, error.line(), error.column());
            let full = error.to_string();
            let what = full.split(" at line ").next().unwrap_or(&full);
            let message = format!("This is not JSON: {what}.");
            source.report(problems).text(&(at..at), codes::BROKEN_JSON, message, json_help(&source.text));
            None
        }
    }
}

/// Reads a value as a typed file; None if it has another shape.
pub(crate) fn typed<T: CatalogFile>(source: &Source, value: Value, problems: &mut Vec<Problem>) -> Option<T> {
    let error = match serde_json::from_value(value) {
        Ok(typed) => return Some(typed),
        Err(error) => error,
    };
    // The value was consumed; reading it again costs only faulty files.
    let value = json::parse(&source.text).map(|(value, _)| value).unwrap_or_default();
    let before = problems.len();
    let shape = T::shape();
    let mut report = source.report(problems);
    for fault in shape.validator.iter().flat_map(|validator| validator.iter_errors(&value)) {
        explain(&fault, &shape.schema, &mut report);
    }
    if problems.len() == before {
        let message = format!("This file has a wrong shape: {error}.");
        source.report(problems).at(
            "",
            codes::WRONG_TYPE,
            message,
            "Compare it with another file of its kind.",
        );
    }
    None
}

fn explain_fault(fault: &Fault, report: &mut Report<'_>) {
    match fault {
        Fault::DuplicateKey(pointer) => report.at(
            pointer,
            codes::DUPLICATE_KEY,
            "This key occurs twice in its object; readers keep only the last.",
            "Remove one of them.",
        ),
        Fault::InexactNumber(pointer) => report.at(
            pointer,
            codes::INEXACT_NUMBER,
            "This whole number is beyond 2^53, where JSON readers round.",
            "Use a smaller number, or a string.",
        ),
    }
}

/// `serde_json` counts columns in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn json_help(text: &str) -> &'static str {
    match text.trim_start_matches('\u{feff}') {
        rest if rest.len() != text.len() => "Save the file without a byte order mark.",
        rest if rest.trim().is_empty() => "The file is empty: write an object, `{ … }`.",
        _ => "JSON has no comments, no trailing commas, and double quotes around every key and text.",
    }
}
