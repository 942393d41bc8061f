//! `POST /workflows/{slug}/preview`: what a form asks for, before it is asked.
//!
//! Valid values become a preview, whose idempotency key is minted with it; invalid ones become the
//! form again.

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use catalog_model::IsoDuration;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Page;
use super::form::{about, workflow};
use super::posted::{DIGEST, KEY, Posted};
use crate::api::body::FormBody;
use crate::api::error::ApiError;
use crate::api::signed_in::Acting;
use crate::api::state::ApiState;
use crate::app::check::check;
use crate::app::view::{AskedView, CheckView};
use crate::catalog::LoadedWorkflow;

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
    let posted = Posted::read(&api, person, &slug, body)?;
    let checked = check(api.portal(), &posted.person.0, &slug, &posted.values).await?;
    if posted.goes_back() || !posted.is_readable() || !checked.valid {
        return posted.form_again(&api);
    }
    let key = Uuid::new_v4().to_string();
    Ok(show(&api, &posted, &checked, &key, false)?.into_response())
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

/// The preview of valid values.
pub(super) fn show(
    api: &ApiState,
    posted: &Posted,
    checked: &CheckView,
    key: &str,
    changed: bool,
) -> Result<Html<String>, ApiError> {
    let workflow = &posted.workflow;
    let mut hidden = posted.parameters();
    hidden.push((KEY.to_owned(), key.to_owned()));
    hidden.push((DIGEST.to_owned(), checked.workflow_digest.clone()));
    let approvals: Vec<Value> = checked.approvals.iter().map(in_words).collect();
    Page::new(api, "workflows", Some(&posted.person.0))
        .with("workflow", &about(workflow))
        .with("rows", &checked.parameters)
        .with("approvals", &approvals)
        .with("steps", &workflow.plan)
        .with("target", &target(api, workflow))
        .with("hidden", &hidden)
        .with("changed", &changed)
        .with("limit", &checked.limit)
        .with("may_request", &checked.may_request)
        .with("requesters", &requesters(api, workflow))
        .render("pages/preview.html")
}

fn in_words(asked: &AskedView) -> Value {
    let within =
        IsoDuration::parse(&asked.within).map_or_else(|_| asked.within.clone(), |length| length.words());
    json!({
        "name": asked.name, "title": asked.title, "why": asked.why,
        "from": asked.from, "people": asked.people, "quorum": asked.quorum, "within": within,
        "distinct_groups": asked.distinct_groups, "stage": asked.stage,
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
