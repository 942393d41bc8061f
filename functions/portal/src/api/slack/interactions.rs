//! `POST /slack/interactions`: every click in Slack. Slack waits three seconds for the answer.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::payload::Payload;
use super::signed::Signed;
use super::{press, submit};
use crate::api::error::ApiError;
use crate::api::state::ApiState;

/// A click on a button, or a modal that was sent.
#[utoipa::path(
    post, path = "/slack/interactions", tag = "slack",
    params(
        ("x-slack-request-timestamp" = String, Header, description = "When Slack signed the request"),
        ("x-slack-signature" = String, Header, description = "Slack's `v0` signature of time and body"),
    ),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Taken; of a modal it says what becomes of it", body = Object))
)]
pub(crate) async fn interactions(State(api): State<ApiState>, signed: Signed) -> Result<Response, ApiError> {
    match Payload::read(&signed.body)? {
        Payload::BlockActions(pressed) => {
            press::answer(api.portal(), pressed).await;
            Ok(StatusCode::OK.into_response())
        }
        Payload::ViewSubmission(sent) => Ok(submit::answer(api.portal(), sent, signed.signature).await),
        Payload::Other => Ok(StatusCode::OK.into_response()),
    }
}
