//! By what right somebody decides: their own, or as the deputy of somebody who has it.
//!
//! A right is used once at a gate, through whomever: an approver and their deputy are one vote.

use catalog_model::quorum::largest_matching;

use super::gate::Circle;
use super::verdict::Refusal;
use super::{Caller, CallerKind, Decision, Gate, Person, PersonName, Run, Vote};

/// Somebody who decides, with everybody whose deputy they are at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decider {
    /// The person, as the `PERSON#` item knows them now.
    pub person: Person,
    /// Whom they may decide for.
    pub deputy_for: Vec<Person>,
}

/// A right to decide at a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// The gate's groups that the right comes from.
    pub groups: Vec<String>,
    /// Whose right it is; none for the person's own.
    pub on_behalf_of: Option<PersonName>,
}

impl Mandate {
    fn right_of<'a>(&'a self, person: &'a Person) -> &'a str {
        self.on_behalf_of.as_ref().map_or(&person.id, |approver| &approver.id)
    }
}

/// The rights that somebody has at a gate, their own first. Never the requester's, whatever the channel or
/// the deputy, never those of whoever changed what is decided about, and never those of whoever stands behind it:
/// the requester and the editor of the run on whose behalf it is.
pub fn rights(run: &Run, gate: &Gate, caller: &Caller, decider: &Decider) -> Result<Vec<Mandate>, Refusal> {
    if caller.kind == CallerKind::Machine {
        return Err(Refusal::IsMachine);
    }
    excluded(run, &decider.person.id)?;
    let own = right_at(gate, &decider.person).map(|groups| Mandate { groups, on_behalf_of: None });
    let lent = decider.deputy_for.iter().filter(|approver| excluded(run, &approver.id).is_ok());
    let lent = lent.filter_map(|approver| {
        let name = PersonName { id: approver.id.clone(), name: approver.name.clone() };
        Some(Mandate { groups: right_at(gate, approver)?, on_behalf_of: Some(name) })
    });
    let rights: Vec<_> = own.into_iter().chain(lent).collect();
    if rights.is_empty() { Err(Refusal::NotInGroup) } else { Ok(rights) }
}

/// The first of the rights that was not used at the gate.
pub fn unused(
    rights: Vec<Mandate>,
    person: &Person,
    gate: &Gate,
    votes: &[Vote],
) -> Result<Mandate, Refusal> {
    let used = |right: &Mandate| at(gate, votes).any(|vote| vote.right_of() == right.right_of(person));
    rights.into_iter().find(|right| !used(right)).ok_or(Refusal::RightUsed)
}

/// Whether a person is one of a circle, by their own right.
pub fn is_in(circle: &Circle, person: &Person) -> bool {
    circle.people.iter().any(|named| named.id == person.id)
        || circle.groups.iter().any(|group| person.groups.contains(&group.id))
}

/// The approvals that count at a gate as it is now: different people by different rights.
pub fn counting<'a>(run: &Run, gate: &Gate, votes: impl Iterator<Item = &'a Vote>) -> Vec<&'a Vote> {
    let mut people = std::collections::BTreeSet::new();
    let mut rights = std::collections::BTreeSet::new();
    votes
        .filter(|vote| vote.decision == Decision::Approve && belongs(gate, vote))
        .filter(|vote| vote.digest == run.digest && excluded(run, &vote.person).is_ok())
        .filter(|vote| people.insert(&vote.person) && rights.insert(vote.right_of()))
        .collect()
}

/// How many approvals count at a gate as it is now: where the gate asks for it each of them for another group.
pub fn counted<'a>(run: &Run, gate: &Gate, votes: impl Iterator<Item = &'a Vote>) -> usize {
    let counting = counting(run, gate, votes);
    if !gate.distinct_groups {
        return counting.len();
    }
    let groups: Vec<_> = gate.groups().map(|group| &group.id).collect();
    let numbers = |vote: &&Vote| {
        let stands_for = groups.iter().enumerate().filter(|(_, group)| vote.groups.contains(group));
        stands_for.map(|(number, _)| number).collect()
    };
    largest_matching(&counting.iter().map(numbers).collect::<Vec<_>>())
}

/// Whether these people could pass a gate together, each by their own right.
pub fn could_pass(gate: &Gate, people: &[Person]) -> bool {
    let rights: Vec<_> = people.iter().filter_map(|person| right_at(gate, person)).collect();
    let enough = if gate.distinct_groups {
        let groups: Vec<_> = gate.groups().map(|group| &group.id).collect();
        let number = |id: &String| groups.iter().position(|group| *group == id);
        largest_matching(
            &rights.iter().map(|own| own.iter().filter_map(number).collect()).collect::<Vec<_>>(),
        )
    } else {
        rights.len()
    };
    enough >= gate.quorum as usize
}

/// The votes cast at a gate since something last voided them.
fn at<'a>(gate: &'a Gate, votes: &'a [Vote]) -> impl Iterator<Item = &'a Vote> {
    votes.iter().filter(|vote| belongs(gate, vote))
}

fn belongs(gate: &Gate, vote: &Vote) -> bool {
    vote.gate == gate.name && vote.generation == gate.generation
}

/// Whether somebody, by their id, may have a say about a run at all.
pub fn excluded(run: &Run, person: &str) -> Result<(), Refusal> {
    let is_one = |known: &PersonName| known.id == person;
    if run.is_requested_by(person) {
        return Err(Refusal::IsRequester);
    }
    if run.for_run.iter().flat_map(|outer| &outer.barred).any(is_one) {
        return Err(Refusal::StandsBehind);
    }
    if run.edited_by.as_ref().is_some_and(is_one) { Err(Refusal::IsEditor) } else { Ok(()) }
}

/// The gate's groups that a person is in; none at all when they may not decide here.
fn right_at(gate: &Gate, person: &Person) -> Option<Vec<String>> {
    let groups = gate.groups().filter(|group| person.groups.contains(&group.id));
    let groups: Vec<_> = groups.map(|group| group.id.clone()).collect();
    let named = gate.people().any(|named| named.id == person.id);
    (named || !groups.is_empty()).then_some(groups)
}
