//! The preview: would this be accepted, and which approvals would be asked? Changes nothing.

use serde_json::Value;

use super::view::{AskedView, CheckView};
use super::{AppError, Portal, limits};
use crate::domain::mandate::Decider;
use crate::domain::{Caller, GateStatus, Person, approvals};

/// Checks a person's parameters against a workflow, as a trigger would.
pub async fn check(
    portal: &Portal,
    person: &Person,
    slug: &str,
    parameters: &Value,
) -> Result<CheckView, AppError> {
    let workflow = portal.catalog.workflow(slug)?.ok_or(AppError::NotFound("workflow"))?;
    let errors = workflow.schema.validate(parameters);
    let valid = errors.is_empty();
    let gates = if valid {
        approvals::evaluate(&workflow.rules, parameters, person, &portal.catalog.names())
    } else {
        Vec::new()
    };
    let limit = if valid { limits::look(portal, person, &workflow, parameters).await? } else { None };
    let asked = gates.iter().filter(|gate| gate.status == GateStatus::Pending);
    Ok(CheckView {
        valid,
        errors: errors.into_iter().map(Into::into).collect(),
        approvals: asked.map(AskedView::from).collect(),
        may_request: may_request(person, &workflow.compiled.workflow.requesters),
        limit,
        workflow_digest: workflow.compiled.digest.clone(),
        parameters: workflow.form.rows(parameters).into_iter().map(Into::into).collect(),
    })
}

/// Everybody who can sign in when the list is empty, else the members of its groups.
pub fn may_request(person: &Person, requesters: &[String]) -> bool {
    requesters.is_empty() || person.in_any(requesters)
}

/// The caller as the `PERSON#` item knows them now.
pub(super) async fn person(portal: &Portal, caller: &Caller) -> Result<Person, AppError> {
    if caller.kind == crate::domain::CallerKind::Machine {
        return Err(AppError::NotAllowed("state machines come in by their team's door".to_owned()));
    }
    let unknown = || AppError::NotAllowed("you are in no team of this portal's catalog".to_owned());
    portal.store.person(&caller.id).await?.ok_or_else(unknown)
}

/// The caller with everybody whose deputy they are now.
pub(crate) async fn decider(portal: &Portal, caller: &Caller) -> Result<Decider, AppError> {
    let person = person(portal, caller).await?;
    let mut deputy_for = Vec::new();
    for delegation in portal.store.delegations_to(&person.id, portal.now()).await? {
        deputy_for.extend(portal.store.person(&delegation.approver).await?);
    }
    Ok(Decider { person, deputy_for })
}
