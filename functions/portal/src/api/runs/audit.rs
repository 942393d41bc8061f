//! `GET /api/runs/{id}/audit.jsonl`: a run's audit with its hashes, to be verified without the portal.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::id;
use crate::api::asking::Reading;
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::app::audit as app;
use crate::domain::audit::export::MEDIA_TYPE;

/// A run's audit as JSON Lines: a header with the head of its chain and the names of its anchors, then its
/// records.
#[utoipa::path(
    get, path = "/api/runs/{id}/audit.jsonl", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, description = "One canonical JSON object (RFC 8785) a line",
        body = String, content_type = "application/jsonl")),
    security(("session" = []), ("token" = ["drawbridge/read"]))
)]
pub(crate) async fn audit(
    State(api): State<ApiState>,
    person: Reading,
    Path(run): Path<String>,
) -> Result<Response, ApiError> {
    let run = id(&run)?;
    let text = app::export(api.portal(), &person.caller(), run).await?;
    Ok((download(&format!("audit-{run}.jsonl")), text).into_response())
}

/// The headers of a download. The name is made of what needs no quoting.
pub(in crate::api) fn download(name: &str) -> [(header::HeaderName, String); 2] {
    let disposition = format!("attachment; filename=\"{name}\"");
    [(header::CONTENT_TYPE, MEDIA_TYPE.to_owned()), (header::CONTENT_DISPOSITION, disposition)]
}
