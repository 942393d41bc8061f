//! A request that Slack signed. The very bytes that arrived are verified, before anything is made of them.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;

use crate::api::body::read;
use crate::api::error::{ApiError, Kind};
use crate::api::state::ApiState;
use crate::notify::slack::signature;

/// Its body, and its signature, by which it is known again.
pub(crate) struct Signed {
    pub(super) body: Bytes,
    pub(super) signature: String,
}

impl FromRequest<ApiState> for Signed {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &ApiState) -> Result<Self, ApiError> {
        let Some(secret) = &api.portal().config.slack_signing_secret else {
            let detail = "This portal is no app of a Slack workspace, so it takes nothing from there.";
            return Err(ApiError::new(Kind::SignInRequired, detail));
        };
        let timestamp = header(request.headers(), "x-slack-request-timestamp");
        let signature = header(request.headers(), "x-slack-signature");
        let body = read(request, "application/x-www-form-urlencoded").await?;
        signature::verify(secret, &timestamp, &signature, &body, api.now()).map_err(|error| {
            tracing::warn!(%error, "an interaction was refused");
            ApiError::new(Kind::SignInRequired, "This request was not signed by Slack just now.")
        })?;
        Ok(Self { body, signature })
    }
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
