//! Gates whose approvers, or whose number of approvals, stand in the parameters.
//!
//! 1. the parameters are there whatever is filled in, and the schema bounds them: the groups by naming each, the
//!    number by `minimum` and `maximum`;
//! 2. nothing beside them says the same;
//! 3. whatever is chosen can be met: the smallest group, alone, has people enough for the largest number,
//!    without those who may not decide. These are the requester and, where state machines call the workflow,
//!    two people: who asked for the run that the call is made for, and who edited it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{distinct, who};
use crate::approval::groups_to_choose;
use crate::check::conditions::Scope;
use crate::check::pointer::{Found, locate};
use crate::load::Catalog;
use crate::load::report::Report;
use crate::{Approval, Workflow, codes};

/// Checks a gate that takes something from the parameters.
pub(super) fn check(
    gate: &Approval,
    workflow: &Workflow,
    pointer: &str,
    catalog: &Catalog,
    report: &mut Report<'_>,
) {
    mixed(gate, pointer, report);
    let scope = Scope { root: &workflow.parameters };
    let electorates = match &gate.from_parameter {
        Some(from) => groups(from, &format!("{pointer}/from_parameter"), &scope, catalog, report),
        None => named(gate, pointer, catalog, report),
    };
    let most = match &gate.quorum_parameter {
        Some(quorum) => largest(quorum, &format!("{pointer}/quorum_parameter"), &scope, report),
        None => Some(u64::from(gate.quorum.max(1))),
    };
    if let (Some(electorates), Some(most)) = (electorates, most) {
        met(gate, &electorates, most, !workflow.callers.is_empty(), pointer, report);
    }
}

/// One of the choices: people who may decide together, and what they are called.
struct Electorate<'a> {
    name: String,
    people: BTreeSet<&'a str>,
}

/// Who is asked, and how many, is said in one place.
fn mixed(gate: &Approval, pointer: &str, report: &mut Report<'_>) {
    const GROUPS: &str = "the parameters name the groups already";
    let from = gate.from_parameter.is_some();
    for (said, field, why) in [
        (from && !gate.from.is_empty(), "from", GROUPS),
        (from && !gate.people.is_empty(), "people", GROUPS),
        (from && gate.distinct_groups, "distinct_groups", "fewer groups may be chosen than must differ"),
        (
            gate.quorum_parameter.is_some() && gate.quorum != 1,
            "quorum",
            "a parameter says the number already",
        ),
    ] {
        if said {
            let message = format!("`{field}` cannot be said here: {why}.");
            let help = format!("Remove `{field}`, or take nothing from the parameters.");
            report.at(format!("{pointer}/{field}"), codes::MIXED_APPROVERS, message, help);
        }
    }
}

/// The gate's own groups and people, who are asked whatever the parameters say.
fn named<'a>(
    gate: &'a Approval,
    pointer: &str,
    catalog: &'a Catalog,
    report: &mut Report<'_>,
) -> Option<Vec<Electorate<'a>>> {
    let known = who::check(gate.approvers(), pointer, "This gate asks nobody.", catalog, report);
    let people = who::everybody(gate.approvers(), catalog);
    (known && distinct::check(gate, pointer, report))
        .then(|| vec![Electorate { name: "This gate".to_owned(), people }])
}

/// The groups that can be chosen, each as if it were the only one.
fn groups<'a>(
    from: &str,
    at: &str,
    scope: &Scope<'a>,
    catalog: &'a Catalog,
    report: &mut Report<'_>,
) -> Option<Vec<Electorate<'a>>> {
    let found = parameter(from, at, scope, report)?;
    let each = scope.always(&found.schemas, &|schema| schema.get("items"));
    let ids = scope.always(&each, &Some).into_iter().find_map(groups_to_choose);
    let is_list =
        scope.always(&found.schemas, &|schema| schema.get("type")).into_iter().any(|of| of == "array");
    let some = most(scope.always(&found.schemas, &|schema| schema.get("minItems")));
    let (Some(ids), true, true) = (ids, is_list, some.is_some_and(|n| n > 0)) else {
        let message = format!("`{from}` could name any group, or none.");
        let help = "Give it `\"type\": \"array\"`, a `minItems` of 1, and `items` whose `enum` or `oneOf` names groups.";
        report.at(at, codes::UNBOUNDED_APPROVERS, message, help);
        return None;
    };
    let mut known = catalog.teams_complete();
    for (index, id) in ids.iter().enumerate() {
        let items = format!("{}/items", from.replace('/', "/properties/"));
        let places = [format!("{items}/enum/{index}"), format!("{items}/oneOf/{index}/const")];
        let place = places.iter().find(|place| scope.root.pointer(place).is_some());
        let at = &place.map_or_else(|| at.to_owned(), |place| format!("/parameters{place}"));
        known &= who::group(id, at, catalog, report);
    }
    let electorate = |id: &&str| {
        let members = catalog.members(id).iter().map(String::as_str).collect();
        Electorate { name: format!("The group `{id}`"), people: members }
    };
    known.then(|| ids.iter().map(electorate).collect())
}

/// The largest number of approvals that can be asked for.
fn largest(quorum: &str, at: &str, scope: &Scope<'_>, report: &mut Report<'_>) -> Option<u64> {
    let found = parameter(quorum, at, scope, report)?;
    let whole =
        scope.always(&found.schemas, &|schema| schema.get("type")).into_iter().any(|of| of == "integer");
    let least = most(scope.always(&found.schemas, &|schema| schema.get("minimum")));
    let bounds = scope.always(&found.schemas, &|schema| schema.get("maximum"));
    let largest = bounds.into_iter().filter_map(Value::as_u64).min();
    if whole && least.is_some_and(|least| least > 0) && largest.is_some() {
        return largest;
    }
    let message = format!("`{quorum}` could ask for any number of approvals, or for none.");
    let help = "Give it `\"type\": \"integer\"`, a `minimum` of 1 or more, and a `maximum`.";
    report.at(at, codes::UNBOUNDED_QUORUM, message, help);
    None
}

/// The strictest of lower bounds.
fn most(bounds: Vec<&Value>) -> Option<u64> {
    bounds.into_iter().filter_map(Value::as_u64).max()
}

/// The parameter that a pointer names: there, whatever else is filled in, and no secret.
fn parameter<'v>(pointer: &str, at: &str, scope: &Scope<'v>, report: &mut Report<'_>) -> Option<Found<'v>> {
    let found = locate(pointer, at, "could say who is asked", scope, report)?;
    if !scope.each(&found.schemas, &|schema| schema.get("writeOnly").filter(|flag| **flag == true)).is_empty()
    {
        let message = format!("`{pointer}` is a secret.");
        let help = "Who is asked is shown to everybody: name a parameter that is none.";
        report.at(at, codes::SECRET_CONDITION, message, help);
        return None;
    }
    if !found.always {
        let message =
            format!("`{pointer}` may be absent, and the gate must know whom it asks, and how many.");
        report.at(at, codes::OPTIONAL_APPROVERS, message, "Add it to `required`.");
        return None;
    }
    Some(found)
}

/// Each choice leaves people enough, whoever may not decide.
fn met(
    gate: &Approval,
    electorates: &[Electorate<'_>],
    most: u64,
    called: bool,
    pointer: &str,
    report: &mut Report<'_>,
) {
    let (barred, when) = if called {
        (2, "two of them may not decide: who requested and who edited the run that calls")
    } else {
        (1, "one of them requests")
    };
    let field = if gate.quorum_parameter.is_some() { "quorum_parameter" } else { "quorum" };
    for electorate in electorates {
        let left = electorate.people.len().saturating_sub(barred);
        if u64::try_from(left).is_ok_and(|left| left >= most) {
            continue;
        }
        let people = match left {
            0 => "nobody".to_owned(),
            1 => "1 person".to_owned(),
            more => format!("{more} people"),
        };
        let approvals = if most == 1 { "1 approval".to_owned() } else { format!("{most} approvals") };
        let message = format!("{} leaves {people} for {approvals} when {when}.", electorate.name);
        let help = "Add people, leave the group out of the choice, or lower the number.";
        report.at(format!("{pointer}/{field}"), codes::UNMEETABLE_APPROVAL, message, help);
    }
}
