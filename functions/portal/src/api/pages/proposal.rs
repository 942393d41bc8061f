//! `POST /runs/{id}/proposal`: the requester's answer on the run's page. Confirmed, it leads to the new run.

use axum::extract::{Path, State};
use axum::response::Redirect;

use crate::api::body::FormBody;
use crate::api::error::{ApiError, Kind};
use crate::api::runs::id;
use crate::api::signed_in::Acting;
use crate::api::state::ApiState;
use crate::app::propose as app;

/// Confirms or declines what an approver proposes.
#[utoipa::path(
    post, path = "/runs/{id}/proposal", tag = "pages",
    params(("id" = String, Path, description = "The run's id")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the run that goes on")),
    security(("session" = []))
)]
pub(crate) async fn answer(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
    Path(run): Path<String>,
    body: FormBody,
) -> Result<Redirect, ApiError> {
    let run = id(&run)?;
    let page = format!("/runs/{run}");
    let person = person.map_err(|refused| refused.leading_to(page.clone()))?;
    let confirmed = match body.get("answer") {
        Some("confirm") => true,
        Some("decline") => false,
        _ => return Err(ApiError::new(Kind::Malformed, "Press Confirm or Decline.").leading_to(page)),
    };
    let answered = Box::pin(app::answer(api.portal(), &person.caller().by("portal"), run, confirmed)).await;
    let next = answered.map_err(|error| ApiError::from(error).leading_to(page))?;
    Ok(Redirect::to(&format!("/runs/{}", next.unwrap_or(run))))
}
