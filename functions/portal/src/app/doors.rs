//! Executions of doors that wait for the end of a run.
//!
//! 1. [`attach`] adds one, or gives it its newest token; to a run that has ended it brings the answer;
//! 2. [`answer`] tells all of them how the run ended;
//! 3. [`look_after`] drops those that have ended themselves. With the last of them gone nobody wants the run any
//!    more, and it is cancelled.
//!
//! Each is a change of the run, so that none of them overlooks another. An event about an execution's end only makes
//! [`look_after`] come sooner: what it says is not believed, the execution is asked.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::answer::answer_of;
use super::cancel::cancelling;
use super::trigger::HEAD_START;
use super::{AppError, Portal, deliver};
use crate::domain::audit::Entry;
use crate::domain::{Caller, Run, RunId, Status};
use crate::store::StoreError;
use crate::store::commit::{Change, Committed, Extra};
use crate::store::outbox::Message;
use crate::store::subscriber::Subscriber;

/// How often it is looked whether those who wait still do. Events come sooner; this is for when none comes.
pub(crate) const WATCH_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// How often the run is read anew when others change it at the same moment.
const TRIES: usize = 10;

/// Adds an execution to those that wait for a run that is there already. A retry of the same execution has another
/// token: the one before is never used again.
pub async fn attach(
    portal: &Portal,
    caller: &Caller,
    run_id: RunId,
    waits: Subscriber,
) -> Result<Status, AppError> {
    for _ in 0..TRIES {
        let run = portal.store.run(run_id).await?.ok_or(AppError::NotFound("run"))?;
        let known = portal.store.subscribers(run_id).await?;
        let known = known.into_iter().find(|one| one.execution == waits.execution);
        let now = portal.now();
        let mut change = Change::of(&run, now);
        if run.status.is_final() {
            change.send(Message::Answer, now + HEAD_START);
        } else if known.is_none() {
            change.record(waited_for(caller, &waits.execution));
        }
        let generation = known.map_or(1, |before| before.generation + 1);
        change.with(Extra::Subscribe(Subscriber { generation, ..waits.clone() }));
        if let Some(run) = deliver::written(portal, change).await? {
            return Ok(run.status);
        }
    }
    Err(StoreError::Busy.into())
}

/// What the audit says of an execution that begins to wait.
pub(super) fn waited_for(caller: &Caller, execution: &str) -> Entry {
    Entry::of(caller, "waited for", json!({ "execution": execution }))
}

/// Tells everybody who waits how the run ended. One who cannot be told holds up no other.
pub(super) async fn answer(portal: &Portal, run: &Run) -> Result<(), AppError> {
    let waiting = portal.store.subscribers(run.id).await?;
    if waiting.is_empty() || !run.status.is_final() {
        return Ok(());
    }
    let answer = answer_of(portal, run).await?.to_string();
    let mut untold = None;
    for one in waiting {
        if let Err(error) = portal.engine.answer(&one.token, &answer).await {
            untold.get_or_insert(AppError::from(error));
        } else {
            portal.store.answered(run.id, &one).await?;
        }
    }
    untold.map_or(Ok(()), Err)
}

/// Drops the executions that have ended without their answer. Whoever calls decides whether to carry out what
/// follows or to leave it to the relay.
pub async fn look_after(portal: &Portal, run_id: RunId) -> Result<Option<Committed>, AppError> {
    for _ in 0..TRIES {
        let run = portal.store.run(run_id).await?.ok_or(AppError::NotFound("run"))?;
        let Some(team) = run.calling_team().filter(|_| !run.status.is_final()) else { return Ok(None) };
        let (mut gone, mut still) = (Vec::new(), 0);
        for one in portal.store.subscribers(run_id).await? {
            if portal.engine.still_waits(&one.execution).await? { still += 1 } else { gone.push(one) }
        }
        if gone.is_empty() {
            return Ok(None);
        }
        match portal.store.commit(without(&run, &Caller::machine(team), gone, still, portal.now())).await {
            Ok(committed) => return Ok(Some(committed)),
            Err(StoreError::Changed) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Busy.into())
}

fn without(run: &Run, caller: &Caller, gone: Vec<Subscriber>, still: usize, now: Timestamp) -> Change {
    let cancelled = (still == 0).then(|| cancelling(run, caller, now)).flatten();
    let mut change = cancelled.unwrap_or_else(|| Change::of(run, now));
    for one in gone {
        change.record(Entry::of(caller, "waits no more", json!({ "execution": one.execution })));
        change.with(Extra::Unsubscribe(one));
    }
    change
}
