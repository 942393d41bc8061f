//! Transitions: their targets exist in the same branch, every state is reached, and some path ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::definition::pointer_token;
use crate::diagnostic::{Diagnostic, Severity};
use crate::member;

/// The code for a target that does not exist and for a state that nothing leads to.
pub(super) const TARGET: &str = "MISSING_TRANSITION_TARGET";
/// The code for a branch without an end.
pub(super) const ENDLESS: &str = "MISSING_END_STATE";
/// What is said of a branch without an end.
const NO_END: &str = "Workflow has no terminal state";

/// Checks a branch and every branch inside it.
pub(super) fn check(branch: &Value, pointer: &str, diagnostics: &mut Vec<Diagnostic>) {
    let Some(states) = member(branch, "States").and_then(Value::as_object) else { return };
    let mut reached = BTreeSet::new();
    let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    if let Some(start) = member(branch, "StartAt").and_then(Value::as_str) {
        if !states.contains_key(start) {
            missing(start, format!("{pointer}/StartAt"), diagnostics);
        }
        reached.insert(start);
    }
    for (name, state) in states {
        let at = || format!("{pointer}/States/{}", pointer_token(name));
        for (place, to) in transitions(state) {
            if !states.contains_key(to) {
                missing(to, format!("{}{place}", at()), diagnostics);
            }
            edges.entry(name.as_str()).or_default().push(to);
        }
        for (place, inner) in inner_branches(state) {
            check(inner, &format!("{}{place}", at()), diagnostics);
        }
    }
    // A machine without an end is said to be that, and nothing about its paths.
    if !states.is_empty() && !states.values().any(ends) {
        error(diagnostics, ENDLESS, pointer.to_owned(), NO_END.to_owned());
        return;
    }
    // Nothing is reached from a start that is not named.
    if reached.is_empty() {
        return;
    }
    spread(&mut reached, &edges);
    for name in states.keys().filter(|name| !reached.contains(name.as_str())) {
        let at = format!("{pointer}/States/{}", pointer_token(name));
        error(diagnostics, TARGET, at, format!("State \"{name}\" is not reachable."));
    }
}

/// AWS speaks of `Next` wherever the target is named.
fn missing(to: &str, at: String, diagnostics: &mut Vec<Diagnostic>) {
    error(diagnostics, TARGET, at, format!("Missing 'Next' target: {to}"));
}

/// Follows every transition from what is reached.
fn spread<'v>(reached: &mut BTreeSet<&'v str>, edges: &BTreeMap<&str, Vec<&'v str>>) {
    let mut open: Vec<&str> = reached.iter().copied().collect();
    while let Some(name) = open.pop() {
        for to in edges.get(name).into_iter().flatten() {
            if reached.insert(to) {
                open.push(to);
            }
        }
    }
}

/// Where a state names a target, written as a pointer below the state.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Naming {
    /// A field of the state.
    Field(&'static str),
    /// `Next` of an entry of a list.
    Entry(&'static str, usize),
}

impl fmt::Display for Naming {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => write!(formatter, "/{field}"),
            Self::Entry(list, index) => write!(formatter, "/{list}/{index}/Next"),
        }
    }
}

/// Every transition of a state, and where it is named.
pub(crate) fn transitions(state: &Value) -> Vec<(Naming, &str)> {
    let mut found = Vec::new();
    for field in ["Next", "Default"] {
        found.extend(member(state, field).and_then(Value::as_str).map(|to| (Naming::Field(field), to)));
    }
    for list in ["Choices", "Catch"] {
        for (index, rule) in member(state, list).and_then(Value::as_array).into_iter().flatten().enumerate() {
            let to = member(rule, "Next").and_then(Value::as_str);
            found.extend(to.map(|to| (Naming::Entry(list, index), to)));
        }
    }
    found
}

/// The branches inside a state with their place below it.
pub(crate) fn inner_branches(state: &Value) -> Vec<(String, &Value)> {
    let branches = member(state, "Branches").and_then(Value::as_array).into_iter().flatten();
    let mut found: Vec<_> =
        branches.enumerate().map(|(index, branch)| (format!("/Branches/{index}"), branch)).collect();
    for field in ["ItemProcessor", "Iterator"] {
        found.extend(member(state, field).map(|branch| (format!("/{field}"), branch)));
    }
    found
}

fn ends(state: &Value) -> bool {
    let kind = member(state, "Type").and_then(Value::as_str);
    matches!(kind, Some("Succeed" | "Fail")) || member(state, "End").and_then(Value::as_bool) == Some(true)
}

fn error(diagnostics: &mut Vec<Diagnostic>, code: &str, pointer: String, message: String) {
    diagnostics.push(Diagnostic { severity: Severity::Error, code: code.to_owned(), message, pointer });
}
