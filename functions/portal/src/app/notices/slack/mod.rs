//! What Slack is told. A gate has one message in each channel and direct message where it was asked; whatever
//! happens later changes those messages and goes on in their threads.
//!
//! | notice | messages | threads | direct messages |
//! |---|---|---|---|
//! | asked | posted to the owner's and the asked groups' channels | | to named approvers |
//! | reminded | | a reply | to those who have not decided |
//! | escalated | posted to the new groups' channels, others updated | a reply for all to see | to those asked now |
//! | decided | updated | each vote, and when it was enough | |
//! | glass broken | updated, or posted where nobody was asked yet | who and why, for all to see | |
//! | proposed | | | to the requester |
//! | ended | updated | how it ended | to the requester |
//!
//! A row may be carried out twice, so everything here says what is true now and remembers what it sent:
//! [`teller`] posts, [`refresh`] updates, [`targets`] says to whom, [`words`] what.

mod refresh;
mod targets;
mod teller;
mod words;

use crate::app::{AppError, Portal, slack::message};
use crate::domain::{Gate, GateStatus, Run};
use crate::store::outbox::Notice;

use super::{audience, open_gate};
use teller::{Teller, all};

/// Tells Slack; without a token nobody is told.
pub(super) async fn tell(portal: &Portal, run: &Run, notice: &Notice) -> Result<(), AppError> {
    let Some(slack) = portal.notifier.slack() else { return Ok(()) };
    let teller = Teller::new(portal, slack, run);
    match notice {
        Notice::Asked { gate } => match open_gate(portal, run, gate) {
            Some(gate) => asked(&teller, gate).await,
            None => Ok(()),
        },
        Notice::Reminded { gate } => match open_gate(portal, run, gate) {
            Some(gate) => reminded(&teller, gate).await,
            None => Ok(()),
        },
        Notice::Escalated { gate } => match open_gate(portal, run, gate) {
            Some(gate) => escalated(&teller, gate).await,
            None => Ok(()),
        },
        Notice::Decided { gate } => match run.gate(gate) {
            Some(gate) => decided(&teller, gate).await,
            None => Ok(()),
        },
        Notice::GlassBroken => glass_broken(&teller).await,
        Notice::Proposed => proposed(&teller).await,
        Notice::Ended => ended(&teller).await,
    }
}

async fn asked(teller: &Teller<'_>, gate: &Gate) -> Result<(), AppError> {
    let Teller { portal, run, .. } = teller;
    let mut to = targets::channels(portal, run, &gate.circle, true).await?;
    to.extend(targets::users(portal, audience::named(portal, run, gate).await?).await?);
    teller.request(gate, &to).await
}

async fn reminded(teller: &Teller<'_>, gate: &Gate) -> Result<(), AppError> {
    let Teller { portal, run, .. } = teller;
    let votes = portal.store.votes(run.id).await?;
    let says = words::reminder(run, gate, &votes);
    let what = words::reminder_number(gate, portal.now());
    let undecided = targets::users(portal, audience::undecided(portal, run, gate).await?).await?;
    // Whoever was asked by a message of their own finds the reminder below it, the others get such a message.
    let threads = teller.threads(gate).await?;
    let asked: Vec<_> = threads.iter().map(|thread| thread.to.clone()).collect();
    let told = threads.iter().filter(|thread| thread.is_channel() || undecided.contains(&thread.to));
    let mut outcomes = Vec::new();
    for thread in told {
        outcomes.push(teller.reply(thread, &what, &says, !thread.is_channel()).await);
    }
    let new: Vec<_> = undecided.into_iter().filter(|user| !asked.contains(user)).collect();
    outcomes.push(teller.request(gate, &new).await);
    // The message itself was their reminder.
    outcomes.push(teller.skip(gate, &new, &what).await);
    all(outcomes)
}

async fn escalated(teller: &Teller<'_>, gate: &Gate) -> Result<(), AppError> {
    let Teller { portal, run, .. } = teller;
    let Some(escalation) = &gate.escalation else { return Ok(()) };
    let mut outcomes = vec![refresh::refresh(teller, &gate.name).await];
    let says = words::escalation(&escalation.circle);
    for thread in teller.threads(gate).await?.iter().filter(|thread| thread.is_channel()) {
        outcomes.push(teller.reply(thread, "escalated", &says, true).await);
    }
    let mut to = targets::channels(portal, run, &escalation.circle, false).await?;
    to.extend(targets::users(portal, audience::escalated(portal, run, gate).await?).await?);
    outcomes.push(teller.request(gate, &to).await);
    all(outcomes)
}

async fn decided(teller: &Teller<'_>, gate: &Gate) -> Result<(), AppError> {
    let mut outcomes = vec![refresh::refresh(teller, &gate.name).await];
    let votes = teller.portal.store.votes(teller.run.id).await?;
    let progress = words::progress(teller.run, gate, &votes);
    for thread in teller.threads(gate).await?.iter().filter(|thread| thread.is_channel()) {
        for (what, says) in &progress {
            outcomes.push(teller.reply(thread, what, says, false).await);
        }
    }
    all(outcomes)
}

/// Everybody who was asked, or would have been, learns who let the run past them, and why.
async fn glass_broken(teller: &Teller<'_>) -> Result<(), AppError> {
    let Teller { portal, run, .. } = teller;
    let says = words::emergency(portal, run).await?;
    let mut outcomes = Vec::new();
    for gate in run.gates.iter().filter(|gate| gate.status == GateStatus::Overridden) {
        outcomes.push(refresh::refresh(teller, &gate.name).await);
        let mut to = targets::channels(portal, run, &gate.circle, true).await?;
        to.extend(targets::users(portal, audience::named(portal, run, gate).await?).await?);
        outcomes.push(teller.request(gate, &to).await);
        for thread in &teller.threads(gate).await? {
            outcomes.push(teller.reply(thread, "glass broken", &says, true).await);
        }
    }
    all(outcomes)
}

/// Another proposal is another message.
async fn proposed(teller: &Teller<'_>) -> Result<(), AppError> {
    let records = teller.portal.store.audit(teller.run.id).await?;
    let number = records.iter().filter(|record| record.action == "edits proposed").count();
    let says = words::proposed(teller.run, &teller.portal.config.url);
    teller.requester(&format!("proposed {number}"), &says).await
}

async fn ended(teller: &Teller<'_>) -> Result<(), AppError> {
    let says = words::ended(teller.run, message::outcome(teller.run.status));
    let mut outcomes = Vec::new();
    for gate in &teller.run.gates {
        // A thread tells of the vote that ended it before it tells of the end, whichever row comes first.
        outcomes.push(decided(teller, gate).await);
        for thread in teller.threads(gate).await?.iter().filter(|thread| thread.is_channel()) {
            outcomes.push(teller.reply(thread, "ended", &says, false).await);
        }
    }
    let own = words::ended_for_requester(teller.run, &teller.portal.config.url);
    outcomes.push(teller.requester("ended", &own).await);
    all(outcomes)
}
