//! The daily mail: one mail with all that could wait, sent by the step `digest`.
//!
//! What a line says is read anew when the mail is written: what was decided meanwhile is told as decided, and what
//! the person decided themselves is not told. A mail that fails is tried again by the next round.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::notices::letters::{self, daily::Entry};
use super::{AppError, Portal};
use crate::domain::{Person, Run};
use crate::store::StoreError;
use crate::store::daily::{Daily, Line, Matter};
use crate::store::outbox::Notice;

/// A round comes once an hour; what failed is due again when the next one does.
const AGAIN: SignedDuration = SignedDuration::from_mins(50);
/// How many mails are read at once.
const BATCH: i32 = 25;
/// How many batches one round takes; the rest waits for the next.
const BATCHES: usize = 40;

/// What a round did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Mails sent, or found to have nothing left to tell.
    pub done: u32,
    /// Mails that will be tried again.
    pub failed: u32,
    /// Mails that were given up.
    pub given_up: u32,
}

/// Sends every daily mail that is due. One that fails holds up no other.
pub async fn round(portal: &Portal) -> Result<Round, AppError> {
    let mut round = Round::default();
    for _ in 0..BATCHES {
        let now = portal.now();
        let due = portal.store.due_dailies(now, BATCH).await?;
        if due.is_empty() {
            break;
        }
        for daily in due {
            match attempt(portal, &daily, now).await {
                Ok(None) => round.done += 1,
                Ok(Some(after)) if after.is_given_up() => round.given_up += 1,
                // Somebody else takes it, or a line came in: the next round looks again.
                Err(AppError::Store(StoreError::Changed)) => {}
                Ok(Some(_)) => round.failed += 1,
                Err(error) => {
                    tracing::warn!(person = ?daily.person, %error, "a daily mail could not be claimed");
                    round.failed += 1;
                }
            }
        }
    }
    Ok(round)
}

/// Mails a person at once, with whatever waits for them; what fails is tried again by the rounds.
pub(super) async fn tell_now(
    portal: &Portal,
    person: &Person,
    line: &Line,
    now: Timestamp,
) -> Result<(), AppError> {
    if !portal.notifier.mails() {
        return Ok(());
    }
    let daily = portal.store.put_line(&person.id, line, now).await?;
    if let Err(error) = attempt(portal, &daily, now).await {
        tracing::warn!(person = ?person.id, %error, "a mail was not sent at once; the next round will");
    }
    Ok(())
}

/// Tries one mail. None when it was sent; else the mail as it is to be tried again, or was given up.
async fn attempt(portal: &Portal, daily: &Daily, now: Timestamp) -> Result<Option<Daily>, AppError> {
    let claimed = Daily { tries: daily.tries + 1, due_at: now + AGAIN, reason: None, ..daily.clone() };
    portal.store.update_daily(daily, &claimed).await?;
    let lines = portal.store.lines(&daily.person).await?;
    match send(portal, &claimed, &lines, now).await {
        Ok(()) => {
            portal.store.told_daily(&claimed, &lines).await?;
            Ok(None)
        }
        Err(error) => {
            let after = Daily { reason: Some(error.to_string()), ..claimed.clone() };
            tracing::warn!(person = ?daily.person, tries = after.tries, %error, "a daily mail failed");
            portal.store.update_daily(&claimed, &after).await?;
            Ok(Some(after))
        }
    }
}

async fn send(portal: &Portal, daily: &Daily, lines: &[Line], now: Timestamp) -> Result<(), AppError> {
    // Whoever left the directory is told nothing any more.
    let Some(person) = portal.store.person(&daily.person).await? else { return Ok(()) };
    let entries = entries(portal, &person, lines, now).await?;
    if entries.is_empty() {
        return Ok(());
    }
    let letter = letters::daily::letter(portal, &entries);
    let mail = letter.render(&portal.catalog.letters()?, &letters::head(portal))?;
    portal.notifier.mail(&person.email, &mail, None).await?;
    Ok(())
}

/// What is left to tell, each approval and each run once.
async fn entries(
    portal: &Portal,
    person: &Person,
    lines: &[Line],
    now: Timestamp,
) -> Result<Vec<Entry>, AppError> {
    let mut entries = BTreeMap::new();
    for (number, line) in lines.iter().enumerate() {
        match &line.matter {
            Matter::Deputy { approver, from, until } => {
                let entry = Entry::Deputy { approver: approver.name.clone(), from: *from, until: *until };
                entries.insert((format!("{number:04}"), String::new()), entry);
            }
            Matter::Notice { run_id, notice, .. } => {
                let Some(run) = portal.store.run(*run_id).await? else { continue };
                let gate = gate_of(notice);
                let entry = match gate {
                    Some(gate) => about_gate(portal, &run, gate, person, now).await?,
                    None => Some(Entry::Run { proposed: *notice == Notice::Proposed, run: Box::new(run) }),
                };
                let key = (run_id.to_string(), gate.unwrap_or_default().to_owned());
                entries.remove(&key);
                entries.extend(entry.map(|entry| (key, entry)));
            }
        }
    }
    Ok(entries.into_values().collect())
}

fn gate_of(notice: &Notice) -> Option<&str> {
    match notice {
        Notice::Asked { gate }
        | Notice::Reminded { gate }
        | Notice::Escalated { gate }
        | Notice::Decided { gate } => Some(gate),
        Notice::GlassBroken | Notice::Proposed | Notice::Ended => None,
    }
}

/// What is to be said of an approval; nothing where the person has decided.
async fn about_gate(
    portal: &Portal,
    run: &Run,
    gate: &str,
    person: &Person,
    now: Timestamp,
) -> Result<Option<Entry>, AppError> {
    let Some(gate) = run.gate(gate) else { return Ok(None) };
    let vote = portal.store.vote(run.id, &gate.name, gate.generation, &person.id).await?;
    let open = gate.is_open(now) && !run.status.is_final();
    Ok(vote.is_none().then(|| Entry::Gate { run: Box::new(run.clone()), gate: gate.name.clone(), open }))
}
