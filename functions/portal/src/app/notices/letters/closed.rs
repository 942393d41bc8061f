//! To whoever was asked and did not decide: it is not needed any more.

use super::{moment, outcome, page_of, subject};
use crate::app::Portal;
use crate::domain::{Decision, Gate, GateStatus, Run, Vote};
use crate::notify::Letter;
use crate::notify::email::letter::{Button, Line, Section, Tone};

/// The letter that ends an approver's conversation.
pub(in crate::app::notices) fn closed(portal: &Portal, run: &Run, gate: &Gate, votes: &[Vote]) -> Letter {
    let here = votes.iter().filter(|vote| vote.gate == gate.name && vote.generation == gate.generation);
    let rows: Vec<_> = here.map(line).collect();
    let votes = (!rows.is_empty()).then(|| Section { title: "Who decided", rows, ..Section::default() });
    let happened = format!("{} The run {}.", because(gate.status), outcome(run.status));
    Letter {
        subject: subject(run, Some(gate)),
        preheader: happened.clone(),
        tone: Tone::Info,
        kind: "No longer needed".to_owned(),
        title: run.title.clone(),
        lead: vec!["Your decision is not needed any more.".to_owned(), happened],
        button: Some(Button { label: "See what happened", url: page_of(portal, run) }),
        sections: votes.into_iter().collect(),
        because: "You get this because you were asked to decide.".to_owned(),
        ..Letter::default()
    }
}

/// Why nobody has to decide at a gate any more.
pub(in crate::app) fn because(status: GateStatus) -> &'static str {
    match status {
        GateStatus::Approved => "Enough people have approved.",
        GateStatus::Rejected => "It was rejected.",
        GateStatus::Expired => "The time to decide has passed.",
        GateStatus::Overridden => "Somebody let the run past this approval in an emergency.",
        GateStatus::Open | GateStatus::Pending | GateStatus::Skipped => "The run has ended.",
    }
}

fn line(vote: &Vote) -> Line {
    let said = if vote.decision == Decision::Approve { "approved" } else { "rejected" };
    let reason = vote.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    Line::new(vote.name.clone(), format!("{said}, {}{reason}", moment(vote.at)))
}
