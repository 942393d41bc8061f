//! What every history of an execution that ended keeps to.

use std::collections::BTreeSet;

use asl::{HistoryEvent, Status};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::host::Outcome;

/// Checks a history that has its end.
pub(super) fn check(outcome: &Outcome) -> Result<(), TestCaseError> {
    let history = outcome.history();
    numbers(&history)?;
    one_end(outcome, &history)?;
    states_are_left(&history).map_err(|error| {
        let lines: Vec<_> =
            history.iter().map(|e| format!("{} {} {}", e.id, e.previous_event_id, e.kind)).collect();
        TestCaseError::fail(format!("{error}\n{}", lines.join("\n")))
    })
}

/// Ids count from 1, and every event follows from an earlier one.
fn numbers(history: &[&HistoryEvent]) -> Result<(), TestCaseError> {
    for (id, event) in (1..).zip(history) {
        prop_assert_eq!(event.id, id);
        prop_assert!(event.previous_event_id < id, "{:?}", event);
        // A failed evaluation follows from what came before its state, which may be nothing; what ends an
        // execution from outside follows nothing.
        if event.kind != "EvaluationFailed" && !from_outside(&event.kind) {
            prop_assert_eq!(event.previous_event_id == 0, id <= 2, "{:?}", event);
        }
    }
    let times: Vec<_> = history.iter().map(|event| event.timestamp).collect();
    prop_assert!(times.is_sorted());
    Ok(())
}

/// The last event, and no other, ends the execution, in accord with its status.
fn one_end(outcome: &Outcome, history: &[&HistoryEvent]) -> Result<(), TestCaseError> {
    let word = match outcome.execution.status() {
        Status::Succeeded => "ExecutionSucceeded",
        Status::Failed => "ExecutionFailed",
        Status::TimedOut => "ExecutionTimedOut",
        Status::Aborted => "ExecutionAborted",
        Status::Running => return Err(TestCaseError::fail("it runs")),
    };
    let ends: Vec<_> = history.iter().filter(|event| event.kind.starts_with("Execution")).collect();
    let kinds: Vec<_> = ends.iter().map(|event| event.kind.as_str()).collect();
    prop_assert_eq!(kinds, ["ExecutionStarted", word]);
    prop_assert_eq!(ends[1].id, history.last().map_or(0, |event| event.id));
    let length = u64::try_from(history.len()).expect("few");
    prop_assert_eq!(outcome.execution.history_length(), length);
    Ok(())
}

/// Every state that was entered is left once, or given up by a failure that the history shows.
fn states_are_left(history: &[&HistoryEvent]) -> Result<(), TestCaseError> {
    let (mut open, mut given_up) = (BTreeSet::new(), BTreeSet::new());
    for (at, event) in history.iter().enumerate() {
        let before = Before { history: &history[..at], next: previous(event, history) };
        if event.kind.ends_with("StateEntered") {
            open.insert(event.id);
        } else if let Some(kind) =
            event.kind.strip_suffix("StateExited").or(event.kind.strip_suffix("StateAborted"))
        {
            let same = |entered: &&HistoryEvent| {
                open.contains(&entered.id)
                    && entered.kind.strip_suffix("StateEntered") == Some(kind)
                    && (text(event, "name").is_none() || text(entered, "name") == text(event, "name"))
            };
            let chain: Vec<_> = before.collect();
            let Some(at) = chain.iter().position(same) else {
                return Err(TestCaseError::fail(format!("{event:?} leaves nothing that is open")));
            };
            open.remove(&chain[at].id);
            if event.kind.ends_with("Aborted") {
                // What failed inside of it and was to be tried again is given up as well.
                given_up.extend(chain[..at].iter().map(|inner| inner.id));
            }
        } else if from_outside(&event.kind) {
            given_up.extend(open.iter().copied());
        } else if gives_up(&event.kind) {
            given_up.extend(before.map(|before| before.id));
        }
    }
    let lost: Vec<_> = history.iter().filter(|e| open.contains(&e.id) && !given_up.contains(&e.id)).collect();
    prop_assert!(lost.is_empty(), "entered and never left: {:#?}", lost);
    Ok(())
}

/// What an event follows from, one after the other.
struct Before<'h> {
    history: &'h [&'h HistoryEvent],
    next: u64,
}

impl<'h> Iterator for Before<'h> {
    type Item = &'h HistoryEvent;

    fn next(&mut self) -> Option<Self::Item> {
        let event = *self.history.get(usize::try_from(self.next).ok()?.checked_sub(1)?)?;
        self.next = previous(event, self.history);
        Some(event)
    }
}

/// The event before one. A failed evaluation names what came before its state; its state was entered since.
fn previous(event: &HistoryEvent, history: &[&HistoryEvent]) -> u64 {
    let entered = |other: &&&HistoryEvent| {
        other.id < event.id
            && other.previous_event_id == event.previous_event_id
            && other.kind.ends_with("StateEntered")
            && text(other, "name") == text(event, "state")
    };
    let found = (event.kind == "EvaluationFailed").then(|| history.iter().rev().find(entered)).flatten();
    found.map_or(event.previous_event_id, |entered| entered.id)
}

/// Whether what comes before an event may have failed: a failure, or another attempt at it.
fn gives_up(kind: &str) -> bool {
    kind.ends_with("Failed")
        || kind.ends_with("TimedOut")
        || matches!(kind, "MapIterationAborted" | "MapStateStarted" | "ParallelStateStarted")
}

/// Whether an event ends the execution wherever it stands.
fn from_outside(kind: &str) -> bool {
    matches!(kind, "ExecutionTimedOut" | "ExecutionAborted")
}

fn text<'e>(event: &'e HistoryEvent, member: &str) -> Option<&'e str> {
    event.details.as_ref().and_then(|(_, content)| content.get(member)).and_then(serde_json::Value::as_str)
}
