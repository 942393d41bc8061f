//! The approvals inbox: open gates that the person may decide at.

use std::collections::BTreeSet;

use super::check::decider;
use super::view::InboxLine;
use super::{AppError, Portal};
use crate::domain::gate::audience_of;
use crate::domain::mandate::{Decider, counted};
use crate::domain::verdict::may_decide;
use crate::domain::{Caller, Gate, Person, Run, Status, Vote};

/// What waits for this person, that which expires first in front.
pub async fn inbox(portal: &Portal, caller: &Caller) -> Result<Vec<InboxLine>, AppError> {
    let decider = decider(portal, caller).await?;
    let mut asked = BTreeSet::new();
    for audience in audiences(&decider) {
        asked.extend(portal.store.inbox(&audience).await?);
    }
    let ids: BTreeSet<_> = asked.iter().map(|entry| entry.run_id).collect();
    let runs = portal.store.runs(&ids.into_iter().collect::<Vec<_>>()).await?;
    let now = portal.now();
    let mut lines = Vec::new();
    for run in runs.iter().filter(|run| run.status == Status::Waiting) {
        for gate in run.gates.iter().filter(|gate| gate.is_open(now)) {
            let is_asked = asked.iter().any(|entry| entry.run_id == run.id && entry.gate == gate.name);
            if is_asked && may_decide(run, gate, caller, &decider).is_ok() {
                lines.extend(line(portal, run, gate, &decider.person).await?);
            }
        }
    }
    lines.sort_by_key(|line| line.expires_at);
    Ok(lines)
}

/// Where open gates are listed for somebody: under their own name, their groups, and those of whoever they
/// stand in for.
fn audiences(decider: &Decider) -> BTreeSet<String> {
    let people = [&decider.person].into_iter().chain(&decider.deputy_for);
    let names = |person: &Person| {
        let groups: Vec<_> = person.groups.clone();
        groups.into_iter().chain([audience_of(&person.id)])
    };
    people.flat_map(names).collect()
}

/// The gate's line, unless the person has voted there already.
async fn line(
    portal: &Portal,
    run: &Run,
    gate: &Gate,
    person: &Person,
) -> Result<Option<InboxLine>, AppError> {
    let votes = portal.store.votes(run.id).await?;
    let here = |vote: &&Vote| vote.gate == gate.name && vote.generation == gate.generation;
    if votes.iter().filter(here).any(|vote| vote.person == person.id) {
        return Ok(None);
    }
    Ok(Some(InboxLine {
        run_id: run.id,
        workflow: run.workflow.clone(),
        title: run.title.clone(),
        gate: gate.name.clone(),
        gate_title: gate.title.clone(),
        requester: run.requester.clone(),
        expires_at: gate.expires_at,
        votes: u32::try_from(counted(run, gate, votes.iter())).unwrap_or(u32::MAX),
        quorum: gate.quorum,
    }))
}
