//! `permissions.json`: a policy that IAM takes, and no wider than the steps.

use std::collections::BTreeSet;

use super::iam::Need;
use super::steps::State;
use crate::load::report::Report;
use crate::permissions::{OneOrMany, Statement, matches};
use crate::{Permissions, codes};

/// Inline policies of a role have at most this many characters, white space not counted.
const LONGEST_POLICY: usize = 10_240;

/// Checks a policy; without readable steps, whether it is too wide is not known.
pub(crate) fn check(permissions: &Permissions, states: Option<&[State<'_>]>, report: &mut Report<'_>) {
    if permissions.version != "2012-10-17" {
        let message = format!("`{}` is not the version of the policy language.", permissions.version);
        report.at("/Version", codes::BAD_POLICY_VERSION, message, "Write `2012-10-17`.");
    }
    let may_be_long = report.length() > LONGEST_POLICY;
    if may_be_long && serde_json::to_string(permissions).is_ok_and(|text| text.len() > LONGEST_POLICY) {
        let message = "IAM takes 10,240 characters for a role's policies, and this one has more.";
        report.at("", codes::LONG_POLICY, message, "Join statements, or name resources with wildcards.");
    }
    let needed: Option<Vec<&Need>> = states.map(|states| states.iter().flat_map(|s| &s.needs).collect());
    let mut sids = BTreeSet::new();
    for (index, statement) in permissions.statement.iter().enumerate() {
        let pointer = format!("/Statement/{index}");
        sid(statement, &pointer, &mut sids, report);
        resources(&statement.resource, &format!("{pointer}/Resource"), report);
        for (at, action) in places(&statement.action, &format!("{pointer}/Action"), report) {
            let sound = action_name(action, &at, report);
            if sound && let Some(needed) = &needed {
                used(action, statement, needed, at, report);
            }
        }
    }
}

fn sid<'a>(statement: &'a Statement, pointer: &str, sids: &mut BTreeSet<&'a str>, report: &mut Report<'_>) {
    let sid = statement.sid.as_str();
    let pointer = format!("{pointer}/Sid");
    if sid.is_empty() || !sid.bytes().all(|b| b.is_ascii_alphanumeric()) {
        let message = format!("`{}` is not a Sid.", sid.escape_default());
        report.at(
            pointer,
            codes::BAD_SID,
            message,
            "Say what it is for in letters and digits: `ResizeTheCluster`.",
        );
    } else if !sids.insert(sid) {
        let message = format!("There is a statement `{sid}` already.");
        report.at(pointer, codes::DUPLICATE_SID, message, "Give each statement its own Sid.");
    }
}

fn resources(resources: &OneOrMany, pointer: &str, report: &mut Report<'_>) {
    for (at, resource) in places(resources, pointer, report) {
        if resource != "*" && !(resource.starts_with("arn:") && resource.splitn(6, ':').count() == 6) {
            let message = format!("`{resource}` is not a resource.");
            let help = "Write an ARN, such as `arn:aws:rds:eu-west-1:111122223333:cluster:*`, or `*`.";
            report.at(at, codes::BAD_RESOURCE, message, help);
        }
    }
}

/// Whether an action is one that may be granted.
fn action_name(action: &str, pointer: &str, report: &mut Report<'_>) -> bool {
    let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '*' | '?');
    let prefix = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let everything = |text: &str| text.chars().all(|c| matches!(c, '*' | '?'));
    match action.split_once(':') {
        _ if !action.is_empty() && everything(action) => {
            let help = "Name the actions that the steps call.";
            report.at(pointer, codes::WILDCARD_ACTION, "This allows everything in the account.", help);
            false
        }
        Some((service, all)) if !service.is_empty() && !all.is_empty() && everything(all) => {
            let message = format!("`{action}` allows everything that the service can do.");
            report.at(pointer, codes::WILDCARD_ACTION, message, "Name the actions that the steps call.");
            false
        }
        Some((service, rest))
            if !service.is_empty()
                && service.chars().all(prefix)
                && !rest.is_empty()
                && rest.chars().all(name) =>
        {
            true
        }
        _ => {
            let message = format!("`{action}` is not an IAM action.");
            report.at(
                pointer,
                codes::BAD_ACTION,
                message,
                "Write the service and the action: `rds:ModifyDBCluster`.",
            );
            false
        }
    }
}

/// Least privilege: what no step calls is not granted.
fn used(action: &str, statement: &Statement, needed: &[&Need], pointer: String, report: &mut Report<'_>) {
    let called = needed.iter().flat_map(|need| &need.any).any(|need| matches(action, need));
    // Some calls hand a role on, or need actions that only AWS's reference knows as their "dependent actions".
    let explained = action.eq_ignore_ascii_case("iam:PassRole") || statement.sid.starts_with("Dependent");
    if !called && !explained {
        let message = format!("No step calls `{action}`.");
        let help = "Remove it. If an action that the steps call depends on it, put it into a statement whose Sid \
                    starts with `Dependent`.";
        report.at(pointer, codes::UNUSED_PERMISSION, message, help);
    }
}

/// The strings with their pointers; a problem if there are none.
fn places<'a>(list: &'a OneOrMany, pointer: &str, report: &mut Report<'_>) -> Vec<(String, &'a str)> {
    match list {
        OneOrMany::One(only) => vec![(pointer.to_owned(), only.as_str())],
        OneOrMany::Many(none) if none.is_empty() => {
            let help = "Add an entry, or remove the statement.";
            report.at(pointer, codes::EMPTY_STATEMENT, "This list is empty.", help);
            Vec::new()
        }
        OneOrMany::Many(many) => {
            many.iter().enumerate().map(|(i, one)| (format!("{pointer}/{i}"), one.as_str())).collect()
        }
    }
}
