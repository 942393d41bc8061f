//! How runs end that nobody cancelled or rejected: by result, by failure, by time.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::trigger::GRACE;
use super::{AppError, Portal, deliver, notices};
use crate::domain::audit::Entry;
use crate::domain::{Failure, GateStatus, Run, Status};
use crate::store::StoreError;
use crate::store::commit::{Change, Extra};
use crate::store::outbox::Notice;
use crate::store::result::StoredResult;
use crate::telemetry::Metric;
use crate::workflow::{Ended, EngineError, Outcome, names};

/// How the owner's steps, or the way to them, ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct End {
    /// In the gateway's words.
    pub(crate) outcome: Outcome,
    /// What the steps returned.
    pub(crate) output: Option<Value>,
    /// Why they did not.
    pub(crate) failure: Option<Failure>,
}

/// The end of a run: state, audit, notices, and the inbox cleared.
pub(crate) fn change(
    run: &Run,
    status: Status,
    actor: &str,
    failure: Option<Failure>,
    now: Timestamp,
) -> Change {
    let mut change = Change::of(run, now);
    let silent = match status {
        Status::Expired => Some(GateStatus::Expired),
        Status::Rejected => Some(GateStatus::Rejected),
        _ => None,
    };
    for gate in run.open_gates() {
        change.with(Extra::InboxClose(gate.clone()));
        // Of gates side by side only those whose time is up were left undecided.
        let silent = silent.filter(|_| status == Status::Expired || !gate.is_open(now));
        if let (Some(silent), Some(gate)) = (silent, change.run().gate_mut(&gate.name)) {
            gate.status = silent;
        }
    }
    change.run().end(status);
    let detail = json!({ "status": status, "was": run.status, "error": failure.as_ref().map(|f| &f.name) });
    change.record(Entry::new(actor, "ended", detail));
    change.run().failure = failure;
    notices::send(&mut change, &Notice::Ended, now);
    change
}

/// Writes an end and tells people. The outcome is the state that was written.
pub(crate) async fn write(portal: &Portal, change: Change) -> Result<Status, StoreError> {
    let committed = portal.store.commit(change).await?;
    deliver::attempt(portal, &committed).await;
    Ok(committed.run.status)
}

/// Ends a run as its gateway says. A run that has ended stays as it is.
pub(crate) async fn finish(
    portal: &Portal,
    run: &Run,
    actor: &str,
    end: End,
    now: Timestamp,
) -> Result<Status, AppError> {
    if run.status.is_final() {
        return Ok(run.status);
    }
    let status = status_after(run.status, &end);
    let failure = (status != Status::Succeeded).then_some(end.failure).flatten();
    let mut change = change(run, status, actor, failure, now);
    if let Some(output) = end.output.filter(|_| status == Status::Succeeded) {
        let execution = names::child_of(run)?.unwrap_or_default();
        change.with(Extra::Result(StoredResult::new(&output, &execution)?));
    }
    Ok(write(portal, change).await?)
}

/// What a run becomes. A gateway that fails while people are asked leaves nobody to carry on with
/// their answer, so the run expires.
fn status_after(status: Status, end: &End) -> Status {
    let cancelled = end.failure.as_ref().is_some_and(|failure| failure.name == "Drawbridge.Cancelled");
    match (status, end.outcome) {
        (Status::Waiting, _) => Status::Expired,
        (Status::Executing | Status::Cancelling, Outcome::Succeeded) => Status::Succeeded,
        (Status::Executing | Status::Approved, Outcome::TimedOut) => Status::TimedOut,
        (Status::Cancelling, Outcome::Aborted) => Status::Cancelled,
        (Status::Cancelling, Outcome::Failed) if cancelled => Status::Cancelled,
        _ => Status::Failed,
    }
}

/// A run that nobody started, or could start, is not started any more.
pub(crate) async fn never_started(
    portal: &Portal,
    run: &Run,
    cause: &str,
    now: Timestamp,
) -> Result<(), AppError> {
    if run.status != Status::Starting {
        return Ok(());
    }
    let failure = Failure { name: "Drawbridge.NotStarted".to_owned(), cause: cause.to_owned() };
    Metric::one("StuckRuns").emit();
    write(portal, change(run, Status::Failed, "relay", Some(failure), now)).await?;
    Ok(())
}

/// Ends a run whose deadline passed without anybody ending it: the last resort behind the gateway.
pub(crate) async fn past_deadline(portal: &Portal, run: &Run, now: Timestamp) -> Result<(), AppError> {
    if run.status.is_final() || now < run.deadline + GRACE {
        return Ok(());
    }
    Metric::one("StuckRuns").emit();
    let status = match run.status {
        Status::Executing | Status::Cancelling => return overdue(portal, run, now).await,
        Status::Approved => Status::TimedOut,
        _ => Status::Expired,
    };
    let cause = "The run's deadline passed before its steps were started.";
    let failure = Failure { name: "Drawbridge.TimedOut".to_owned(), cause: cause.to_owned() };
    write(portal, change(run, status, "relay", Some(failure), now)).await?;
    Ok(())
}

/// The owner's execution is asked first: it may have ended while nobody was told.
async fn overdue(portal: &Portal, run: &Run, now: Timestamp) -> Result<(), AppError> {
    let end = match portal.engine.outcome(run).await? {
        Some(ended) => ended.into(),
        None => give_up(portal, run).await?,
    };
    finish(portal, run, "relay", end, now).await?;
    Ok(())
}

impl From<Ended> for End {
    fn from(ended: Ended) -> Self {
        Self {
            outcome: ended.outcome,
            output: ended.output.and_then(|text| serde_json::from_str(&text).ok()),
            failure: Some(Failure {
                name: ended.error.unwrap_or_else(|| "Drawbridge.Stopped".to_owned()),
                cause: ended.cause.unwrap_or_default(),
            }),
        }
    }
}

/// The steps are told to stop; whether they do or not, the run ends. They may have ended by themselves in this
/// very moment, and then that is what happened.
async fn give_up(portal: &Portal, run: &Run) -> Result<End, AppError> {
    match portal.engine.stop(run).await {
        Ok(()) | Err(EngineError::NoExecution(_)) => {}
        Err(error) => return Err(error.into()),
    }
    if let Some(ended) = portal.engine.outcome(run).await?.filter(|ended| ended.outcome != Outcome::Aborted) {
        return Ok(ended.into());
    }
    let cause = "The run's deadline passed and its steps had not ended; they were told to stop.";
    let failure = Failure { name: "Drawbridge.TimedOut".to_owned(), cause: cause.to_owned() };
    Ok(End { outcome: Outcome::TimedOut, output: None, failure: Some(failure) })
}
