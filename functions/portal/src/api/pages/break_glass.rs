//! `GET` and `POST /runs/{id}/break-glass`: letting a run past its gates in an emergency.
//!
//! In the portal only, soon after signing in, with a reason that everybody reads who would have been asked.

use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use jiff::Timestamp;

use super::Page;
use crate::api::body::FormBody;
use crate::api::error::{ApiError, Kind};
use crate::api::runs::id;
use crate::api::signed_in::{Acting, SignedIn};
use crate::api::state::ApiState;
use crate::app::break_glass as app;
use crate::app::facts::facts;
use crate::app::runs;
use crate::domain::break_glass::Plea;
use crate::domain::verdict::recent;
use crate::domain::{Caller, Person, RunId};

/// What would be let through, and what is asked of whoever does.
#[utoipa::path(
    get, path = "/runs/{id}/break-glass", tag = "pages",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, description = "What would be let through", body = String, content_type = "text/html")),
    security(("session" = []))
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    SignedIn(person, since): SignedIn,
    Path(run): Path<String>,
) -> Result<Html<String>, ApiError> {
    page(&api, &person, since, id(&run)?, None, "").await
}

/// Breaks the glass.
#[utoipa::path(
    post, path = "/runs/{id}/break-glass", tag = "pages",
    params(("id" = String, Path, description = "The run's id")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the run's page")),
    security(("session" = []))
)]
pub(crate) async fn plead(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
    Path(run): Path<String>,
    body: FormBody,
) -> Result<Response, ApiError> {
    let run = id(&run)?;
    let Acting(person, since) =
        person.map_err(|refused| refused.leading_to(format!("/runs/{run}/break-glass")))?;
    let reason = body.get("reason").unwrap_or_default().replace("\r\n", "\n");
    let digest = body.get("digest").unwrap_or_default().to_owned();
    let plea = Plea { reason: reason.clone(), digest, signed_in_at: Some(since) };
    match Box::pin(app::break_glass(api.portal(), &Caller::person(&person.id), run, &plea)).await {
        Ok(_) => Ok(Redirect::to(&format!("/runs/{run}")).into_response()),
        Err(error) => {
            let error = ApiError::from(error);
            if !error.is_for_the_page() {
                return Err(error);
            }
            let html = page(&api, &person, since, run, Some(error.detail()), &reason).await?;
            Ok((error.kind().status(), html).into_response())
        }
    }
}

async fn page(
    api: &ApiState,
    person: &Person,
    since: Timestamp,
    run: RunId,
    problem: Option<&str>,
    reason: &str,
) -> Result<Html<String>, ApiError> {
    let caller = Caller::person(&person.id);
    let run = runs::get(api.portal(), &caller, run).await?;
    let view = runs::view(api.portal(), &caller, run.id).await?;
    let Some(gate) = run.current_stage().next() else {
        let says = "Nothing stands in this run's way, so there is no glass to break.";
        return Err(ApiError::new(Kind::Conflict, says).leading_to(format!("/runs/{}", run.id)));
    };
    let facts = facts(api.portal(), &run, gate).await?;
    Page::new(api, "approvals", Some(person))
        .with("facts", &facts)
        .with("gates", &view.approvals)
        .with("may", &view.actions.break_glass)
        .with("sign_in_again", &recent(Some(since), api.now()).is_err())
        .with("problem", &problem)
        .with("reason", &reason)
        .with("run", &view)
        .render("pages/break-glass.html")
}
