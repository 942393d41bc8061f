//! `POST /api/runs/{id}/approvals/{gate}/edits`: other parameters that an approver would let through.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use catalog_model::approval::Channel;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::asking::Deciding;
use crate::api::body::{Fields, JsonBody};
use crate::api::error::ApiError;
use crate::api::runs::id;
use crate::api::state::ApiState;
use crate::app::propose::{self as app, Edit};

/// Parameters instead of those that were asked for.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body in the document; reading it reports every fault at once")]
pub(crate) struct EditBody {
    /// All of them except secrets, which stay as they are.
    parameters: Value,
    /// Why; the requester reads it.
    reason: String,
    /// The run's digest as it was shown.
    digest: String,
}

/// Propose other parameters.
#[utoipa::path(
    post, path = "/api/runs/{id}/approvals/{gate}/edits", tag = "approvals",
    params(
        ("id" = String, Path, description = "The run's id"),
        ("gate" = String, Path, description = "The approval's name"),
    ),
    request_body = EditBody,
    responses((status = 204, description = "The requester is asked to confirm")), security(("session" = []), ("token" = ["drawbridge/decide"]))
)]
pub(crate) async fn edit(
    State(api): State<ApiState>,
    person: Deciding,
    Path((run, gate)): Path<(String, String)>,
    JsonBody(body): JsonBody,
) -> Result<StatusCode, ApiError> {
    let edit = read(Fields::of(body), gate)?;
    Box::pin(app::propose(api.portal(), &person.caller(), id(&run)?, &edit)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn read(mut fields: Fields, gate: String) -> Result<Edit, ApiError> {
    let parameters = fields.object("parameters");
    let (reason, digest) = (fields.text("reason"), fields.text("digest"));
    fields.finish()?;
    Ok(Edit {
        gate,
        parameters,
        reason: reason.unwrap_or_default(),
        digest: digest.unwrap_or_default(),
        channel: Channel::Api,
        signed_in_at: None,
    })
}
