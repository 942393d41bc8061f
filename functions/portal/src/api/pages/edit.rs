//! `GET` and `POST /runs/{id}/approvals/{gate}/edit`: the parameters that an approver would let through.
//!
//! The requester confirms them; whoever changed them does not vote on them.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use catalog_model::approval::Channel;
use form::{FieldError, RenderOptions};
use serde_json::Value;

use super::Page;
use super::form::{about, remove, summary_line, workflow};
use crate::api::body::FormBody;
use crate::api::error::{ApiError, Kind};
use crate::api::runs::id;
use crate::api::signed_in::{Acting, SignedIn};
use crate::api::state::ApiState;
use crate::app::propose::{Edit, propose as app};
use crate::app::{AppError, runs};
use crate::catalog::LoadedWorkflow;
use crate::domain::{Caller, Person, Run};

/// Fields of the page that are not parameters. A parameter's name is a JSON pointer, so none is called so.
const OWN: [&str; 2] = ["reason", "digest"];

/// What is shown: values, and what was wrong with them.
#[derive(Default)]
struct Shown {
    values: Value,
    errors: Vec<FieldError>,
    problem: Option<String>,
    reason: String,
}

/// The form with the run's values.
#[utoipa::path(
    get, path = "/runs/{id}/approvals/{gate}/edit", tag = "pages",
    params(
        ("id" = String, Path, description = "The run's id"),
        ("gate" = String, Path, description = "The approval's name"),
    ),
    responses((status = 200, description = "The form", body = String, content_type = "text/html")),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    SignedIn(person, _): SignedIn,
    Path((run, gate)): Path<(String, String)>,
) -> Result<Html<String>, ApiError> {
    let (run, workflow) = subject(&api, &person, &run).await?;
    let mut values = run.parameters.clone();
    for pointer in form::secrets(&workflow.compiled.workflow.parameters, &values) {
        remove(&mut values, &pointer);
    }
    page(&api, &person, &run, &gate, &workflow, Shown { values, ..Shown::default() }).await
}

/// Proposes what was filled in.
#[utoipa::path(
    post, path = "/runs/{id}/approvals/{gate}/edit", tag = "pages",
    params(
        ("id" = String, Path, description = "The run's id"),
        ("gate" = String, Path, description = "The approval's name"),
    ),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the run's page")),
    security(("session" = []))
)]
pub(crate) async fn propose(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
    Path((run, gate)): Path<(String, String)>,
    body: FormBody,
) -> Result<Response, ApiError> {
    let back = format!("/runs/{}/approvals/{gate}/edit", id(&run)?);
    let Acting(person, since) = person.map_err(|refused| refused.leading_to(back))?;
    let (run, workflow) = subject(&api, &person, &run).await?;
    let pairs: Vec<_> = body.0.iter().filter(|(name, _)| !OWN.contains(&name.as_str())).cloned().collect();
    let (values, unreadable) = workflow.form.read_with_errors(&pairs);
    let reason = body.get("reason").unwrap_or_default().replace("\r\n", "\n");
    let mut shown = Shown { values, errors: unreadable, problem: None, reason };
    if shown.errors.is_empty() {
        let edit = Edit {
            gate: gate.clone(),
            parameters: shown.values.clone(),
            reason: shown.reason.clone(),
            digest: body.get("digest").unwrap_or_default().to_owned(),
            channel: Channel::Portal,
            signed_in_at: Some(since),
        };
        match Box::pin(app(api.portal(), &Caller::person(&person.id), run.id, &edit)).await {
            Ok(()) => return Ok(Redirect::to(&format!("/runs/{}", run.id)).into_response()),
            Err(AppError::Invalid(errors)) => shown.errors = errors,
            Err(error) => {
                let error = ApiError::from(error);
                if !error.is_for_the_page() {
                    return Err(error);
                }
                shown.problem = Some(error.detail().to_owned());
                let status = error.kind().status();
                return Ok(
                    (status, page(&api, &person, &run, &gate, &workflow, shown).await?).into_response()
                );
            }
        }
    }
    let status = Kind::InvalidParameters.status();
    Ok((status, page(&api, &person, &run, &gate, &workflow, shown).await?).into_response())
}

async fn subject(api: &ApiState, person: &Person, run: &str) -> Result<(Run, Arc<LoadedWorkflow>), ApiError> {
    let run = runs::get(api.portal(), &Caller::person(&person.id), id(run)?).await?;
    let workflow = workflow(api, &run.workflow)?;
    Ok((run, workflow))
}

async fn page(
    api: &ApiState,
    person: &Person,
    run: &Run,
    gate: &str,
    workflow: &LoadedWorkflow,
    shown: Shown,
) -> Result<Html<String>, ApiError> {
    let view = runs::view(api.portal(), &Caller::person(&person.id), run.id).await?;
    let gate = view.approvals.iter().find(|known| known.name == gate).ok_or_else(ApiError::not_found)?;
    let fields = workflow.form.render(&RenderOptions { values: Some(&shown.values), errors: &shown.errors });
    let rows = workflow.form.rows(&shown.values);
    let summary: Vec<_> = shown.errors.iter().map(|error| summary_line(error, &rows)).collect();
    let has_secrets = !form::secrets(&workflow.compiled.workflow.parameters, &run.parameters).is_empty();
    Page::new(api, "approvals", Some(person))
        .with("workflow", &about(workflow))
        .with("gate", gate)
        .with("fields", &fields)
        .with("errors", &summary)
        .with("has_secrets", &has_secrets)
        .with("may", &view.actions.decide.contains(&gate.name))
        .with("problem", &shown.problem)
        .with("reason", &shown.reason)
        .with("run", &view)
        .render("pages/edit.html")
}
