//! `POST /settings/sign-out`: signs oneself out everywhere, or somebody else as an operator.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::{PATH, answer};
use crate::api::body::FormBody;
use crate::api::error::ApiError;
use crate::api::sign_out;
use crate::api::signed_in::Acting;
use crate::api::state::ApiState;
use crate::app::sign_out as app;

/// Signs out everywhere.
#[utoipa::path(
    post, path = "/settings/sign-out", tag = "pages",
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the home page, or to the settings after somebody else was signed out")),
    security(("session" = []))
)]
pub(crate) async fn sign_out(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
    body: FormBody,
) -> Result<Response, ApiError> {
    let Acting(person, _) = person.map_err(|refused| refused.leading_to(PATH.to_owned()))?;
    let whom = body.get("person").unwrap_or(&person.id).to_owned();
    let done = app::everywhere(api.portal(), &person, &whom).await.map_err(ApiError::from);
    if done.is_ok() && whom == person.id {
        return Ok((sign_out::forgotten(&api), Redirect::to("/")).into_response());
    }
    answer(&api, &person, "sign-out", body, done).await
}
