//! The proof that a gate can be met: whoever requests, enough other people can approve.

use std::collections::BTreeMap;

use form::Schema;
use serde_json::json;

use crate::load::Catalog;
use crate::load::report::Report;
use crate::quorum::largest_matching;
use crate::{Approval, Workflow, codes};

/// More requesters than these are counted, and not named.
const NAMED: usize = 3;

/// Whoever may request a workflow.
pub(super) struct Requesters<'a> {
    pub(super) catalog: &'a Catalog,
    /// Their groups; everybody when there is none.
    groups: &'a [String],
}

/// Those of them for whom a gate is asked.
pub(super) struct Asked<'a> {
    requesters: &'a Requesters<'a>,
    condition: Option<&'a Schema<'a>>,
}

impl<'a> Requesters<'a> {
    pub(super) fn of(workflow: &'a Workflow, catalog: &'a Catalog) -> Self {
        Self { catalog, groups: &workflow.requesters }
    }

    pub(super) fn contains(&self, person: &str) -> bool {
        let is_in = |group: &String| self.catalog.members(group).iter().any(|member| member == person);
        self.groups.is_empty() || self.groups.iter().any(is_in)
    }

    pub(super) fn asked(&'a self, condition: Option<&'a Schema<'a>>) -> Asked<'a> {
        Asked { requesters: self, condition }
    }
}

impl Asked<'_> {
    fn contains(&self, person: &str) -> bool {
        self.requesters.contains(person)
            && self.condition.is_none_or(|when| when.validate(&self.document(person)).is_empty())
    }

    /// The requester as `when_requester` sees them.
    fn document(&self, person: &str) -> serde_json::Value {
        let teams = &self.requesters.catalog.teams;
        let groups = teams.values().flat_map(|team| &team.groups);
        let groups = groups.filter(|(_, group)| group.members.iter().any(|member| member == person));
        let teams = teams.iter().filter(|(_, team)| team.people.iter().any(|member| member.id == person));
        json!({
            "id": person,
            "groups": groups.map(|(id, _)| id).collect::<Vec<_>>(),
            "teams": teams.map(|(id, _)| id).collect::<Vec<_>>(),
        })
    }
}

/// Checks that a gate whose approvers are known can be met.
pub(super) fn check(gate: &Approval, asked: &Asked<'_>, pointer: &str, report: &mut Report<'_>) {
    let at = format!("{pointer}/quorum");
    let quorum = usize::try_from(gate.quorum).unwrap_or(usize::MAX);
    let electorate = Electorate::of(gate, asked.requesters.catalog);
    let enough = electorate.count_without(None);
    if quorum == 0 {
        let help = "Ask for one approval at least, or remove the gate.";
        report.at(at, codes::UNMEETABLE_APPROVAL, "This gate asks for no approval.", help);
    } else if enough < quorum {
        let message = format!("{}, and {} can be given.", asks_for(gate), number(enough));
        report.at(at, codes::UNMEETABLE_APPROVAL, message, "Add people or groups, or lower the quorum.");
    } else if enough == quorum {
        // One person is one approval at most: only where none is to spare can a requester be missed.
        let short = |person: &&str| electorate.count_without(Some(person)) < quorum && asked.contains(person);
        let stuck: Vec<&str> = electorate.people.keys().copied().filter(short).collect();
        if !stuck.is_empty() {
            let given = number(quorum - 1);
            let message =
                format!("{}, and {given} can be given when {} requests.", asks_for(gate), names(&stuck));
            let help = "Nobody approves their own request: add people or groups, or lower the quorum.";
            report.at(at, codes::UNMEETABLE_APPROVAL, message, help);
        }
    }
}

/// Who may approve, each with the places in `from` of the groups they stand for.
struct Electorate<'a> {
    people: BTreeMap<&'a str, Vec<usize>>,
    distinct: bool,
}

impl<'a> Electorate<'a> {
    fn of(gate: &'a Approval, catalog: &'a Catalog) -> Self {
        let mut people: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, group) in gate.from.iter().enumerate() {
            for member in catalog.members(group) {
                people.entry(member).or_default().push(place);
            }
        }
        for person in &gate.people {
            people.entry(person).or_default();
        }
        Self { people, distinct: gate.distinct_groups }
    }

    /// How many approvals can be given at most, without those of one person.
    fn count_without(&self, requester: Option<&str>) -> usize {
        let others = self.people.iter().filter(|(person, _)| Some(**person) != requester);
        if self.distinct {
            largest_matching(&others.map(|(_, groups)| groups.clone()).collect::<Vec<_>>())
        } else {
            others.count()
        }
    }
}

fn asks_for(gate: &Approval) -> String {
    let approvals = if gate.quorum == 1 { "approval" } else { "approvals" };
    let groups = if gate.distinct_groups { " of different groups" } else { "" };
    format!("This gate asks for {} {approvals}{groups}", gate.quorum)
}

fn number(given: usize) -> String {
    if given == 0 { "none".to_owned() } else { format!("only {given}") }
}

/// `a`, `b` or `c`; of many only the first ones.
fn names(people: &[&str]) -> String {
    let mut names: Vec<_> = people.iter().take(NAMED).map(|person| format!("`{person}`")).collect();
    match people.len().saturating_sub(NAMED) {
        0 => {}
        1 => names.push("one other person".to_owned()),
        more => names.push(format!("one of {more} others")),
    }
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn few_requesters_are_named_and_many_are_counted() {
        assert_eq!(names(&["a"]), "`a`");
        assert_eq!(names(&["a", "b"]), "`a` or `b`");
        assert_eq!(names(&["a", "b", "c", "d"]), "`a`, `b`, `c` or one other person");
        assert_eq!(names(&["a", "b", "c", "d", "e"]), "`a`, `b`, `c` or one of 2 others");
    }
}
