//! `POST /workflows/{slug}/preview`: what a form asks for, before it is asked.
//!
//! Valid values become a preview, whose idempotency key is minted with it; invalid ones become the
//! form again. Nothing is lost when the session has ended meanwhile: the way back has the values.

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use catalog_model::IsoDuration;
use openidconnect::url::form_urlencoded;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Page;
use super::form::{Filled, about, render, workflow};
use crate::api::body::FormBody;
use crate::api::error::{ApiError, Kind};
use crate::api::plan::plan;
use crate::api::signed_in::Acting;
use crate::api::state::ApiState;
use crate::app::check::check;
use crate::app::view::{AskedView, CheckView};
use crate::catalog::LoadedWorkflow;

/// Fields of the preview that are not parameters.
pub(super) const KEY: &str = "idempotency_key";
/// The workflow's digest that the preview was made from.
pub(super) const DIGEST: &str = "workflow_digest";
/// Set by the button that goes back to the form.
const EDIT: &str = "edit";
/// The longest query that a way back carries; what is longer has to be typed again.
const LONGEST: usize = 1600;

/// Shows what a request would do.
#[utoipa::path(
    post, path = "/workflows/{slug}/preview", tag = "pages",
    params(("slug" = String, Path, description = "The workflow")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The preview", body = String, content_type = "text/html"),
        (status = 400, description = "The form again, with errors", body = String, content_type = "text/html"),
    ),
    security(("session" = []))
)]
pub(crate) async fn preview(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
    Path(slug): Path<String>,
    body: FormBody,
) -> Result<Response, ApiError> {
    let workflow = workflow(&api, &slug)?;
    let person = person.map_err(|refused| leading_back(refused, &workflow, &body))?;
    let values = workflow.form.read(&parameters(&body));
    let checked = check(api.portal(), &person.caller(), &slug, &values).await?;
    if body.get(EDIT).is_some() || !checked.valid {
        return form_again(&api, &person, &workflow, values, body.get(EDIT).is_some());
    }
    let key = Uuid::new_v4().to_string();
    Ok(show(&api, &person, &workflow, &checked, &body, &key, false)?.into_response())
}

/// The address of a preview is no page of its own: it leads to the form.
#[utoipa::path(
    get, path = "/workflows/{slug}/preview", tag = "pages",
    params(("slug" = String, Path, description = "The workflow")),
    responses((status = 303, description = "To the form"))
)]
pub(crate) async fn again(
    State(api): State<ApiState>,
    Path(slug): Path<String>,
) -> Result<Redirect, ApiError> {
    let slug = &workflow(&api, &slug)?.compiled.slug;
    Ok(Redirect::to(&format!("/workflows/{slug}/form")))
}

/// The form with what was posted; errors at their fields unless the person only went back.
pub(super) fn form_again(
    api: &ApiState,
    person: &Acting,
    workflow: &LoadedWorkflow,
    values: Value,
    went_back: bool,
) -> Result<Response, ApiError> {
    let errors = if went_back { Vec::new() } else { workflow.schema.validate(&values) };
    let lost_secrets = !form::secrets(&workflow.compiled.workflow.parameters, &values).is_empty();
    let filled = Filled { values: Some(values), errors, source: None, lost_secrets };
    let page = render(api, &person.0, workflow, filled)?;
    Ok(if went_back {
        page.into_response()
    } else {
        (Kind::InvalidParameters.status(), page).into_response()
    })
}

/// The preview of valid values.
pub(super) fn show(
    api: &ApiState,
    person: &Acting,
    workflow: &LoadedWorkflow,
    checked: &CheckView,
    body: &FormBody,
    key: &str,
    changed: bool,
) -> Result<Html<String>, ApiError> {
    let mut hidden = parameters(body);
    hidden.push((KEY.to_owned(), key.to_owned()));
    hidden.push((DIGEST.to_owned(), checked.workflow_digest.clone()));
    let approvals: Vec<Value> = checked.approvals.iter().map(in_words).collect();
    Page::new(api, "workflows", Some(&person.0))
        .with("workflow", &about(workflow))
        .with("rows", &checked.parameters)
        .with("approvals", &approvals)
        .with("steps", &plan(&workflow.compiled.steps))
        .with("target", &target(api, workflow))
        .with("hidden", &hidden)
        .with("changed", &changed)
        .with("may_request", &checked.may_request)
        .with("requesters", &requesters(api, workflow))
        .render("pages/preview.html")
}

/// What was posted without the preview's own fields.
pub(super) fn parameters(body: &FormBody) -> Vec<(String, String)> {
    let own = |name: &str| [KEY, DIGEST, EDIT].contains(&name);
    body.0.iter().filter(|(name, _)| !own(name)).cloned().collect()
}

/// A refusal from which the person comes back to the form with the values; an address is kept in
/// histories, so secrets are not in it.
pub(super) fn leading_back(refused: ApiError, workflow: &LoadedWorkflow, body: &FormBody) -> ApiError {
    let pairs = parameters(body);
    let secrets = form::secrets(&workflow.compiled.workflow.parameters, &workflow.form.read(&pairs));
    let public = pairs.iter().filter(|(name, value)| !secrets.contains(name) && !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(public).finish();
    let form = format!("/workflows/{}/form", workflow.compiled.slug);
    refused.leading_to(if query.is_empty() || query.len() > LONGEST {
        form
    } else {
        format!("{form}?{query}")
    })
}

fn in_words(asked: &AskedView) -> Value {
    let within =
        IsoDuration::parse(&asked.within).map_or_else(|_| asked.within.clone(), |length| length.words());
    json!({
        "name": asked.name, "title": asked.title, "why": asked.why,
        "from": asked.from, "quorum": asked.quorum, "within": within,
    })
}

fn target(api: &ApiState, workflow: &LoadedWorkflow) -> Value {
    let compiled = &workflow.compiled;
    let index = api.portal().catalog.index();
    let team =
        index.teams.get(&compiled.workflow.owner).map_or(compiled.workflow.owner.as_str(), |team| &team.name);
    json!({
        "team": team, "account": compiled.account, "region": compiled.region,
        "timeout": compiled.workflow.timeout.words(),
    })
}

fn requesters(api: &ApiState, workflow: &LoadedWorkflow) -> Vec<String> {
    let names = api.portal().catalog.group_names();
    let groups = workflow.compiled.workflow.requesters.iter();
    groups.map(|group| names.get(group).unwrap_or(group).clone()).collect()
}
