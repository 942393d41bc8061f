//! Please decide: everything that somebody needs to know to do so.

use jiff::Timestamp;

use super::{decide_at, moment, rows, subject};
use crate::app::Portal;
use crate::app::facts::Facts;
use crate::domain::{Decision, Gate, Run};
use crate::notify::Letter;
use crate::notify::email::letter::{Button, Section, Tone};
use crate::store::outbox::Notice;

/// The letter to approvers: asked, reminded, or asked besides.
pub(in crate::app::notices) fn asked(
    portal: &Portal,
    facts: &Facts,
    run: &Run,
    gate: &Gate,
    notice: &Notice,
) -> Letter {
    let who = requester(facts);
    let (kind, first) = match notice {
        Notice::Reminded { .. } => {
            ("Still waiting for your decision", "You have not decided about this yet.")
        }
        Notice::Escalated { .. } => {
            ("You are asked as well", "Nobody has decided about this so far, so you are asked besides.")
        }
        _ => ("Approval asked", ""),
    };
    let asks = format!("{who} asks to run “{}” in the account of {}.", run.title, facts.target.team);
    let lead = [first.to_owned(), asks, format!("{}: {}", gate.title, gate.why)];
    Letter {
        subject: subject(run, Some(gate)),
        preheader: format!("{who} asks. {}", until(facts, portal.now())),
        tone: Tone::Ask,
        kind: kind.to_owned(),
        title: run.title.clone(),
        lead: lead.into_iter().filter(|text| !text.is_empty()).collect(),
        button: Some(Button { label: "Read and decide", url: decide_at(portal, run, gate) }),
        until: Some(until(facts, portal.now())),
        sections: sections(facts),
        notes: notes(facts),
        because: "You get this because you may decide here, by your own right or as somebody’s deputy."
            .to_owned(),
        ..Letter::default()
    }
}

fn sections(facts: &Facts) -> Vec<Section> {
    let parts =
        [Some(rows::target(facts)), rows::parameters(facts), Some(rows::approval(facts)), rows::plan(facts)];
    parts.into_iter().flatten().collect()
}

fn requester(facts: &Facts) -> String {
    let asks = &facts.requester;
    match (&asks.title, asks.teams.as_slice()) {
        (Some(title), []) => format!("{} ({title})", asks.name),
        (Some(title), teams) => format!("{} ({title}, {})", asks.name, teams.join(", ")),
        (None, []) => asks.name.clone(),
        (None, teams) => format!("{} ({})", asks.name, teams.join(", ")),
    }
}

/// How long it is open and how far it got.
fn until(facts: &Facts, now: Timestamp) -> String {
    let gate = &facts.gate;
    let approved = gate.votes.iter().filter(|vote| vote.decision == Decision::Approve).count();
    let left = gate.expires_at.map(|at| format!("Open until {} ({}).", moment(at), left(at, now)));
    format!("{} {approved} of {} have approved so far.", left.unwrap_or_default(), gate.quorum)
        .trim()
        .to_owned()
}

/// The time that is left, in the largest unit that says enough.
fn left(at: Timestamp, now: Timestamp) -> String {
    let minutes = at.duration_since(now).as_mins().max(0);
    match minutes {
        0..=119 => format!("{minutes} minutes from this mail"),
        120..=2879 => format!("{} hours from this mail", minutes / 60),
        _ => format!("{} days from this mail", minutes / 1440),
    }
}

fn notes(facts: &Facts) -> Vec<String> {
    let digest: String = facts.digest.chars().take(12).collect();
    let mut notes = vec![format!(
        "You decide about exactly this request (digest {digest}, run {}). If it changes, your decision does not count.",
        facts.run
    )];
    if facts.gate.high_risk {
        notes.push("A wrong decision could cost much here, so it is made in the portal within 15 minutes of signing in.".to_owned());
    }
    notes.push("The link only leads to the page: it signs nobody in and decides nothing, also for whoever it is forwarded to.".to_owned());
    notes
}
