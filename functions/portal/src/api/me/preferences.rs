//! `GET` and `PUT /api/me/preferences`: how the person who asks wants to be told.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::asking::{Deciding, Reading};
use crate::api::body::{Fields, JsonBody};
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::app::preferences::{Media, Preferences, choose, of};

/// How somebody wants to be told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreferencesBody {
    /// By which media.
    medium: Media,
    /// At once, or once a day what can wait. What closes within two hours of the daily mail, emergencies and
    /// escalations come at once all the same.
    digest: Digest,
    /// The hour of the daily mail in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 23)]
    hour: Option<u8>,
}

/// When somebody wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Digest {
    /// At once.
    Immediately,
    /// Once a day.
    Daily,
}

impl From<Preferences> for PreferencesBody {
    fn from(chosen: Preferences) -> Self {
        let digest = if chosen.daily_at.is_some() { Digest::Daily } else { Digest::Immediately };
        Self { medium: chosen.medium, digest, hour: chosen.daily_at }
    }
}

/// How I want to be told.
#[utoipa::path(
    get, path = "/api/me/preferences", tag = "me",
    responses((status = 200, description = "What was chosen", body = PreferencesBody)),
    security(("session" = []), ("token" = ["drawbridge/read"]))
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    Reading(person): Reading,
) -> Result<Json<PreferencesBody>, ApiError> {
    Ok(Json(of(api.portal(), &person.id).await?.into()))
}

/// Chooses how I want to be told.
#[utoipa::path(
    put, path = "/api/me/preferences", tag = "me", request_body = PreferencesBody,
    responses((status = 200, description = "What is chosen now", body = PreferencesBody)),
    security(("session" = []), ("token" = ["drawbridge/decide"]))
)]
pub(crate) async fn put(
    State(api): State<ApiState>,
    Deciding(person): Deciding,
    JsonBody(body): JsonBody,
) -> Result<Json<PreferencesBody>, ApiError> {
    let mut fields = Fields::of(body);
    let (medium, digest) = (fields.text("medium"), fields.text("digest"));
    let hour = fields.optional_integer("hour");
    let chosen = read(&mut fields, medium.as_deref(), digest.as_deref(), hour);
    fields.finish()?;
    choose(api.portal(), &person.id, chosen).await?;
    Ok(Json(chosen.into()))
}

/// Texts as preferences; what is none of the choices is noted.
pub(crate) fn read(
    fields: &mut Fields,
    medium: Option<&str>,
    digest: Option<&str>,
    hour: Option<i64>,
) -> Preferences {
    let medium = match medium {
        Some("email") => Media::Email,
        Some("slack") => Media::Slack,
        Some("both") | None => Media::Both,
        Some(_) => {
            fields.wrong("medium", "This must be `email`, `slack` or `both`.");
            Media::Both
        }
    };
    let daily_at = match (digest, hour) {
        (Some("daily"), Some(hour)) if (0..=23).contains(&hour) => u8::try_from(hour).ok(),
        (Some("daily"), _) => {
            fields.wrong("hour", "A daily mail needs an hour in UTC, a whole number from 0 to 23.");
            None
        }
        (Some("immediately") | None, _) => None,
        (Some(_), _) => {
            fields.wrong("digest", "This must be `immediately` or `daily`.");
            None
        }
    };
    Preferences { medium, daily_at }
}
