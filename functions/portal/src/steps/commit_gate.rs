//! `commit-gate`: the last look before anything privileged happens.
//!
//! 1. the execution is the run's own gateway, and the digest is computed again from what is stored;
//! 2. one conditional write takes the run from APPROVED to EXECUTING, and pins whose approvals counted;
//! 3. the answer names the published version that was approved, and holds the owner's input.
//!
//! A retried or redriven gate of the same execution gets the same answer, or Step Functions would refuse to start
//! the owner's execution again by its name. Any other execution gets none.

use catalog_model::OwnerInput;
use catalog_model::input::{PassedGate, RunInput, Said};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{StepError, TRIES, load};
use crate::Portal;
use crate::app::{AppError, ending};
use crate::domain::audit::Entry;
use crate::domain::{Failure, Gate, Run, RunId, Status, Vote, digest, mandate};
use crate::store::StoreError;
use crate::store::commit::Change;
use crate::store::outbox::Message;
use crate::workflow::names;

/// What the gateway sends.
#[derive(Debug, Deserialize)]
pub struct Payload {
    run_id: RunId,
    digest: String,
    execution_arn: String,
}

/// What the gateway needs to start the owner's steps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Passed {
    /// The published version of the owner's machine.
    pub machine_arn: String,
    /// The role to start it with.
    pub role_arn: String,
    /// The role to describe and stop it with.
    pub control_role_arn: String,
    /// The execution's name: the run's id.
    pub name: String,
    /// The owner's input.
    pub input: OwnerInput,
    /// How long it may take.
    pub seconds: u64,
}

/// Lets the run's own gateway pass, once.
pub async fn run(portal: &Portal, payload: Payload) -> Result<Passed, StepError> {
    for _ in 0..TRIES {
        let run = load(portal, payload.run_id, &payload.digest).await?;
        check_identity(portal, &run, &payload.execution_arn)?;
        let now = portal.now();
        match run.status {
            Status::Approved => match commit(portal, &run, &payload.execution_arn, now).await {
                Err(Commit::Again) => {}
                Err(Commit::Failed(error)) => return Err(error),
                Ok(run) => return passed(&run, now),
            },
            Status::Executing => return passed(&run, now),
            status => return Err(StepError::not_approved(status)),
        }
    }
    Err(StoreError::Busy.into())
}

/// The execution that asks must be the run's own, and the run what was approved.
fn check_identity(portal: &Portal, run: &Run, execution_arn: &str) -> Result<(), StepError> {
    let own = names::execution_arn(&portal.config.gateway_arn, run.id).map_err(AppError::from)?;
    let known = run.gateway_execution.as_deref().unwrap_or(&own);
    if execution_arn != own || execution_arn != known {
        return Err(StepError::foreign_execution(run.id));
    }
    let again = digest::of_run(&run.workflow, &run.workflow_digest, &run.parameters, &run.caller_key());
    if again.map_err(AppError::from)? == run.digest {
        Ok(())
    } else {
        Err(StepError::digest_mismatch(run.id))
    }
}

enum Commit {
    Again,
    Failed(StepError),
}

impl From<StoreError> for Commit {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Changed => Self::Again,
            other => Self::Failed(other.into()),
        }
    }
}

/// The one write from APPROVED to EXECUTING. The deadline moves to the end of the steps' own time.
async fn commit(portal: &Portal, run: &Run, execution_arn: &str, now: Timestamp) -> Result<Run, Commit> {
    if now >= run.deadline {
        let cause = "The run's deadline passed before its steps were started.";
        let failure = Failure { name: "Drawbridge.TimedOut".to_owned(), cause: cause.to_owned() };
        let change = ending::change(run, Status::TimedOut, "gateway", Some(failure), now);
        // This function tells nobody: the relay does.
        let ended = portal.store.commit(change).await?.run;
        return Err(Commit::Failed(StepError::not_approved(ended.status)));
    }
    let version = portal.store.version(&run.workflow, &run.workflow_digest).await?;
    let version = version.ok_or_else(|| Commit::Failed(StepError::not_deployed(&run.workflow)))?;
    let length = SignedDuration::from_secs(i64::try_from(run.target.timeout_seconds).unwrap_or(i64::MAX));
    let deadline = now.checked_add(length).unwrap_or(Timestamp::MAX).min(run.deadline);
    let votes = votes(portal, run).await?;
    let mut change = Change::of(run, now);
    let detail = json!({ "machine": version, "deadline": deadline });
    change.record(Entry::new("gateway", "started", detail));
    change.send(Message::Deadline, deadline + crate::app::GRACE);
    let next = change.run();
    next.status = Status::Executing;
    next.gateway_execution = Some(execution_arn.to_owned());
    next.machine_version = Some(version);
    next.deadline = deadline;
    for gate in next.gates.iter_mut().filter(|gate| gate.is_answered()) {
        gate.approved_by = mandate::counting(run, gate, votes.iter()).into_iter().map(said).collect();
    }
    Ok(portal.store.commit(change).await?.run)
}

/// Who asked, in one word: a person's id, or `machine:` and the team. Neither can be taken for the other.
fn requester(run: &Run) -> String {
    if run.calling_team().is_some() { run.caller_key() } else { run.requester.id.clone() }
}

/// What people decided about the run. A vote raises the run's version, so that none is added unseen.
async fn votes(portal: &Portal, run: &Run) -> Result<Vec<Vote>, StoreError> {
    if run.gates.iter().any(Gate::is_answered) { portal.store.votes(run.id).await } else { Ok(Vec::new()) }
}

fn said(vote: &Vote) -> Said {
    Said { id: vote.person.clone(), name: vote.name.clone(), at: vote.at, reason: vote.reason.clone() }
}

/// The gates that the run was let through, as its steps are told.
fn approvals(run: &Run) -> Vec<PassedGate> {
    let gate = |gate: &Gate| PassedGate {
        gate: gate.name.clone(),
        title: gate.title.clone(),
        by: gate.approved_by.clone(),
        overridden: gate.overridden.clone(),
    };
    run.gates.iter().filter(|gate| gate.is_answered()).map(gate).collect()
}

fn passed(run: &Run, now: Timestamp) -> Result<Passed, StepError> {
    let machine_arn = run.machine_version.clone();
    let left = run.deadline.duration_since(now).as_secs();
    Ok(Passed {
        machine_arn: machine_arn.ok_or_else(|| StepError::not_deployed(&run.workflow))?,
        role_arn: names::invoke_role(run),
        control_role_arn: names::control_role(&run.target),
        name: run.id.to_string(),
        input: OwnerInput {
            run: RunInput {
                id: run.id.to_string(),
                requester: requester(run),
                digest: run.digest.clone(),
                deadline: run.deadline,
                approvals: approvals(run),
            },
            parameters: run.parameters.clone(),
        },
        seconds: u64::try_from(left).unwrap_or_default().max(1),
    })
}
