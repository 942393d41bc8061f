//! Holds what an execution did against what its case expects.
//!
//! Here its end; in `way` the states and calls before it. `hints` explains the two faults that owners meet
//! most: a call without a mock, and steps that go round in circles.

mod hints;
mod way;
mod words;

use asl::{Execution, Status};
use catalog_model::cases::{Case, Expect, Outcome};
use serde_json::Value;

use super::journey::{End, Journey};
use super::json_diff::Others;
use words::{documents, ended_text, status_text};

/// A history with so many entries ends its execution.
const HISTORY_LIMIT: u64 = 25_000;

/// Why a case failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The state in which it ended.
    pub state: Option<Seen>,
    /// What is not as expected.
    pub findings: Vec<Finding>,
    /// Every state that was entered, in order.
    pub path: Vec<String>,
}

/// A state that was entered.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The state's name.
    pub name: String,
    /// Its input as JSON text, cut where it is long.
    pub input: String,
}

/// One thing that is not as expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What it is about: `status`, `output at /tasks`.
    pub about: String,
    /// What the case says; empty where `about` says all there is to say.
    pub expected: String,
    /// What was.
    pub got: String,
    /// What to do about it, where that is known.
    pub help: Option<String>,
}

/// Why a case failed; None if it passed.
pub(super) fn verdict(slug: &str, case: &Case, journey: &Journey, end: &End) -> Option<Failure> {
    let findings = findings(slug, case, journey, end);
    let seen = match end {
        End::Unmocked(unmocked) => journey.state_of_call(unmocked),
        _ => journey.last_state(),
    };
    (!findings.is_empty()).then(|| Failure {
        state: seen.map(|seen| Seen { name: seen.state.clone(), input: seen.input.clone() }),
        findings,
        path: journey.entered.iter().map(|entered| entered.state.clone()).collect(),
    })
}

fn findings(slug: &str, case: &Case, journey: &Journey, end: &End) -> Vec<Finding> {
    let expect = &case.expect;
    let no_end = |got: &str, help| {
        let (about, expected) = ("end".to_owned(), status_text(expect.status).to_owned());
        vec![Finding { about, expected, got: got.to_owned(), help }]
    };
    match end {
        End::Unmocked(unmocked) => vec![hints::unmocked(slug, case, &unmocked.request)],
        End::Stuck => no_end("an execution that waits for something which no mock can give", None),
        End::Endless => no_end("an execution that goes on and on", Some(hints::endless(journey))),
        End::Deadline => {
            let got = "TIMED_OUT: the steps took longer than `timeout` in workflow.json allows".to_owned();
            let ended =
                Ended { outcome: Outcome::TimedOut, got, output: None, error: None, cause: None, help: None };
            judge(expect, &ended, journey)
        }
        End::Execution(execution) => judge(expect, &Ended::of(execution, journey), journey),
    }
}

/// The end of an execution.
struct Ended<'e> {
    outcome: Outcome,
    got: String,
    output: Option<&'e Value>,
    error: Option<&'e str>,
    cause: Option<&'e str>,
    help: Option<String>,
}

impl<'e> Ended<'e> {
    fn of(execution: &'e Execution, journey: &Journey) -> Self {
        let outcome = outcome(execution.status());
        let endless = execution.history_length() >= HISTORY_LIMIT;
        Self {
            outcome,
            got: ended_text(outcome, execution),
            output: execution.output(),
            error: execution.error(),
            cause: execution.cause(),
            help: endless.then(|| hints::endless(journey)),
        }
    }
}

fn judge(expect: &Expect, ended: &Ended<'_>, journey: &Journey) -> Vec<Finding> {
    let mut findings = Vec::new();
    if expect.status == ended.outcome {
        texts(expect, ended, &mut findings);
        for (expected, others) in
            [(&expect.output, Others::Refused), (&expect.output_includes, Others::Allowed)]
        {
            if let Some(expected) = expected {
                documents("output", expected, ended.output, others, &mut findings);
            }
        }
    } else {
        // Output or error of another end would only repeat it.
        let (expected, got) = (status_text(expect.status).to_owned(), ended.got.clone());
        findings.push(Finding { about: "status".to_owned(), expected, got, help: ended.help.clone() });
    }
    way::states(expect, journey, &mut findings);
    way::calls(expect, journey, &mut findings);
    findings
}

fn texts(expect: &Expect, ended: &Ended<'_>, findings: &mut Vec<Finding>) {
    let mut differs = |about: &str, expected: String, got: Option<&str>| {
        let got = got.map_or_else(|| "nothing".to_owned(), str::to_owned);
        findings.push(Finding { about: about.to_owned(), expected, got, help: ended.help.clone() });
    };
    if let Some(error) = expect.error.as_deref().filter(|error| Some(*error) != ended.error) {
        differs("error", error.to_owned(), ended.error);
    }
    if let Some(part) = expect.cause.as_deref().filter(|part| !ended.cause.unwrap_or_default().contains(part))
    {
        differs("cause", format!("a text with “{part}” in it"), ended.cause);
    }
}

fn outcome(status: Status) -> Outcome {
    match status {
        Status::Succeeded => Outcome::Succeeded,
        Status::TimedOut => Outcome::TimedOut,
        Status::Failed | Status::Aborted | Status::Running => Outcome::Failed,
    }
}
