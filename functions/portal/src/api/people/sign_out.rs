//! `POST /api/people/{id}/sign-out`: ends all sessions of somebody and voids the access tokens that they have.

use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::api::asking::Operating;
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::app::sign_out as app;

/// Signs somebody out everywhere: oneself, or anybody as an operator (`sign_in.operators` of `portal.json`).
#[utoipa::path(
    post, path = "/api/people/{id}/sign-out", tag = "people",
    params(("id" = String, Path, description = "The person's id")),
    responses((status = 204, description = "Nothing of theirs that began until now opens anything")),
    security(("session" = []), ("token" = ["drawbridge/operate"]))
)]
pub(crate) async fn sign_out(
    State(api): State<ApiState>,
    Operating(operator): Operating,
    Path(person): Path<String>,
) -> Result<StatusCode, ApiError> {
    app::everywhere(api.portal(), &operator, &person).await?;
    Ok(StatusCode::NO_CONTENT)
}
