//! `POST /settings/deputy`: names a deputy, or ends that.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{PATH, answer};
use crate::api::body::FormBody;
use crate::api::error::{ApiError, Kind};
use crate::api::signed_in::Acting;
use crate::api::state::ApiState;
use crate::app::deputy::{appoint, dismiss};
use crate::domain::Person;

/// Names or dismisses.
#[utoipa::path(
    post, path = "/settings/deputy", tag = "pages",
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the settings")),
    security(("session" = []))
)]
pub(crate) async fn deputy(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
    body: FormBody,
) -> Result<Response, ApiError> {
    let Acting(person, _) = person.map_err(|refused| refused.leading_to(PATH.to_owned()))?;
    let saved = match body.get("action") {
        Some("end") => dismiss(api.portal(), &person.id).await.map_err(ApiError::from),
        Some("name") => name(&api, &person, &body).await,
        _ => Err(ApiError::new(Kind::Malformed, "Press one of the buttons.")),
    };
    answer(&api, &person, "deputy", body, saved).await
}

async fn name(api: &ApiState, person: &Person, body: &FormBody) -> Result<(), ApiError> {
    let deputy = body.get("deputy").unwrap_or_default();
    let from = match body.get("from").unwrap_or_default() {
        "" => None,
        text => Some(moment("/from", text)?),
    };
    let until = moment("/until", body.get("until").unwrap_or_default())?;
    Ok(appoint(api.portal(), person, deputy, from, until).await?)
}

/// A moment as a browser posts it: `2026-03-01T08:00`, which the page asks for in UTC.
fn moment(pointer: &str, text: &str) -> Result<Timestamp, ApiError> {
    let says = "Give a date and a time, such as 2026-03-01T08:00.";
    let wrong = || ApiError::field(Kind::Malformed, pointer, says);
    let at: DateTime = text.parse().map_err(|_| wrong())?;
    at.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|_| wrong())
}
