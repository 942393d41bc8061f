//! What replies and direct messages say.

use jiff::{SignedDuration, Timestamp};

use crate::app::slack::message::outcome;
use crate::app::slack::vote_sentence;
use crate::app::view::VoteView;
use crate::app::{AppError, Portal};
use crate::domain::gate::Circle;
use crate::domain::mandate::counted;
use crate::domain::{Decision, Gate, GateStatus, Run, Vote};
use crate::notify::slack::Message;
use crate::notify::slack::text::{line, shortened};

/// A message without blocks; its parts are escaped.
fn said(text: String) -> Message {
    Message { text, blocks: Vec::new() }
}

/// The votes at a gate, each with its own name, and that they were enough.
pub(super) fn progress(run: &Run, gate: &Gate, votes: &[Vote]) -> Vec<(String, Message)> {
    let here = |vote: &&Vote| vote.gate == gate.name && vote.generation == gate.generation;
    let here: Vec<_> = votes.iter().filter(here).collect();
    let each = here.iter().enumerate().map(|(index, vote)| {
        let mut says = vote_sentence(&VoteView::from(*vote));
        if vote.decision == Decision::Approve {
            let so_far = counted(run, gate, here[..=index].iter().copied());
            says = format!("{says}  ({so_far} of {} approvals)", gate.quorum);
        }
        (format!("vote {} {}", vote.generation, vote.person), said(says))
    });
    let enough = (gate.status == GateStatus::Approved)
        .then(|| (format!("approved {}", gate.generation), said("Enough people have approved.".to_owned())));
    each.chain(enough).collect()
}

/// It is still open.
pub(super) fn reminder(run: &Run, gate: &Gate, votes: &[Vote]) -> Message {
    let so_far = counted(run, gate, votes.iter());
    let until = gate.expires_at.map(|at| format!(", open until {}", crate::app::slack::date(at)));
    said(format!("Still waiting: {so_far} of {} approvals{}.", gate.quorum, until.unwrap_or_default()))
}

/// Which reminder it is by now: each is sent once.
pub(super) fn reminder_number(gate: &Gate, now: Timestamp) -> String {
    let passed = |seconds: &&u64| {
        let after = SignedDuration::from_secs(i64::try_from(**seconds).unwrap_or(i64::MAX));
        gate.opened_at.and_then(|at| at.checked_add(after).ok()).is_some_and(|at| at <= now)
    };
    format!("reminder {}", gate.remind_seconds.iter().filter(passed).count())
}

/// Others were asked besides.
pub(super) fn escalation(circle: &Circle) -> Message {
    said(format!(
        "Nobody has decided so far. From now on these may decide, too: {}.",
        line(&circle.words(), 600)
    ))
}

/// Who let the run past its gates, and why, as the audit says.
pub(super) async fn emergency(portal: &Portal, run: &Run) -> Result<Message, AppError> {
    let records = portal.store.audit(run.id).await?;
    let record = records.into_iter().rfind(|record| record.action == "glass broken");
    let Some(record) = record else {
        return Ok(said("Somebody let this run past its approvals.".to_owned()));
    };
    let id = record.actor.strip_prefix("person:").unwrap_or(&record.actor);
    let name = portal.store.person(id).await?.map_or_else(|| id.to_owned(), |person| person.name);
    let reason = record.detail["reason"].as_str().unwrap_or_default();
    let (name, reason) = (line(&name, 100), shortened(reason, 2_000));
    Ok(said(format!("{name} let this run past its approvals in an emergency: “{reason}”")))
}

/// How the run ended, for its threads.
pub(super) fn ended(run: &Run, outcome: &str) -> Message {
    let error = run.failure.as_ref().map(|failure| format!(" Error: {}", line(&failure.name, 200)));
    said(format!("{outcome}{}", error.unwrap_or_default()))
}

/// How the run ended, for whoever asked for it.
pub(super) fn ended_for_requester(run: &Run, portal: &str) -> Message {
    let ended = ended(run, outcome(run.status)).text;
    said(format!("*<{portal}/runs/{}|{}>*\n{ended}", run.id, line(&run.title, 200)))
}

/// An approver proposes other parameters.
pub(super) fn proposed(run: &Run, portal: &str) -> Message {
    let title = line(&run.title, 200);
    said(format!(
        "*<{portal}/runs/{}|{title}>*\nAn approver proposes other parameters; they count once you confirm them.",
        run.id
    ))
}
