//! A run as it will be written: digest, gates and everything else that is pinned when it is asked for.

use jiff::Timestamp;
use serde_json::Value;

use super::asker::Asker;
use super::{AppError, Portal, random};
use crate::catalog::LoadedWorkflow;
use crate::domain::audit::Head;
use crate::domain::{Run, RunId, Status, Target, approvals, digest, limits};
use crate::telemetry::Trace;

/// Who asks for what.
pub(super) struct Asking<'a> {
    pub(super) asker: &'a Asker,
    pub(super) workflow: &'a LoadedWorkflow,
    /// The parameters as they were given: what gates look at and people read.
    pub(super) given: &'a Value,
}

/// The run. In `parameters` every secret is a reference already.
pub(super) fn draft(
    portal: &Portal,
    asking: &Asking<'_>,
    parameters: Value,
    now: Timestamp,
) -> Result<Run, AppError> {
    let Asking { asker, workflow, given } = asking;
    let compiled = &workflow.compiled;
    let names = portal.catalog.names();
    let gates = approvals::evaluate(&workflow.rules, given, &asker.seen, &names);
    let timeout_seconds = compiled.workflow.timeout.seconds();
    let id = RunId::new(now, random()?);
    Ok(Run {
        id,
        workflow: compiled.slug.clone(),
        title: compiled.workflow.title.clone(),
        workflow_digest: compiled.digest.clone(),
        digest: digest::of_run(&compiled.slug, &compiled.digest, &parameters, &asker.caller.key())?,
        target: Target::of(compiled),
        caller: asker.caller.kind,
        requester: asker.name.clone(),
        for_run: None,
        status: Status::Starting,
        version: 0,
        created_at: now,
        updated_at: now,
        deadline: Run::deadline_of(now, &gates, timeout_seconds),
        acts_on: acts_on(compiled.workflow.target.as_deref(), &parameters),
        rows: workflow.form.rows(given).into_iter().map(Into::into).collect(),
        slots: limits::slots(compiled.workflow.limits.as_ref(), id),
        parameters,
        gates,
        break_glass: approvals::break_glass(compiled.workflow.break_glass.as_ref(), &names),
        supersedes: None,
        superseded_by: None,
        declined: Vec::new(),
        edited_by: None,
        gateway_execution: None,
        machine_version: None,
        failure: None,
        trace: Some(Trace::of(id, now)),
        audit: Head::default(),
        outbox: 0,
    })
}

/// The value of the parameter that the workflow names as its target.
pub(super) fn acts_on(target: Option<&str>, parameters: &Value) -> Option<String> {
    parameters.pointer(target?).map(Value::to_string)
}
