//! `workflow.json`: which rule compares which member.

use catalog_model::Permissions;
use serde::Deserialize;
use serde_json::Value;

use super::at::{At, list, strings};
use super::context::Sides;
use super::finding::Severity::{Breaks, Changes, Weakens};
use super::report::{Known, Report};
use super::say::{inert, quoted, quoted_all};
use super::schema::Direction;
use super::{approvals, limits, people, schema, target};

/// Compares two `workflow.json`.
pub(super) fn compare(at: &At<'_>, sides: &Sides<'_>, report: &mut Report<'_>) {
    report.members(at, |key, member, report| {
        match key {
            "tags" => report.say(Changes, member, "It is found by other tags"),
            "title" | "summary" => {
                report.say(Changes, member, format!("Its `{key}` reads differently"));
            }
            "owner" => target::owner(member, sides, report),
            "region" => target::region(member, sides, report),
            "target" => target::target(member, report),
            "timeout" => target::timeout(member, report),
            "requesters" => people::requesters(member, report),
            "callers" => people::callers(member, report),
            "approvals" => approvals::gates(member, at, report),
            "break_glass" => approvals::break_glass(member, report),
            "limits" => limits::compare(member, report),
            "parameters" => schema::compare(member, Direction::Asked, report),
            "result" => schema::compare(member, Direction::Returned, report),
            "kind" => report.say(Changes, member, "It is another kind of catalog entry"),
            _ => return Known::No,
        }
        Known::Yes
    });
}

/// A workflow that is on one side only; `at` is its `workflow.json`.
pub(super) fn presence(at: &At<'_>, report: &mut Report<'_>) {
    match (at.before, at.after) {
        (None, Some(new)) => {
            let message = "This workflow is new: read it whole";
            report.words(Changes, at, message, None, Some(summary(new)));
        }
        (Some(gone), None) => {
            let callers = strings(gone.get("callers"));
            let called = match callers.as_slice() {
                [] => String::new(),
                callers => format!(", and {} can no longer call it", quoted_all(callers.iter().copied())),
            };
            report.sentence(Breaks, at, format!("This workflow is gone: nobody can request it{called}"));
        }
        _ => {
            let message = "This workflow is on one side only, and its file cannot be read: read it whole";
            report.sentence(Weakens, at, message);
        }
    }
}

/// A workflow that has another name now.
pub(super) fn renamed(at: &At<'_>, was: &str, report: &mut Report<'_>) {
    let message = format!("This workflow was {}: links, requests and calls by that name fail", quoted(was));
    report.sentence(Breaks, at, message);
}

/// What a new workflow's steps may do.
pub(super) fn new_permissions(at: &At<'_>, report: &mut Report<'_>) {
    let Some(policy) = at.after.and_then(|policy| Permissions::deserialize(policy).ok()) else { return };
    let mut actions: Vec<&str> = policy.statement.iter().flat_map(|said| said.action.iter()).collect();
    actions.sort_unstable();
    actions.dedup();
    if !actions.is_empty() {
        let message = format!("Its steps may do {}", quoted_all(actions));
        report.sentence(Changes, at, message);
    }
}

fn summary(workflow: &Value) -> String {
    let owner = workflow.get("owner").and_then(Value::as_str).map_or_else(|| "nobody".to_owned(), inert);
    let gates = match list(workflow.get("approvals")).len() {
        0 => "nobody has to agree".to_owned(),
        1 => "1 gate".to_owned(),
        number => format!("{number} gates"),
    };
    format!("owned by {owner}, {gates}")
}
