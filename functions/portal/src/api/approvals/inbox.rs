//! `GET /api/approvals`: the gates that wait for the person who asks, soonest to close first.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::asking::Reading;
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::app::inbox as app;
use crate::app::view::InboxLine;

/// What waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApprovalsBody {
    approvals: Vec<InboxLine>,
}

/// What waits for my decision.
#[utoipa::path(
    get, path = "/api/approvals", tag = "approvals",
    responses((status = 200, description = "Soonest to close first", body = ApprovalsBody)),
    security(("session" = []), ("token" = ["drawbridge/read"]))
)]
pub(crate) async fn inbox(
    State(api): State<ApiState>,
    person: Reading,
) -> Result<Json<ApprovalsBody>, ApiError> {
    let approvals = app::inbox(api.portal(), &person.caller()).await?;
    Ok(Json(ApprovalsBody { approvals }))
}
