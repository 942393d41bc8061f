//! `POST /api/runs/{id}/proposal`: the requester confirms or declines an approver's edits.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::id;
use crate::api::asking::Requesting;
use crate::api::body::{Fields, JsonBody};
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::app::propose as app;
use crate::domain::RunId;

/// The requester's answer.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the body in the document; reading it reports every fault at once")]
pub(crate) struct AnswerBody {
    /// `confirm` or `decline`.
    answer: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnsweredBody {
    /// The run that replaces this one; absent when the edits were declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<RunId>,
}

/// Answer a proposal.
#[utoipa::path(
    post, path = "/api/runs/{id}/proposal", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    request_body = AnswerBody,
    responses((status = 200, description = "Answered", body = AnsweredBody)), security(("session" = []), ("token" = ["drawbridge/run"]))
)]
pub(crate) async fn answer(
    State(api): State<ApiState>,
    person: Requesting,
    Path(run): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<AnsweredBody>, ApiError> {
    let mut fields = Fields::of(body);
    let said = fields.text("answer");
    if said.as_deref().is_some_and(|said| said != "confirm" && said != "decline") {
        fields.wrong("answer", "This must be `confirm` or `decline`.");
    }
    fields.finish()?;
    let confirmed = said.as_deref() == Some("confirm");
    let superseded_by =
        Box::pin(app::answer(api.portal(), &person.caller().by("api"), id(&run)?, confirmed)).await?;
    Ok(Json(AnsweredBody { superseded_by }))
}
