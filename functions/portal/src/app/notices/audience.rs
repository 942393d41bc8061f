//! Who is asked: whoever may decide at a gate, their deputies, never the requester, whoever edited the run, or whoever stands behind it.

use std::collections::BTreeSet;

use crate::app::{AppError, Portal};
use crate::domain::gate::Circle;
use crate::domain::mandate::excluded;
use crate::domain::{Gate, Person, Run};

/// Everybody who may decide at the gate now.
pub(crate) async fn approvers(portal: &Portal, run: &Run, gate: &Gate) -> Result<Vec<Person>, AppError> {
    let mut ids = BTreeSet::new();
    for circle in gate.circles() {
        ids.extend(members(portal, circle).await?);
    }
    people(portal, run, ids).await
}

/// Those who may decide at the gate by name, not as members of a group, and their deputies.
pub(crate) async fn named(portal: &Portal, run: &Run, gate: &Gate) -> Result<Vec<Person>, AppError> {
    people(portal, run, gate.people().map(|person| person.id.clone()).collect()).await
}

/// Those of them who have not decided yet.
pub(crate) async fn undecided(portal: &Portal, run: &Run, gate: &Gate) -> Result<Vec<Person>, AppError> {
    let votes = portal.store.votes(run.id).await?;
    let here = votes.iter().filter(|vote| vote.gate == gate.name && vote.generation == gate.generation);
    let done: BTreeSet<_> = here.flat_map(|vote| [vote.person.as_str(), vote.right_of()]).collect();
    let mut asked = approvers(portal, run, gate).await?;
    asked.retain(|person| !done.contains(person.id.as_str()));
    Ok(asked)
}

/// Those whom the gate was escalated to.
pub(crate) async fn escalated(portal: &Portal, run: &Run, gate: &Gate) -> Result<Vec<Person>, AppError> {
    let Some(escalation) = &gate.escalation else { return Ok(Vec::new()) };
    let ids = members(portal, &escalation.circle).await?;
    people(portal, run, ids).await
}

/// The members of a circle's groups and its people, by id.
async fn members(portal: &Portal, circle: &Circle) -> Result<BTreeSet<String>, AppError> {
    let mut ids: BTreeSet<_> = circle.people.iter().map(|person| person.id.clone()).collect();
    for group in &circle.groups {
        ids.extend(portal.store.group(&group.id).await?.map(|group| group.members).unwrap_or_default());
    }
    Ok(ids)
}

/// People by id with their deputies, without those who may not decide about this run.
async fn people(portal: &Portal, run: &Run, ids: BTreeSet<String>) -> Result<Vec<Person>, AppError> {
    let now = portal.now();
    let mut all = ids.clone();
    for id in &ids {
        let delegation = portal.store.delegation(id).await?;
        all.extend(delegation.filter(|arranged| arranged.holds(now)).map(|arranged| arranged.deputy));
    }
    all.retain(|id| excluded(run, id).is_ok());
    let mut people = Vec::new();
    for id in all {
        people.extend(portal.store.person(&id).await?);
    }
    Ok(people)
}
