//! `cases.json`: cases that could happen, with mocks of calls that the steps make.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Arguments;

use form::Schema;

use super::steps::State;
use crate::cases::{Case, Cases, Expect, Mock, Outcome, parse_range};
use crate::load::place::join;
use crate::load::report::Report;
use crate::{codes, suggest};

/// What the cases are about; None for what could not be read.
pub(crate) struct Context<'a> {
    pub(crate) schema: Option<&'a Schema<'a>>,
    pub(crate) result: Option<&'a Schema<'a>>,
    pub(crate) states: Option<&'a [State<'a>]>,
}

/// Checks all cases.
pub(crate) fn check(cases: &Cases, context: &Context<'_>, report: &mut Report<'_>) {
    match cases.cases.first() {
        None => {
            let help =
                "Add a case that succeeds, which local mode replays, and one in which a service fails.";
            report.at("/cases", codes::NO_CASES, "There is no case.", help);
            return;
        }
        Some(first) if first.expect.status != Outcome::Succeeded => {
            let message = "The first case does not succeed, and local mode replays it.";
            let help = "Put a case that succeeds first.";
            report.at("/cases/0/expect/status", codes::FIRST_CASE_FAILS, message, help);
        }
        Some(_) => {}
    }
    a_service_fails(cases, context, report);
    let mut names = BTreeSet::new();
    for (index, case) in cases.cases.iter().enumerate() {
        let pointer = format!("/cases/{index}");
        super::names::text(&case.name, format_args!("{pointer}/name"), 200, report);
        if !names.insert(&case.name) {
            let message = format!("There is a case “{}” already.", case.name);
            report.at(format!("{pointer}/name"), codes::DUPLICATE_CASE, message, "Say how this one differs.");
        }
        parameters(case, &pointer, context, report);
        result(case, &pointer, context, report);
        for (state, answers) in &case.mocks {
            mock(state, answers, &join(&format!("{pointer}/mocks"), state), context, report);
        }
        way(&case.expect, format_args!("{pointer}/expect"), context, report);
    }
}

/// Steps that call services need a case in which one of them fails.
fn a_service_fails(cases: &Cases, context: &Context<'_>, report: &mut Report<'_>) {
    let calls = context.states.is_none_or(|states| states.iter().any(State::calls));
    let throws =
        |case: &Case| case.mocks.values().flat_map(BTreeMap::values).any(|m| matches!(m, Mock::Throw(_)));
    if calls && !cases.cases.iter().any(throws) {
        let message = "No case shows what happens when a service fails.";
        let help = "Add a case with a mock that throws an error which the steps catch.";
        report.at("/cases", codes::NO_FAILURE_CASE, message, help);
    }
}

fn parameters(case: &Case, pointer: &str, context: &Context<'_>, report: &mut Report<'_>) {
    for error in context.schema.into_iter().flat_map(|schema| schema.validate(&case.parameters)) {
        let at = format!("{pointer}/parameters{}", error.pointer);
        let message = format!("Nobody could request this case: {}", suggest::sentence(&error.message));
        report.at(
            at,
            codes::CASE_PARAMETERS,
            message,
            "Correct the case, or `parameters` in `workflow.json`.",
        );
    }
}

fn result(case: &Case, pointer: &str, context: &Context<'_>, report: &mut Report<'_>) {
    let (Some(schema), Some(output)) = (context.result, &case.expect.output) else { return };
    if case.expect.status != Outcome::Succeeded {
        return;
    }
    for error in schema.validate(output) {
        let at = format!("{pointer}/expect/output{}", error.pointer);
        let message = format!("The workflow promises another result: {}", suggest::sentence(&error.message));
        report.at(at, codes::CASE_RESULT, message, "Correct the case, or `result` in `workflow.json`.");
    }
}

fn mock(
    name: &str,
    answers: &BTreeMap<String, Mock>,
    pointer: &str,
    context: &Context<'_>,
    report: &mut Report<'_>,
) {
    if let Some(states) = context.states {
        let mut named = states.iter().filter(|state| state.name == name).peekable();
        if named.peek().is_none() {
            let calling = states.iter().filter(|state| state.calls()).map(|state| state.name);
            let help = suggest::help(name, calling, "Mock a Task state of the steps.");
            report.at(pointer, codes::UNKNOWN_STATE, format!("The steps have no state `{name}`."), help);
        } else if !named.any(State::calls) {
            let message = format!("`{name}` calls no service, so nothing would ask this mock.");
            report.at(pointer, codes::NEEDLESS_MOCK, message, "Remove it.");
        }
    }
    invocations(answers.keys(), pointer, report);
}

/// What a case says about the way to its end: the states it names exist.
fn way(expect: &Expect, pointer: Arguments<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    for (field, names) in [("path", &expect.path), ("never", &expect.never)] {
        for (index, name) in names.iter().enumerate() {
            known(name, format_args!("{pointer}/{field}/{index}"), context, report);
        }
    }
    for (name, calls) in &expect.calls {
        let pointer = join(&format!("{pointer}/calls"), name);
        known(name, format_args!("{pointer}"), context, report);
        invocations(calls.keys(), &pointer, report);
    }
}

fn known(name: &str, pointer: Arguments<'_>, context: &Context<'_>, report: &mut Report<'_>) {
    let Some(states) = context.states.filter(|states| states.iter().all(|state| state.name != name)) else {
        return;
    };
    let help = suggest::help(name, states.iter().map(|state| state.name), "Name a state of the steps.");
    report.at(pointer.to_string(), codes::UNKNOWN_STATE, format!("The steps have no state `{name}`."), help);
}

fn invocations<'k>(keys: impl Iterator<Item = &'k String>, pointer: &str, report: &mut Report<'_>) {
    for key in keys.filter(|key| parse_range(key).is_none()) {
        let message = format!("`{key}` is not an invocation.");
        let help = "Count from 0: write `0` for the first, `1-3` for the second to the fourth.";
        report.at(join(pointer, key), codes::BAD_INVOCATION, message, help);
    }
}
