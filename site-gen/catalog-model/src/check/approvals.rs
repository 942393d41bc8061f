//! Gates that can be met: enough people other than the requester, in time, over known parameters.

use std::collections::BTreeSet;

use super::{conditions, names, parameters};
use crate::load::Catalog;
use crate::load::report::Report;
use crate::{Approval, Workflow, codes, suggest};

/// Checks every gate of a workflow.
pub(crate) fn check(workflow: &Workflow, catalog: &Catalog, report: &mut Report<'_>) {
    let mut gates = BTreeSet::new();
    for (index, gate) in workflow.approvals.iter().enumerate() {
        let pointer = format!("/approvals/{index}");
        names::name(&gate.name, format_args!("{pointer}/name"), "gate", report);
        names::text(&gate.title, format_args!("{pointer}/title"), 100, report);
        names::text(&gate.why, format_args!("{pointer}/why"), 300, report);
        if !gates.insert(&gate.name) {
            let message = format!("There is a gate `{}` already.", gate.name);
            let help = "Votes are kept by the gate's name: give each its own.";
            report.at(format!("{pointer}/name"), codes::DUPLICATE_GATE, message, help);
        }
        reminder(gate, &pointer, report);
        if let Some(when) = &gate.when {
            let at = format!("{pointer}/when");
            parameters::compile(when, &at, report);
            conditions::check(when, &at, &workflow.parameters, report);
        }
        if groups(&gate.from, &format!("{pointer}/from"), catalog, report) {
            can_be_met(gate, workflow, &pointer, catalog, report);
        }
    }
}

/// Checks that groups exist, once each; whether all their members are known.
pub(crate) fn groups(ids: &[String], pointer: &str, catalog: &Catalog, report: &mut Report<'_>) -> bool {
    names::unique(ids, pointer, report);
    if !catalog.teams_complete() {
        return false;
    }
    let mut all_known = true;
    for (index, id) in ids.iter().enumerate() {
        if catalog.group(id).is_none() {
            all_known = false;
            let known = catalog.teams.values().flat_map(|team| team.groups.keys()).map(String::as_str);
            let help = suggest::help(id, known, "Add the group to a team.");
            report.at(
                format!("{pointer}/{index}"),
                codes::UNKNOWN_GROUP,
                format!("No team has a group `{id}`."),
                help,
            );
        }
    }
    all_known
}

fn reminder(gate: &Approval, pointer: &str, report: &mut Report<'_>) {
    if gate.remind.as_ref().is_some_and(|remind| remind.seconds() >= gate.within.seconds()) {
        let message = "The reminder would come when the gate is closed.";
        let help = format!("Remind earlier than `{}`.", gate.within.as_str());
        report.at(format!("{pointer}/remind"), codes::LATE_REMINDER, message, help);
    }
}

fn can_be_met(
    gate: &Approval,
    workflow: &Workflow,
    pointer: &str,
    catalog: &Catalog,
    report: &mut Report<'_>,
) {
    if gate.from.is_empty() {
        let help = "Name the groups that may decide.";
        report.at(format!("{pointer}/from"), codes::NO_APPROVERS, "This gate asks nobody.", help);
        return;
    }
    if gate.quorum == 0 {
        let help = "Ask for one approval at least, or remove the gate.";
        report.at(
            format!("{pointer}/quorum"),
            codes::UNMEETABLE_APPROVAL,
            "This gate asks for no approval.",
            help,
        );
        return;
    }
    let members = |ids: &[String]| -> BTreeSet<String> {
        ids.iter()
            .filter_map(|id| catalog.group(id))
            .flat_map(|group| group.members.iter().cloned())
            .collect()
    };
    let approvers = members(&gate.from);
    let requesters = members(&workflow.requesters);
    let may_request = |person: &String| workflow.requesters.is_empty() || requesters.contains(person);
    let left_out = usize::from(approvers.iter().any(may_request));
    let enough = approvers.len() - left_out;
    if enough < usize::try_from(gate.quorum).unwrap_or(usize::MAX) {
        let people = match enough {
            0 => "nobody".to_owned(),
            1 => "only 1 person".to_owned(),
            more => format!("only {more} people"),
        };
        let because = if left_out == 1 { " when one of them is the requester" } else { "" };
        let message = format!(
            "This gate asks for {}, and {people} can give {}{because}.",
            if gate.quorum == 1 { "1 approval".to_owned() } else { format!("{} approvals", gate.quorum) },
            if gate.quorum == 1 { "it" } else { "them" },
        );
        let help = "Nobody approves their own request: add people or groups, or lower the quorum.";
        report.at(format!("{pointer}/quorum"), codes::UNMEETABLE_APPROVAL, message, help);
    }
}
