//! A request becomes a run.
//!
//! 1. authorise, validate (authoritative), refuse what this portal cannot run;
//! 2. keep secrets, compute the digest, pin the gates that apply;
//! 3. write key, run, outbox and audit in one transaction, as far as the workflow's limits let it;
//! 4. start the gateway at once; when that fails, the relay does it.

use form::FieldError;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::check::{may_request, person};
use super::draft::{Asking, draft};
use super::vault::Place;
use super::{AppError, Portal, deliver, limits};
use crate::catalog::LoadedWorkflow;
use crate::domain::audit::Entry;
use crate::domain::{Caller, GateStatus, Person, Run, RunId, Status, digest};
use crate::store::StoreError;
use crate::store::commit::{Change, Extra};
use crate::store::error::Kind;
use crate::store::idempotency::{Claim, Used};
use crate::store::outbox::Message;

/// The operation that keys of triggers belong to.
const OPERATION: &str = "run";

/// The relay leaves a row to whoever wrote it for so long.
pub(crate) const HEAD_START: SignedDuration = SignedDuration::from_secs(10);

/// How long after a run's deadline the gateway may still end it by itself.
pub(crate) const GRACE: SignedDuration = SignedDuration::from_mins(10);

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The workflow.
    pub slug: String,
    /// The parameters, as the caller sent them.
    pub parameters: Value,
    /// The idempotency key.
    pub key: String,
}

/// The run that a request became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triggered {
    /// The run.
    pub run_id: RunId,
    /// Where it is.
    pub status: Status,
    /// Whether this request made it; a repetition did not.
    pub created: bool,
}

/// Turns a request into a run, or finds the run that the same request became before.
pub async fn trigger(portal: &Portal, caller: &Caller, request: Request) -> Result<Triggered, AppError> {
    check_key(&request.key)?;
    let person = person(portal, caller).await?;
    let workflow = portal.catalog.workflow(&request.slug)?.ok_or(AppError::NotFound("workflow"))?;
    let secrets = form::secrets(&workflow.compiled.workflow.parameters, &request.parameters);
    let key = &portal.config.secret_key;
    let payload = digest::of_payload(&request.slug, &request.parameters, &secrets, key)?;
    if let Some(known) = replay(portal, caller, &request.key, &payload).await? {
        return Ok(known);
    }
    admit(portal, &person, &workflow, workflow.schema.validate(&request.parameters)).await?;
    // Before a secret is kept for nothing; that the limits hold is up to the write.
    if !secrets.is_empty()
        && let Some(exceeded) = limits::look(portal, &person, &workflow, &request.parameters).await?
    {
        return again(portal, caller, &request.key, &payload, AppError::LimitExceeded(Box::new(exceeded)))
            .await;
    }
    let now = portal.now();
    let run = prepare(portal, caller, &person, &workflow, &request, &secrets, now).await?;
    let used = Used { payload_digest: payload.clone(), run_id: run.id, at: now };
    let claim = Claim { caller: caller.key(), operation: OPERATION, key: request.key.clone(), used };
    let mut change = change(caller, run, claim, now);
    limits::count(&mut change, limits::counts(&workflow, now));
    match Box::pin(limits::create(portal, &person, &workflow, change)).await {
        Ok(committed) => {
            deliver::attempt(portal, committed.rows).await;
            let status = committed.run.status;
            Ok(Triggered { run_id: committed.run.id, status, created: true })
        }
        Err(AppError::Store(StoreError::Exists(Kind::Key))) => {
            let busy = AppError::Conflict("the same request is under way; repeat it".to_owned());
            again(portal, caller, &request.key, &payload, busy).await
        }
        Err(refused @ (AppError::LimitExceeded(_) | AppError::CircuitOpen(_))) => {
            again(portal, caller, &request.key, &payload, refused).await
        }
        Err(error) => Err(error),
    }
}

/// The same request may have become a run in the meantime, and have taken what was left: then it is not refused.
async fn again(
    portal: &Portal,
    caller: &Caller,
    key: &str,
    payload: &str,
    refused: AppError,
) -> Result<Triggered, AppError> {
    replay(portal, caller, key, payload).await?.ok_or(refused)
}

fn check_key(key: &str) -> Result<(), AppError> {
    let usable = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if usable { Ok(()) } else { Err(AppError::BadKey) }
}

/// The run that this key stands for; another body under the same key is refused.
async fn replay(
    portal: &Portal,
    caller: &Caller,
    key: &str,
    payload: &str,
) -> Result<Option<Triggered>, AppError> {
    let Some(used) = portal.store.used_key(&caller.key(), OPERATION, key).await? else { return Ok(None) };
    if used.payload_digest != payload {
        return Err(AppError::KeyReused);
    }
    let run = portal.store.run(used.run_id).await?.ok_or(AppError::NotFound("run"))?;
    Ok(Some(Triggered { run_id: run.id, status: run.status, created: false }))
}

/// Whether this person may have this, here, now. `errors` is what is wrong with the parameters.
pub(super) async fn admit(
    portal: &Portal,
    person: &Person,
    workflow: &LoadedWorkflow,
    errors: Vec<FieldError>,
) -> Result<(), AppError> {
    let compiled = &workflow.compiled;
    if !may_request(person, &compiled.workflow.requesters) {
        let groups = portal.catalog.group_names();
        let names = compiled.workflow.requesters.iter().map(|id| groups.get(id).unwrap_or(id).as_str());
        let names = names.collect::<Vec<_>>().join(", ");
        return Err(AppError::NotAllowed(format!("only members of {names} may request this workflow")));
    }
    if !portal.config.regions.contains(&compiled.region) {
        return Err(wrong_region(portal, &compiled.region));
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let version = portal.store.version(&compiled.slug, &compiled.digest).await?;
    version.map(drop).ok_or_else(|| AppError::NotDeployed(compiled.slug.clone()))
}

fn wrong_region(portal: &Portal, region: &str) -> AppError {
    let index = portal.catalog.index();
    let there = index.portal.deployments.iter().find(|deployment| deployment.region == region);
    let url = there.map_or("the portal there (the catalog names none)", |d| d.url.as_str()).to_owned();
    AppError::WrongRegion { region: region.to_owned(), url }
}

/// The run as it will be written, its secrets already kept elsewhere.
async fn prepare(
    portal: &Portal,
    caller: &Caller,
    person: &Person,
    workflow: &LoadedWorkflow,
    request: &Request,
    secrets: &[String],
    now: Timestamp,
) -> Result<Run, AppError> {
    let mut parameters = request.parameters.clone();
    let place = Place {
        slug: &request.slug,
        request: format!("{}\n{}", caller.key(), request.key),
        key: &portal.config.secret_key,
    };
    portal.vault.keep(&place, &mut parameters, secrets).await?;
    draft(portal, &Asking { person, workflow, given: &request.parameters }, parameters, now)
}

fn change(caller: &Caller, run: Run, claim: Claim, now: Timestamp) -> Change {
    let mut change = created(caller, run, now);
    change.with(Extra::Key(claim));
    change
}

/// A new run with what follows from it.
pub(super) fn created(caller: &Caller, run: Run, now: Timestamp) -> Change {
    let asked = run.gates.iter().filter(|gate| gate.status == GateStatus::Pending);
    let asked: Vec<_> = asked.map(|gate| gate.name.clone()).collect();
    let detail = json!({
        "workflow": run.workflow,
        "workflow_digest": run.workflow_digest,
        "approvals": asked,
        "supersedes": run.supersedes,
        "edited_by": run.edited_by.as_ref().map(|editor| &editor.id),
    });
    let deadline = run.deadline;
    let mut change = Change::create(run, now);
    change
        .record(Entry::of(caller, "requested", detail))
        .send(Message::Start, now + HEAD_START)
        .send(Message::Deadline, deadline + GRACE);
    change
}
