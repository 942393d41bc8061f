//! Letting a run past its gates in an emergency: recorded, and told to everybody who would have been asked.

use jiff::Timestamp;

use super::check::decider;
use super::trigger::HEAD_START;
use super::{AppError, Portal, deliver, notices};
use crate::domain::break_glass::{Plea, broken};
use crate::domain::{Caller, Person, Run, RunId, Status, visibility};
use crate::store::StoreError;
use crate::store::commit::{Change, Extra};
use crate::store::outbox::{Message, Notice};

/// How often the run is read anew when others change it at the same moment.
const TRIES: usize = 10;

/// Breaks the glass of a run.
pub async fn break_glass(
    portal: &Portal,
    caller: &Caller,
    run_id: RunId,
    plea: &Plea,
) -> Result<Status, AppError> {
    for _ in 0..TRIES {
        let decider = decider(portal, caller).await?;
        let run = portal.store.run(run_id).await?.ok_or(AppError::NotFound("run"))?;
        if !visibility::may_see(&run, &decider) {
            return Err(AppError::NotFound("run"));
        }
        let change = change(&run, plea, caller, &decider.person, portal.now())?;
        if let Some(run) = deliver::written(portal, change).await? {
            return Ok(run.status);
        }
    }
    Err(StoreError::Busy.into())
}

fn change(
    run: &Run,
    plea: &Plea,
    caller: &Caller,
    person: &Person,
    now: Timestamp,
) -> Result<Change, AppError> {
    let (after, entry) = broken(run, plea, caller, person, now)?;
    let mut change = Change::of(run, now);
    *change.run() = after;
    change.record(entry).with(Extra::StillIn(person.clone()));
    for gate in run.open_gates() {
        change.with(Extra::InboxClose(gate.clone()));
        change.send(Message::Wake { gate: gate.name.clone() }, now + HEAD_START);
    }
    notices::send(&mut change, &Notice::GlassBroken, now);
    Ok(change)
}
