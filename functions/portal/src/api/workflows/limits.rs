//! `GET /api/workflows/{slug}/limits`: what is used of a workflow's limits, and which callers are cut off.

use axum::Json;
use axum::extract::{Path, State};

use crate::api::error::ApiError;
use crate::api::signed_in::SignedIn;
use crate::api::state::ApiState;
use crate::app::limits::view::{LimitsView, view};

/// What is used now of the limits of a workflow, and the circuit of each team that calls it. For the team that owns it.
#[utoipa::path(
    get, path = "/api/workflows/{slug}/limits", tag = "workflows",
    params(("slug" = String, Path, description = "The workflow")),
    responses((status = 200, description = "The limits, and the callers", body = LimitsView)),
    security(("session" = []))
)]
pub(crate) async fn limits(
    State(api): State<ApiState>,
    person: SignedIn,
    Path(slug): Path<String>,
) -> Result<Json<LimitsView>, ApiError> {
    Ok(Json(view(api.portal(), &person.0, &slug).await?))
}
