//! Who gets which letter about a notice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{audience, letters, open_gate};
use crate::app::facts::facts;
use crate::app::{AppError, Portal};
use crate::domain::{Gate, GateStatus, Person, Run};
use crate::notify::Letter;
use crate::store::mail::Mailed;
use crate::store::outbox::Notice;

/// A letter to some people.
pub(super) struct Mailing {
    /// What it says.
    pub(super) letter: Letter,
    /// The approval whose conversation it belongs to; empty for that of the run.
    pub(super) gate: String,
    /// Who gets it.
    pub(super) to: Vec<Recipient>,
    /// Until when something can be done about it.
    pub(super) closes: Option<Timestamp>,
    /// Whether it goes out at once, whatever people prefer.
    pub(super) urgent: bool,
}

/// A mailbox.
#[derive(Debug, Clone)]
pub(super) struct Recipient {
    /// The person's id, or `team:data`.
    pub(super) id: String,
    /// The address.
    pub(super) address: String,
}

impl From<Person> for Recipient {
    fn from(person: Person) -> Self {
        Self { id: person.id, address: person.email }
    }
}

/// The letters that a notice needs now; none when it came too late.
pub(super) async fn mailings(portal: &Portal, run: &Run, notice: &Notice) -> Result<Vec<Mailing>, AppError> {
    match notice {
        Notice::Asked { gate } | Notice::Reminded { gate } | Notice::Escalated { gate } => {
            asked(portal, run, notice, gate).await
        }
        Notice::Decided { .. } => Ok(Vec::new()),
        Notice::GlassBroken => glass_broken(portal, run).await,
        Notice::Proposed => {
            let Some(letter) = letters::proposed(portal, run).await? else { return Ok(Vec::new()) };
            let closes = run.open_gates().filter_map(|gate| gate.expires_at).min();
            Ok(vec![Mailing { closes, ..to_requester(portal, run, letter).await? }])
        }
        Notice::Ended => ended(portal, run).await,
    }
}

async fn asked(portal: &Portal, run: &Run, notice: &Notice, gate: &str) -> Result<Vec<Mailing>, AppError> {
    let Some(gate) = open_gate(portal, run, gate) else { return Ok(Vec::new()) };
    let people = match notice {
        Notice::Reminded { .. } => audience::undecided(portal, run, gate).await?,
        Notice::Escalated { .. } => audience::escalated(portal, run, gate).await?,
        _ => audience::approvers(portal, run, gate).await?,
    };
    let facts = facts(portal, run, gate).await?;
    Ok(vec![Mailing {
        letter: letters::asked(portal, &facts, run, gate, notice),
        gate: gate.name.clone(),
        to: people.into_iter().map(Into::into).collect(),
        closes: gate.expires_at,
        urgent: matches!(notice, Notice::Escalated { .. }),
    }])
}

/// Everybody who would have been asked, in the conversation in which they were; the requester and the owner team.
async fn glass_broken(portal: &Portal, run: &Run) -> Result<Vec<Mailing>, AppError> {
    let mailed = portal.store.all_mailed(run.id).await?;
    let mut everybody: BTreeMap<String, Recipient> = BTreeMap::new();
    let overridden = || run.gates.iter().filter(|gate| gate.status == GateStatus::Overridden);
    for gate in overridden() {
        let asked = audience::approvers(portal, run, gate).await?.into_iter();
        everybody.extend(asked.map(|person| (person.id.clone(), person.into())));
    }
    let asked = requester(portal, run).await?;
    let others = asked.into_iter().chain(team(portal, &run.target.owner));
    everybody.extend(others.map(|one| (one.id.clone(), one)));
    let mut by_gate: BTreeMap<String, Vec<Recipient>> = BTreeMap::new();
    for recipient in everybody.into_values() {
        let asked =
            |gate: &&Gate| mailed.iter().any(|one| one.person == recipient.id && one.gate == gate.name);
        let gate = overridden().find(asked).map(|gate| gate.name.clone()).unwrap_or_default();
        by_gate.entry(gate).or_default().push(recipient);
    }
    let told = letters::glass_broken(portal, run).await?;
    let mailing = |(gate, to): (String, Vec<Recipient>)| {
        let letter = Letter { subject: letters::subject(run, run.gate(&gate)), ..told.clone() };
        Mailing { letter, gate, to, closes: None, urgent: true }
    };
    Ok(by_gate.into_iter().map(mailing).collect())
}

/// The requester; and whoever was mailed about an approval and did not decide there, in that conversation.
async fn ended(portal: &Portal, run: &Run) -> Result<Vec<Mailing>, AppError> {
    let mut all = Vec::new();
    // A state machine has its answer.
    if run.calling_team().is_none() {
        all.push(to_requester(portal, run, letters::ended(portal, run)).await?);
    }
    let votes = portal.store.votes(run.id).await?;
    let decided_by: BTreeSet<_> =
        votes.iter().map(|vote| (vote.gate.as_str(), vote.person.as_str())).collect();
    let mut waiting: BTreeMap<String, Vec<Recipient>> = BTreeMap::new();
    for Mailed { gate, person, .. } in portal.store.all_mailed(run.id).await? {
        let decided = decided_by.contains(&(gate.as_str(), person.as_str()));
        if decided || run.gate(&gate).is_none_or(|gate| gate.status == GateStatus::Overridden) {
            continue;
        }
        waiting.entry(gate).or_default().extend(portal.store.person(&person).await?.map(Into::into));
    }
    for (name, to) in waiting {
        let Some(gate) = run.gate(&name) else { continue };
        let letter = letters::closed(portal, run, gate, &votes);
        all.push(Mailing { letter, gate: name, to, closes: None, urgent: false });
    }
    Ok(all)
}

async fn to_requester(portal: &Portal, run: &Run, letter: Letter) -> Result<Mailing, AppError> {
    let to = requester(portal, run).await?.into_iter().collect();
    Ok(Mailing { letter, gate: String::new(), to, closes: None, urgent: false })
}

/// Whoever asked: a person, or of a state machine its team's own mailbox.
async fn requester(portal: &Portal, run: &Run) -> Result<Option<Recipient>, AppError> {
    match run.calling_team() {
        Some(id) => Ok(team(portal, id)),
        None => Ok(portal.store.person(&run.requester.id).await?.map(Into::into)),
    }
}

/// A team's own mailbox.
fn team(portal: &Portal, id: &str) -> Option<Recipient> {
    let index = portal.catalog.index();
    let team = index.teams.get(id)?;
    Some(Recipient { id: format!("team:{id}"), address: team.email.clone() })
}
