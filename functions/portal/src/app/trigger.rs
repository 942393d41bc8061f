//! A request becomes a run.
//!
//! 1. authorise, validate (authoritative), refuse what this portal cannot run;
//! 2. keep secrets, compute the digest, pin the gates that apply;
//! 3. write key, run, outbox and audit in one transaction, as far as the workflow's limits let it;
//! 4. start the gateway at once; when that fails, the relay does it.
//!
//! In a warm function a request without a secret is two calls of AWS: the transaction and the start.

use form::FieldError;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::asker::Asker;
use super::doors::{WATCH_EVERY, waited_for};
use super::draft::{Asking, draft};
use super::terms::{Settled, Terms};
use super::vault::Place;
use super::{AppError, Portal, deliver, limits};
use crate::catalog::LoadedWorkflow;
use crate::domain::audit::Entry;
use crate::domain::{Caller, CallerKind, GateStatus, Run, RunId, Status, digest};
use crate::store::StoreError;
use crate::store::commit::{Change, Extra};
use crate::store::error::Kind;
use crate::store::idempotency::{Claim, Used};
use crate::store::outbox::Message;
use crate::telemetry::Trace;

/// Longest key of a state machine, in bytes.
pub(crate) const DOOR_KEY_MAX: usize = 1024;

/// The operation that keys of triggers belong to.
const OPERATION: &str = "run";

pub(crate) use crate::store::outbox::HEAD_START;

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
    /// The trace that the request is part of; the run gets one of its own otherwise.
    pub trace: Option<Trace>,
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
pub async fn trigger(portal: &Portal, asker: &Asker, request: Request) -> Result<Triggered, AppError> {
    // Boxed, so that whoever asks does not carry the state of everything that a request may do.
    Box::pin(trigger_on(portal, asker, request, Terms::default())).await
}

/// The same, on terms of the caller's.
///
/// That a request is new is what the write demands. Nothing is asked before it, and whatever is refused may be a
/// repetition: then the answer is what it became.
pub async fn trigger_on(
    portal: &Portal,
    asker: &Asker,
    request: Request,
    terms: Terms,
) -> Result<Triggered, AppError> {
    check_key(&asker.caller, &request.key)?;
    let workflow = portal.catalog.workflow(&request.slug)?.ok_or(AppError::NotFound("workflow"))?;
    let secrets = form::secrets(&workflow.compiled.workflow.parameters, &request.parameters);
    no_secrets_by_door(&asker.caller, &secrets)?;
    let key = &portal.config.secret_key;
    let payload = digest::of_payload(&request.slug, &request.parameters, &secrets, key)?;
    let wanted = Wanted { portal, asker, workflow: &workflow, request, secrets, payload, terms };
    // A secret is kept before the run is written, and would be kept for nothing.
    if !wanted.secrets.is_empty()
        && let Some(known) = wanted.before().await?
    {
        return Ok(known);
    }
    match wanted.anew().await {
        Ok(triggered) => Ok(triggered),
        Err(refused) => wanted.before().await?.ok_or(refused),
    }
}

/// A request that can be read.
struct Wanted<'a> {
    portal: &'a Portal,
    asker: &'a Asker,
    workflow: &'a LoadedWorkflow,
    request: Request,
    /// Where its secrets are.
    secrets: Vec<String>,
    /// What its key stands for.
    payload: String,
    terms: Terms,
}

impl Wanted<'_> {
    /// The run that this key stands for; another body under the same key is refused.
    async fn before(&self) -> Result<Option<Triggered>, AppError> {
        let store = &self.portal.store;
        let used = store.used_key(&self.asker.caller.key(), OPERATION, &self.request.key).await?;
        let Some(used) = used else { return Ok(None) };
        if used.payload_digest != self.payload {
            return Err(AppError::KeyReused);
        }
        let run = store.run(used.run_id).await?.ok_or(AppError::NotFound("run"))?;
        if run.for_run.as_ref().map(|outer| outer.id) != self.terms.for_run {
            return Err(AppError::KeyReused);
        }
        Ok(Some(Triggered { run_id: run.id, status: run.status, created: false }))
    }

    /// Makes it a run.
    async fn anew(&self) -> Result<Triggered, AppError> {
        let Self { portal, asker, workflow, request, .. } = self;
        admit(portal, asker, workflow, workflow.schema.validate(&request.parameters)).await?;
        // Before a secret is kept for nothing; that the limits hold is up to the write.
        if !self.secrets.is_empty()
            && let Some(exceeded) = limits::look(portal, &asker.seen, workflow, &request.parameters).await?
        {
            return Err(AppError::LimitExceeded(Box::new(exceeded)));
        }
        let now = portal.now();
        let settled = Settled::of(portal, &asker.caller, &self.terms, now).await?;
        let mut run = self.run(now).await?;
        settled.put_on(&mut run);
        let change = self.change(run, now);
        let committed = match Box::pin(limits::create(portal, &asker.seen, workflow, change)).await {
            Err(AppError::Store(StoreError::Exists(Kind::Key))) => {
                let busy = "the same request is under way; repeat it";
                return Err(AppError::Conflict(busy.to_owned()));
            }
            written => written?,
        };
        tracing::info!(run = %committed.run.id, workflow = request.slug, "a run was requested");
        deliver::attempt(portal, &committed).await;
        Ok(Triggered { run_id: committed.run.id, status: committed.run.status, created: true })
    }

    /// The run as it will be written, its secrets already kept elsewhere.
    async fn run(&self, now: Timestamp) -> Result<Run, AppError> {
        let Self { portal, asker, workflow, request, .. } = self;
        let mut parameters = request.parameters.clone();
        let place = Place {
            slug: &request.slug,
            request: format!("{}\n{}", asker.caller.key(), request.key),
            key: &portal.config.secret_key,
        };
        portal.vault.keep(&place, &mut parameters, &self.secrets).await?;
        let asking = Asking { asker, workflow, given: &request.parameters };
        let run = draft(portal, &asking, parameters, now)?;
        Ok(Run { trace: request.trace.clone().or(run.trace), ..run })
    }

    /// What is written with it.
    fn change(&self, run: Run, now: Timestamp) -> Change {
        let caller = &self.asker.caller;
        let used = Used { payload_digest: self.payload.clone(), run_id: run.id, at: now };
        let key = self.request.key.clone();
        let mut change = created(caller, run, now);
        change.with(Extra::Key(Claim { caller: caller.key(), operation: OPERATION, key, used }));
        if let Some(waits) = self.terms.waits.clone() {
            change.record(waited_for(caller, &waits.execution));
            change.with(Extra::Subscribe(waits)).send(Message::Watch, now + WATCH_EVERY);
        }
        limits::count(&mut change, limits::counts(self.workflow, now));
        change
    }
}

/// A person's key is a header. A state machine's is made of its execution and the name of a state, which may be long
/// and in any language.
fn check_key(caller: &Caller, key: &str) -> Result<(), AppError> {
    let usable = match caller.kind {
        CallerKind::Person => {
            (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
        }
        CallerKind::Machine => (1..=DOOR_KEY_MAX).contains(&key.len()) && !key.contains(char::is_control),
    };
    if usable { Ok(()) } else { Err(AppError::BadKey) }
}

/// What a state machine passes on stays readable in its history, so a secret is not taken from one.
fn no_secrets_by_door(caller: &Caller, secrets: &[String]) -> Result<(), AppError> {
    if caller.kind == CallerKind::Person || secrets.is_empty() {
        return Ok(());
    }
    let message =
        "a secret cannot come from a state machine, whose history would keep it; a person can request this";
    let refused = |pointer: &String| FieldError {
        pointer: pointer.clone(),
        keyword: "writeOnly".to_owned(),
        message: message.to_owned(),
    };
    Err(AppError::Invalid(secrets.iter().map(refused).collect()))
}

/// Whether whoever asks may have this, here, now. `errors` is what is wrong with the parameters.
pub(super) async fn admit(
    portal: &Portal,
    asker: &Asker,
    workflow: &LoadedWorkflow,
    errors: Vec<FieldError>,
) -> Result<(), AppError> {
    let compiled = &workflow.compiled;
    asker.may_ask_for(portal, &compiled.workflow)?;
    if !portal.config.regions.contains(&compiled.region) {
        return Err(wrong_region(portal, &compiled.region));
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    if portal.store.is_deployed(&compiled.slug, &compiled.digest).await? {
        return Ok(());
    }
    Err(AppError::NotDeployed(compiled.slug.clone()))
}

fn wrong_region(portal: &Portal, region: &str) -> AppError {
    let index = portal.catalog.index();
    let there = index.portal.deployments.iter().find(|deployment| deployment.region == region);
    let url = there.map_or("the portal there (the catalog names none)", |d| d.url.as_str()).to_owned();
    AppError::WrongRegion { region: region.to_owned(), url }
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
        "for_run": run.for_run.as_ref().map(|outer| outer.id),
        "edited_by": run.edited_by.as_ref().map(|editor| &editor.id),
        "trace": run.trace,
    });
    let deadline = run.deadline;
    let mut change = Change::create(run, now);
    change
        .record(Entry::of(caller, "requested", detail))
        .send(Message::Start, now + HEAD_START)
        .send(Message::Deadline, deadline + GRACE);
    change
}
