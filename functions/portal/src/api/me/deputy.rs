//! `GET`, `PUT` and `DELETE /api/me/deputy`: who decides for the person who asks, and for whom they decide.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use utoipa::ToSchema;

use crate::api::asking::{Deciding, Reading};
use crate::api::body::{Fields, JsonBody};
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::app::deputy::{self as app, Deputies};

/// Whom I name.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body in the document; reading it reports every fault at once")]
pub(crate) struct DeputyBody {
    /// Their id.
    deputy: String,
    /// From when; from now on when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Until when; 90 days from now at most.
    #[schema(value_type = String, format = DateTime)]
    until: Timestamp,
}

/// My deputy, and whom I stand in for.
#[utoipa::path(
    get, path = "/api/me/deputy", tag = "me",
    responses((status = 200, description = "What is arranged", body = Deputies)),
    security(("session" = []), ("token" = ["drawbridge/read"]))
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    Reading(person): Reading,
) -> Result<Json<Deputies>, ApiError> {
    Ok(Json(app::of(api.portal(), &person.id).await?))
}

/// Names my deputy, instead of whoever was.
#[utoipa::path(
    put, path = "/api/me/deputy", tag = "me", request_body = DeputyBody,
    responses((status = 200, description = "What is arranged now", body = Deputies)),
    security(("session" = []), ("token" = ["drawbridge/decide"]))
)]
pub(crate) async fn put(
    State(api): State<ApiState>,
    Deciding(person): Deciding,
    JsonBody(body): JsonBody,
) -> Result<Json<Deputies>, ApiError> {
    let mut fields = Fields::of(body);
    let deputy = fields.text("deputy").unwrap_or_default();
    let (from, until) = (fields.optional_text("from"), fields.text("until"));
    let from = from.and_then(|text| moment(&mut fields, "from", &text));
    let until = until.and_then(|text| moment(&mut fields, "until", &text)).unwrap_or_default();
    fields.finish()?;
    app::appoint(api.portal(), &person, &deputy, from, until).await?;
    Ok(Json(app::of(api.portal(), &person.id).await?))
}

/// Ends it.
#[utoipa::path(
    delete, path = "/api/me/deputy", tag = "me",
    responses((status = 200, description = "What is arranged now", body = Deputies)),
    security(("session" = []), ("token" = ["drawbridge/decide"]))
)]
pub(crate) async fn delete(
    State(api): State<ApiState>,
    Deciding(person): Deciding,
) -> Result<Json<Deputies>, ApiError> {
    app::dismiss(api.portal(), &person.id).await?;
    Ok(Json(app::of(api.portal(), &person.id).await?))
}

fn moment(fields: &mut Fields, name: &str, text: &str) -> Option<Timestamp> {
    let at = text.parse().ok();
    if at.is_none() {
        fields.wrong(name, "This must be a moment such as `2026-03-01T08:00:00Z`.");
    }
    at
}
