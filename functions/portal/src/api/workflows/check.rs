//! `POST /api/workflows/{slug}/check`: would this be accepted, and who would be asked? Changes nothing.

use axum::Json;
use axum::extract::{Path, State};

use super::{ParametersBody, parameters};
use crate::api::asking::Requesting;
use crate::api::body::JsonBody;
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::app::check as app;
use crate::app::view::CheckView;

/// Checks parameters without requesting anything.
#[utoipa::path(
    post, path = "/api/workflows/{slug}/check", tag = "workflows",
    params(("slug" = String, Path, description = "The workflow")),
    request_body = ParametersBody,
    responses((status = 200, description = "Valid or not, and what would be asked", body = CheckView)),
    security(("session" = []), ("token" = ["drawbridge/run"]))
)]
pub(crate) async fn check(
    State(api): State<ApiState>,
    person: Requesting,
    Path(slug): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Json<CheckView>, ApiError> {
    let parameters = parameters(body)?;
    Ok(Json(app::check(api.portal(), &person.0, &slug, &parameters).await?))
}
