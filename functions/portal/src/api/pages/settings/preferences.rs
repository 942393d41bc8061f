//! `POST /settings/preferences`: how somebody wants to be told.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::{PATH, answer};
use crate::api::body::{Fields, FormBody};
use crate::api::error::ApiError;
use crate::api::me::preferences::read;
use crate::api::signed_in::Acting;
use crate::api::state::ApiState;
use crate::app::preferences::choose;
use crate::domain::Person;

/// Keeps what was chosen.
#[utoipa::path(
    post, path = "/settings/preferences", tag = "pages",
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the settings")),
    security(("session" = []))
)]
pub(crate) async fn preferences(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
    body: FormBody,
) -> Result<Response, ApiError> {
    let Acting(person, _) = person.map_err(|refused| refused.leading_to(PATH.to_owned()))?;
    let saved = save(&api, &person, &body).await;
    answer(&api, &person, "preferences", body, saved).await
}

async fn save(api: &ApiState, person: &Person, body: &FormBody) -> Result<(), ApiError> {
    let mut fields = Fields::of(json!({}));
    let hour = body.get("hour").and_then(|hour| hour.parse().ok());
    let chosen = read(&mut fields, body.get("medium"), body.get("digest"), hour);
    fields.finish()?;
    Ok(choose(api.portal(), &person.id, chosen).await?)
}
