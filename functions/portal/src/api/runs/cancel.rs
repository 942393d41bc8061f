//! `POST /api/runs/{id}/cancel`: ends a run, or truthfully says that its end was asked for.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::id;
use crate::api::asking::Requesting;
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::app::cancel::{self as app, Cancelled};
use crate::domain::Status;

/// What became of the wish.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CancelBody {
    /// `CANCELLED`: nothing privileged happens any more. `CANCELLING`: the owner's steps were told to
    /// stop and may still end by themselves.
    status: Status,
}

/// Cancels a run.
#[utoipa::path(
    post, path = "/api/runs/{id}/cancel", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses(
        (status = 200, description = "Cancelled", body = CancelBody),
        (status = 202, description = "Cancel requested", body = CancelBody),
    ),
    security(("session" = []), ("token" = ["drawbridge/run"]))
)]
pub(crate) async fn cancel(
    State(api): State<ApiState>,
    person: Requesting,
    Path(run): Path<String>,
) -> Result<(StatusCode, Json<CancelBody>), ApiError> {
    let cancelled = Box::pin(app::cancel(api.portal(), &person.caller().by("api"), id(&run)?)).await?;
    let (code, status) = match cancelled {
        Cancelled::Now(status) => (StatusCode::OK, status),
        Cancelled::Requested => (StatusCode::ACCEPTED, Status::Cancelling),
    };
    Ok((code, Json(CancelBody { status })))
}
