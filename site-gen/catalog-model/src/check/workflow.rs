//! A workflow's folder: its files one by one, and what must hold between them.

use form::Schema;
use serde_json::Value;

use super::{approvals, cases, doors, guide, limits, names, parameters, permissions, steps, target};
use crate::cases::Cases;
use crate::load::Catalog;
use crate::load::report::{Report, Source};
use crate::{CompiledWorkflow, Permissions, Problem, Workflow, codes, suggest};

/// An execution of a Standard state machine ends after a year, and a run is one.
const LONGEST_RUN: u64 = 365 * 86_400;

/// What could be read of a folder.
pub(crate) struct Parts<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) slug: &'a str,
    pub(crate) workflow: Option<(&'a Source, &'a Workflow)>,
    pub(crate) guide: Option<&'a Source>,
    pub(crate) steps: Option<(&'a Source, &'a Value)>,
    pub(crate) cases: Option<(&'a Source, &'a Cases)>,
    pub(crate) permissions: Option<(&'a Source, &'a Permissions)>,
}

/// Checks what there is; gives the compiled parameter schema back.
pub(crate) fn check<'a>(parts: &Parts<'a>, problems: &mut Vec<Problem>) -> Option<Schema<'a>> {
    let schema = parts.workflow.and_then(|(source, workflow)| {
        let report = &mut source.report(problems);
        itself(workflow, parts.catalog, report);
        reserved(parts.slug, workflow, parts.catalog, report);
        approvals::check(workflow, parts.catalog, report);
        target::check(workflow, report);
        limits::check(workflow, report);
        parameters::check(workflow, report)
    });
    let result = parts.workflow.and_then(|(source, workflow)| {
        let result = workflow.result.as_ref()?;
        parameters::compile(result, "/result", &mut source.report(problems))
    });
    if let Some(source) = parts.guide {
        guide::check(parts.catalog, &mut source.report(problems), &source.text);
    }
    let states = parts.steps.map(|(_, steps)| steps::states(steps));
    if let (Some((source, steps)), Some(states)) = (parts.steps, &states) {
        let seconds = parts.workflow.map(|(_, workflow)| workflow.timeout.seconds());
        steps::check(steps, states, seconds, &mut source.report(problems));
        steps::deployable(steps, &mut source.report(problems));
        if let Some((_, workflow)) = parts.workflow {
            doors::check(workflow, states, parts.catalog, &mut source.report(problems));
        }
        if let Some((_, permissions)) = parts.permissions {
            steps::allowed(states, permissions, &mut source.report(problems));
        }
    }
    if let Some((source, permissions)) = parts.permissions {
        permissions::check(permissions, states.as_deref(), &mut source.report(problems));
    }
    if let Some((source, cases)) = parts.cases {
        let context =
            cases::Context { schema: schema.as_ref(), result: result.as_ref(), states: states.as_deref() };
        cases::check(cases, &context, &mut source.report(problems));
    }
    schema
}

fn itself(workflow: &Workflow, catalog: &Catalog, report: &mut Report<'_>) {
    names::text(&workflow.title, "/title", 80, report);
    names::text(&workflow.summary, "/summary", 300, report);
    names::unique(&workflow.tags, "/tags", report);
    for (index, tag) in workflow.tags.iter().enumerate() {
        names::name(tag, format_args!("/tags/{index}"), "tag", report);
    }
    team(&workflow.owner, "/owner", codes::UNKNOWN_TEAM, catalog, report);
    names::unique(&workflow.callers, "/callers", report);
    for (index, caller) in workflow.callers.iter().enumerate() {
        let pointer = format!("/callers/{index}");
        team(caller, &pointer, codes::UNKNOWN_CALLER, catalog, report);
        account(caller, pointer, catalog, report);
    }
    approvals::groups(&workflow.requesters, "/requesters", catalog, report);
    region(workflow, catalog, report);
    duration(workflow, report);
}

/// In the shared account are the gateway and the doors, and a machine has a name to itself.
fn reserved(slug: &str, workflow: &Workflow, catalog: &Catalog, report: &mut Report<'_>) {
    let (Some(owner), Some(portal)) = (catalog.teams.get(&workflow.owner), &catalog.portal) else { return };
    if owner.account == portal.shared_account && (slug == "gateway" || slug.starts_with("door-")) {
        let machine = CompiledWorkflow::machine_name(slug);
        let message =
            format!("`{machine}` is a name of the portal's own in the account of `{}`.", workflow.owner);
        let help = "Rename the workflow's folder, or let a team with another account own it.";
        report.at("/owner", codes::RESERVED_NAME, message, help);
    }
}

/// Checks that a team exists.
pub(super) fn team(id: &str, pointer: &str, code: &str, catalog: &Catalog, report: &mut Report<'_>) {
    if !catalog.has_team(id) {
        let help = suggest::help(id, catalog.team_ids(), "Add the file `teams/<team>.json`.");
        report.at(pointer, code, format!("There is no team `{id}`."), help);
    }
}

/// A door trusts its team's account, and so whoever has that account could call as the team.
fn account(caller: &str, pointer: String, catalog: &Catalog, report: &mut Report<'_>) {
    let Some(account) = catalog.teams.get(caller).map(|team| &team.account) else { return };
    let other = catalog.teams.iter().find(|(id, team)| *id != caller && team.account == *account);
    if let Some((other, _)) = other {
        let message =
            format!("Team `{other}` has the account of `{caller}`, too, and could call as `{caller}`.");
        let help = "A team that calls has an account to itself.";
        report.at(pointer, codes::SHARED_ACCOUNT, message, help);
    }
}

/// Step Functions cannot call another Region: a workflow needs a portal beside it.
fn region(workflow: &Workflow, catalog: &Catalog, report: &mut Report<'_>) {
    let (Some(region), Some(portal)) = (&workflow.region, &catalog.portal) else { return };
    let mut regions = portal.deployments.iter().map(|deployment| deployment.region.as_str());
    if !regions.clone().any(|known| known == region) {
        let help = suggest::help(region, &mut regions, "Add a deployment to `portal.json`.");
        report.at("/region", codes::UNKNOWN_REGION, format!("No portal runs in `{region}`."), help);
    }
}

fn duration(workflow: &Workflow, report: &mut Report<'_>) {
    let longest = workflow.longest_wait().saturating_add(workflow.timeout.seconds());
    if longest > LONGEST_RUN {
        let message = "Gates and steps together may take longer than a year, and a run ends after one.";
        let help = "Shorten `timeout`, or the `within` of a gate.";
        report.at("/timeout", codes::TOO_LONG, message, help);
    }
}
