//! `POST /api/runs/{id}/approvals/{gate}/decisions`: one person's vote, bound to what they were shown.

use axum::Json;
use axum::extract::{Path, State};
use catalog_model::approval::Channel;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::asking::Deciding;
use crate::api::body::{Fields, JsonBody};
use crate::api::error::ApiError;
use crate::api::runs::id;
use crate::api::state::ApiState;
use crate::app::decide as app;
use crate::domain::verdict::Ballot;
use crate::domain::{Decision, GateStatus, Status};

/// A vote.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body in the document; reading it reports every fault at once")]
pub(crate) struct DecisionBody {
    decision: Decision,
    /// Why; a rejection needs it, and some approvals do.
    reason: Option<String>,
    /// The run's digest as it was shown: a vote about something else does not count.
    digest: String,
}

/// What the vote did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecidedBody {
    run_status: Status,
    gate_status: GateStatus,
}

/// Approve or reject.
#[utoipa::path(
    post, path = "/api/runs/{id}/approvals/{gate}/decisions", tag = "approvals",
    params(
        ("id" = String, Path, description = "The run's id"),
        ("gate" = String, Path, description = "The approval's name"),
    ),
    request_body = DecisionBody,
    responses((status = 200, description = "Recorded", body = DecidedBody)), security(("session" = []), ("token" = ["drawbridge/decide"]))
)]
pub(crate) async fn decide(
    State(api): State<ApiState>,
    person: Deciding,
    Path((run, gate)): Path<(String, String)>,
    JsonBody(body): JsonBody,
) -> Result<Json<DecidedBody>, ApiError> {
    let ballot = read(Fields::of(body), gate)?;
    let decided = Box::pin(app::decide(api.portal(), &person.caller(), id(&run)?, ballot)).await?;
    Ok(Json(DecidedBody { run_status: decided.run_status, gate_status: decided.gate_status }))
}

fn read(mut fields: Fields, gate: String) -> Result<Ballot, ApiError> {
    let said = fields.text("decision");
    if said.as_deref().is_some_and(|said| said != "approve" && said != "reject") {
        fields.wrong("decision", "This must be `approve` or `reject`.");
    }
    // Whatever is neither was noted, so `finish` refuses it.
    let decision = if said.as_deref() == Some("approve") { Decision::Approve } else { Decision::Reject };
    let (reason, digest) = (fields.optional_text("reason"), fields.text("digest").unwrap_or_default());
    fields.finish()?;
    Ok(Ballot { gate, decision, reason, digest, channel: Channel::Api, signed_in_at: None })
}
