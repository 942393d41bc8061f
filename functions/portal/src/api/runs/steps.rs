//! `GET /api/runs/{id}/steps`: what the gateway and the owner's steps have done so far.

use axum::Json;
use axum::extract::{Path, State};

use super::id;
use crate::api::asking::Reading;
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::app::runs;
use crate::workflow::Progress;

/// A run's steps so far.
#[utoipa::path(
    get, path = "/api/runs/{id}/steps", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, description = "The steps", body = Progress)), security(("session" = []), ("token" = ["drawbridge/read"]))
)]
pub(crate) async fn steps(
    State(api): State<ApiState>,
    person: Reading,
    Path(run): Path<String>,
) -> Result<Json<Progress>, ApiError> {
    Ok(Json(runs::steps(api.portal(), &person.caller(), id(&run)?).await?))
}
