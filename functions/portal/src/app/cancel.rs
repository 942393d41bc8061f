//! Cancelling: at once while nothing privileged has begun, a truthful "requested" afterwards.

use jiff::Timestamp;
use serde_json::json;

use super::check::decider;
use super::trigger::HEAD_START;
use super::{AppError, Portal, deliver, notices};
use crate::domain::audit::Entry;
use crate::domain::{Caller, Run, RunId, Status, visibility};
use crate::store::StoreError;
use crate::store::commit::{Change, Extra};
use crate::store::outbox::{Message, Notice};

/// How often the run is read anew when others change it at the same moment.
const TRIES: usize = 10;

/// What became of the wish to cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// The run is cancelled; nothing privileged happens any more.
    Now(Status),
    /// The owner's steps were told to stop; they may still end by themselves.
    Requested,
}

/// Cancels a run for its requester or its owner team.
pub async fn cancel(portal: &Portal, caller: &Caller, run_id: RunId) -> Result<Cancelled, AppError> {
    let decider = decider(portal, caller).await?;
    for _ in 0..TRIES {
        let run = portal.store.run(run_id).await?.ok_or(AppError::NotFound("run"))?;
        if !visibility::may_see(&run, &decider) {
            return Err(AppError::NotFound("run"));
        }
        if !visibility::may_cancel(&run, &decider.person) {
            let sentence = "only the requester (or the calling team) and the owner team may cancel this run";
            return Err(AppError::NotAllowed(sentence.to_owned()));
        }
        let Some(change) = cancelling(&run, caller, portal.now()) else { return already(run.status) };
        if let Some(run) = deliver::written(portal, change).await? {
            return Ok(match run.status {
                Status::Cancelling => Cancelled::Requested,
                status => Cancelled::Now(status),
            });
        }
    }
    Err(StoreError::Busy.into())
}

/// The change that cancels a run; none where it has ended, or ends for that reason already.
pub(super) fn cancelling(run: &Run, caller: &Caller, now: Timestamp) -> Option<Change> {
    match run.status {
        Status::Starting | Status::Waiting | Status::Approved => Some(end_now(run, caller, now)),
        Status::Executing => Some(ask_to_stop(run, caller, now)),
        _ => None,
    }
}

/// Said twice, it is done once; what ended otherwise is not cancelled any more.
fn already(status: Status) -> Result<Cancelled, AppError> {
    match status {
        Status::Cancelling => Ok(Cancelled::Requested),
        Status::Cancelled => Ok(Cancelled::Now(status)),
        ended => Err(AppError::Conflict(format!("the run has already ended: it is {ended}"))),
    }
}

/// Before the commit gate: the gateway finds the run cancelled, at the latest when it wants to commit.
fn end_now(run: &Run, caller: &Caller, now: Timestamp) -> Change {
    let mut change = Change::of(run, now);
    for gate in run.open_gates() {
        change.with(Extra::InboxClose(gate.clone()));
        change.send(Message::Wake { gate: gate.name.clone() }, now + HEAD_START);
    }
    change.run().end(Status::Cancelled);
    change.record(Entry::of(caller, "cancelled", json!({ "was": run.status })));
    notices::send(&mut change, &Notice::Ended, now);
    change
}

/// After it: the owner's execution is stopped, and the gateway records how it ended.
fn ask_to_stop(run: &Run, caller: &Caller, now: Timestamp) -> Change {
    let mut change = Change::of(run, now);
    change.run().status = Status::Cancelling;
    change.record(Entry::of(caller, "cancel requested", json!({ "was": run.status })));
    change.send(Message::Stop, now + HEAD_START);
    change
}
