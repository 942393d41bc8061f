//! `GET /api/runs/{id}`: a run with its parameters, approvals, outcome and audit trail.

use axum::Json;
use axum::extract::{Path, State};

use super::id;
use crate::api::asking::Reading;
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::app::runs;
use crate::app::view::RunView;

/// A run.
#[utoipa::path(
    get, path = "/api/runs/{id}", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, description = "The run", body = RunView)), security(("session" = []), ("token" = ["drawbridge/read"]))
)]
pub(crate) async fn one(
    State(api): State<ApiState>,
    person: Reading,
    Path(run): Path<String>,
) -> Result<Json<RunView>, ApiError> {
    Ok(Json(runs::view(api.portal(), &person.caller(), id(&run)?).await?))
}
