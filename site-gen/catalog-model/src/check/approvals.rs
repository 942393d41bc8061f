//! What must hold of a workflow's gates, one subject a file.
//!
//! 1. [`who`]: groups and people exist, and somebody is asked;
//! 2. [`requester`]: a condition over the requester; one over the parameters is checked by [`conditions`];
//! 3. [`distinct`]: approvals of different groups;
//! 4. [`met`]: each gate can be met without the requester, whoever that is, and with [`chosen`] also when
//!    the parameters say who is asked, and how many;
//! 5. [`times`] and [`channels`]: reminders, escalation, and the ways to decide;
//! 6. [`break_glass`]: who may let a run past all of them.

mod break_glass;
mod channels;
mod chosen;
mod distinct;
mod met;
mod requester;
mod times;
mod who;

use std::collections::BTreeSet;

use super::{conditions, names, parameters};
use crate::load::Catalog;
use crate::load::report::Report;
use crate::{Approval, Workflow, codes};

pub(crate) use who::groups;

/// Checks every gate of a workflow, and who may let a run past them.
pub(crate) fn check(workflow: &Workflow, catalog: &Catalog, report: &mut Report<'_>) {
    let requesters = met::Requesters::of(workflow, catalog);
    order(&workflow.approvals, report);
    for (index, gate) in workflow.approvals.iter().enumerate() {
        let pointer = format!("/approvals/{index}");
        names::name(&gate.name, format_args!("{pointer}/name"), "gate", report);
        names::text(&gate.title, format_args!("{pointer}/title"), 100, report);
        names::text(&gate.why, format_args!("{pointer}/why"), 300, report);
        if let Some(when) = &gate.when {
            let at = format!("{pointer}/when");
            parameters::compile(when, &at, report);
            conditions::check(when, &at, &workflow.parameters, report);
        }
        let asked = gate.when_requester.as_ref().and_then(|when| {
            let at = format!("{pointer}/when_requester");
            requester::check(when, &at, catalog, report);
            parameters::compile(when, &at, report)
        });
        times::check(gate, &pointer, catalog, report);
        channels::check(gate, &pointer, report);
        if gate.from_parameter.is_some() || gate.quorum_parameter.is_some() {
            chosen::check(gate, workflow, &pointer, catalog, report);
            continue;
        }
        let known = who::check(gate.approvers(), &pointer, "This gate asks nobody.", catalog, report);
        if distinct::check(gate, &pointer, report) && known {
            met::check(gate, &requesters.asked(asked.as_ref()), &pointer, report);
        }
    }
    break_glass::check(workflow, &requesters, report);
}

/// Names differ, and a gate that stands beside another has one before it.
fn order(gates: &[Approval], report: &mut Report<'_>) {
    let mut known = BTreeSet::new();
    for (index, gate) in gates.iter().enumerate() {
        if !known.insert(&gate.name) {
            let message = format!("There is a gate `{}` already.", gate.name);
            let help = "Votes are kept by the gate's name: give each its own.";
            report.at(format!("/approvals/{index}/name"), codes::DUPLICATE_GATE, message, help);
        }
    }
    if gates.first().is_some_and(|first| first.alongside) {
        let message = "There is no gate before this one to be asked together with.";
        let help = "Remove `alongside` here: the gate that follows says it.";
        report.at("/approvals/0/alongside", codes::FIRST_ALONGSIDE, message, help);
    }
}
