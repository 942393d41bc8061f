//! Approve with edits: an approver proposes the parameters that they would let through.
//!
//! 1. [`propose`] keeps the proposal and tells the requester; the run waits on, and may still be decided;
//! 2. [`answer`] is the requester's: confirmed, a *superseding* run takes the place of the first in one
//!    transaction, with a digest and gates of its own. The editor does not vote on it.

use catalog_model::approval::Channel;
use form::FieldError;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::asker::Asker;
use super::check::decider;
use super::draft::{Asking, draft};
use super::notices::audience;
use super::trigger::{HEAD_START, admit, created};
use super::{AppError, Portal, deliver, notices};
use crate::catalog::LoadedWorkflow;
use crate::domain::audit::Entry;
use crate::domain::mandate::{self, Decider};
use crate::domain::verdict::{Refusal, channel_allows, reason_of};
use crate::domain::{Caller, GateStatus, Person, PersonName, Run, RunId, Status, limits, visibility};
use crate::store::StoreError;
use crate::store::commit::{Change, Extra};
use crate::store::outbox::{Message, Notice};
use crate::store::proposal::Proposal;

/// How often the run is read anew when others change it at the same moment.
const TRIES: usize = 10;

/// What an approver would let through.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The gate that the approver was asked at.
    pub gate: String,
    /// The parameters; secrets are not among them and stay as they are.
    pub parameters: Value,
    /// Why.
    pub reason: String,
    /// The run's digest that the approver saw.
    pub digest: String,
    /// By which channel.
    pub channel: Channel,
    /// When the person last proved who they are.
    pub signed_in_at: Option<Timestamp>,
}

/// Keeps a proposal for the requester.
pub async fn propose(portal: &Portal, caller: &Caller, run_id: RunId, edit: &Edit) -> Result<(), AppError> {
    for _ in 0..TRIES {
        let decider = decider(portal, caller).await?;
        let run = visible(portal, run_id, &decider).await?;
        let proposal = proposal(portal, &run, edit, caller, &decider).await?;
        let mut change = Change::of(&run, portal.now());
        let detail = json!({ "gate": edit.gate, "reason": proposal.reason });
        change.record(Entry::new(caller.key(), "edits proposed", detail).by(edit.channel.as_str()));
        change.with(Extra::Proposal(proposal)).with(Extra::StillIn(decider.person));
        notices::send(&mut change, &Notice::Proposed, portal.now());
        if deliver::written(portal, change).await?.is_some() {
            return Ok(());
        }
    }
    Err(StoreError::Busy.into())
}

/// Answers the proposal for the requester: the superseding run, or none when they declined.
pub async fn answer(
    portal: &Portal,
    caller: &Caller,
    run_id: RunId,
    confirmed: bool,
) -> Result<Option<RunId>, AppError> {
    for _ in 0..TRIES {
        let decider = decider(portal, caller).await?;
        let run = visible(portal, run_id, &decider).await?;
        if !run.belongs_to(&decider.person) {
            let says = "only the requester, or the team whose state machine asked, answers a proposal";
            return Err(AppError::NotAllowed(says.to_owned()));
        }
        // Said twice, it is done once.
        if let Some(superseding) = run.superseded_by.filter(|_| confirmed) {
            return Ok(Some(superseding));
        }
        let proposal = portal.store.proposal(run_id).await?.filter(|one| one.digest == run.digest);
        let proposal = proposal.filter(|one| !run.declined.contains(&one.at));
        let proposal = proposal.ok_or(AppError::NotFound("proposal"))?;
        if run.status != Status::Waiting {
            return Err(Refusal::NotOpen.into());
        }
        let answered = if confirmed {
            Box::pin(supersede(portal, &run, &proposal, caller, &decider.person)).await
        } else {
            decline(portal, &run, &proposal, caller).await
        };
        match answered {
            Err(AppError::Store(StoreError::Changed)) => {}
            other => return other,
        }
    }
    Err(StoreError::Busy.into())
}

async fn visible(portal: &Portal, run_id: RunId, decider: &Decider) -> Result<Run, AppError> {
    let run = portal.store.run(run_id).await?;
    run.filter(|run| visibility::may_see(run, decider)).ok_or(AppError::NotFound("run"))
}

/// The proposal, if this person may make it and its run could be approved by others.
async fn proposal(
    portal: &Portal,
    run: &Run,
    edit: &Edit,
    caller: &Caller,
    decider: &Decider,
) -> Result<Proposal, AppError> {
    let now = portal.now();
    let gate = run.gate(&edit.gate).ok_or(Refusal::NoSuchGate)?;
    mandate::rights(run, gate, caller, decider)?;
    if edit.digest != run.digest {
        return Err(Refusal::OtherDigest.into());
    }
    if run.status != Status::Waiting || !gate.is_open(now) {
        return Err(Refusal::NotOpen.into());
    }
    channel_allows(gate, edit.channel, edit.signed_in_at, now)?;
    let reason = reason_of(Some(&edit.reason), true)?.unwrap_or_default();
    let workflow = workflow(portal, run)?;
    let parameters = with_secrets(&workflow, run, &edit.parameters);
    let errors = errors(&workflow, &parameters);
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    if parameters == run.parameters {
        return Err(AppError::Conflict(
            "nothing was changed; approve or reject the request as it is".to_owned(),
        ));
    }
    let editor = PersonName { id: decider.person.id.clone(), name: decider.person.name.clone() };
    let rows = workflow.form.rows(&parameters).into_iter().map(Into::into).collect();
    let proposal = Proposal {
        gate: edit.gate.clone(),
        editor,
        reason,
        at: now,
        digest: run.digest.clone(),
        parameters,
        rows,
    };
    let asker = Asker::of_run(portal, run).await?;
    let next = superseding(portal, &asker, run, &proposal, now).await?;
    can_be_met(portal, &next, "reject it").await?;
    Ok(proposal)
}

/// A run that nobody but its editor could approve would only expire.
async fn can_be_met(portal: &Portal, run: &Run, instead: &str) -> Result<(), AppError> {
    for gate in run.gates.iter().filter(|gate| gate.status == GateStatus::Pending) {
        if !mandate::could_pass(gate, &audience::approvers(portal, run, gate).await?) {
            let sentence =
                format!("without you too few people could decide at “{}”; {instead} instead", gate.title);
            return Err(AppError::Conflict(sentence));
        }
    }
    Ok(())
}

/// The run that takes the place of this one.
async fn superseding(
    portal: &Portal,
    asker: &Asker,
    run: &Run,
    proposal: &Proposal,
    now: Timestamp,
) -> Result<Run, AppError> {
    let workflow = workflow(portal, run)?;
    let given = &proposal.parameters;
    admit(portal, asker, &workflow, errors(&workflow, given)).await?;
    let asking = Asking { asker, workflow: &workflow, given };
    let mut next = draft(portal, &asking, given.clone(), now)?;
    next.supersedes = Some(run.id);
    next.edited_by = Some(proposal.editor.clone());
    // What it is for stays the same, and so does who may not decide about it and when that is over.
    if run.for_run.is_some() {
        next.for_run.clone_from(&run.for_run);
        next.deadline = next.deadline.min(run.deadline);
    }
    Ok(next)
}

async fn supersede(
    portal: &Portal,
    run: &Run,
    proposal: &Proposal,
    caller: &Caller,
    person: &Person,
) -> Result<Option<RunId>, AppError> {
    let now = portal.now();
    let asker = Asker::of(portal, caller).await?;
    let mut next = superseding(portal, &asker, run, proposal, now).await?;
    if run.calling_team().is_some() {
        // Whoever confirms for the state machine is the requester from now on.
        can_be_met(portal, &next, "let somebody else of your team confirm it").await?;
    }
    let id = next.id;
    let workflow = workflow(portal, run)?;
    let counts = limits::counts_anew(workflow.compiled.workflow.limits.as_ref(), run, &next, now);
    let mut old = Change::of(run, now);
    for gate in run.open_gates() {
        old.with(Extra::InboxClose(gate.clone()));
        old.send(Message::Wake { gate: gate.name.clone() }, now + HEAD_START);
        notices::send(&mut old, &Notice::Decided { gate: gate.name.clone() }, now);
    }
    old.run().end(Status::Cancelled);
    old.run().superseded_by = Some(id);
    old.record(Entry::of(caller, "superseded", json!({ "by": id, "edited_by": proposal.editor.id })));
    limits::hand_over(old.run(), &mut next);
    let mut new = created(caller, next.clone(), now);
    super::limits::count(&mut new, counts);
    let written = portal.store.commit_both(new, old).await;
    if let Err(StoreError::Full(full)) = written {
        Box::pin(super::limits::explain(portal, person, &workflow, &next, full)).await?;
        // The place was nobody's, or has become free: the answer is given once more.
        return Err(StoreError::Changed.into());
    }
    let (new, old) = written?;
    deliver::attempt(portal, &old).await;
    deliver::attempt(portal, &new).await;
    Ok(Some(id))
}

async fn decline(
    portal: &Portal,
    run: &Run,
    proposal: &Proposal,
    caller: &Caller,
) -> Result<Option<RunId>, AppError> {
    let mut change = Change::of(run, portal.now());
    change.run().declined.push(proposal.at);
    change.record(Entry::of(caller, "edits declined", json!({ "edited_by": proposal.editor.id })));
    portal.store.commit(change).await?;
    Ok(None)
}

fn workflow(portal: &Portal, run: &Run) -> Result<std::sync::Arc<LoadedWorkflow>, AppError> {
    portal.catalog.workflow(&run.workflow)?.ok_or(AppError::NotFound("workflow"))
}

/// Secrets stay what the requester gave: nobody else sees or replaces them.
fn with_secrets(workflow: &LoadedWorkflow, run: &Run, edited: &Value) -> Value {
    let mut parameters = edited.clone();
    for pointer in form::secrets(&workflow.compiled.workflow.parameters, &run.parameters) {
        let Some((parent, name)) = pointer.rsplit_once('/') else { continue };
        let kept = run.parameters.pointer(&pointer).cloned();
        let name = name.replace("~1", "/").replace("~0", "~");
        if let (Some(kept), Some(Value::Object(members))) = (kept, parameters.pointer_mut(parent)) {
            members.insert(name, kept);
        }
    }
    parameters
}

/// What is wrong with the parameters; a reference to a secret is not judged as its value would be.
fn errors(workflow: &LoadedWorkflow, parameters: &Value) -> Vec<FieldError> {
    let secrets = form::secrets(&workflow.compiled.workflow.parameters, parameters);
    let mut errors = workflow.schema.validate(parameters);
    errors.retain(|error| !secrets.contains(&error.pointer));
    errors
}
