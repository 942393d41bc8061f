//! Groups and people that a policy names: they exist, once each, and somebody is among them.

use std::collections::BTreeSet;

use crate::approval::Approvers;
use crate::check::names;
use crate::load::Catalog;
use crate::load::report::Report;
use crate::{codes, suggest};

/// Checks `from` and `people` below a pointer; whether everybody in them is known.
pub(super) fn check(
    approvers: Approvers<'_>,
    pointer: &str,
    nobody: &str,
    catalog: &Catalog,
    report: &mut Report<'_>,
) -> bool {
    if approvers.groups.is_empty() && approvers.people.is_empty() {
        let help = "Name groups in `from`, or people in `people`.";
        report.at(format!("{pointer}/from"), codes::NO_APPROVERS, nobody, help);
        return false;
    }
    let groups = groups(approvers.groups, &format!("{pointer}/from"), catalog, report);
    let people = people(approvers.people, &format!("{pointer}/people"), catalog, report);
    groups && people
}

/// Checks that groups exist, once each; whether all their members are known.
pub(crate) fn groups(ids: &[String], pointer: &str, catalog: &Catalog, report: &mut Report<'_>) -> bool {
    names::unique(ids, pointer, report);
    let mut known = catalog.teams_complete();
    for (index, id) in ids.iter().enumerate() {
        known &= group(id, &format!("{pointer}/{index}"), catalog, report);
    }
    known
}

/// Checks that people exist, once each; whether they do.
fn people(ids: &[String], pointer: &str, catalog: &Catalog, report: &mut Report<'_>) -> bool {
    names::unique(ids, pointer, report);
    let mut known = catalog.teams_complete();
    for (index, id) in ids.iter().enumerate() {
        known &= person(id, &format!("{pointer}/{index}"), catalog, report);
    }
    known
}

/// Checks that a group exists, as far as all teams could be read.
pub(crate) fn group(id: &str, pointer: &str, catalog: &Catalog, report: &mut Report<'_>) -> bool {
    let known = catalog.group(id).is_some();
    if !known && catalog.teams_complete() {
        let groups = catalog.teams.values().flat_map(|team| team.groups.keys()).map(String::as_str);
        let help = suggest::help(id, groups, "Add the group to a team.");
        report.at(pointer, codes::UNKNOWN_GROUP, format!("No team has a group `{id}`."), help);
    }
    known
}

/// Checks that a person exists, as far as all teams could be read.
pub(super) fn person(id: &str, pointer: &str, catalog: &Catalog, report: &mut Report<'_>) -> bool {
    let known = catalog.people().any(|person| person.id == id);
    if !known && catalog.teams_complete() {
        let people = catalog.people().map(|person| person.id.as_str());
        let help = suggest::help(id, people, "Add the person to a team.");
        report.at(pointer, codes::UNKNOWN_PERSON, format!("No team has a person `{id}`."), help);
    }
    known
}

/// The ids of everybody among them, once each.
pub(super) fn everybody<'a>(approvers: Approvers<'a>, catalog: &'a Catalog) -> BTreeSet<&'a str> {
    let members = approvers.groups.iter().flat_map(|id| catalog.members(id));
    members.chain(approvers.people).map(String::as_str).collect()
}
