//! `GET /api/workflows/{slug}/audit.jsonl`: the audit of all runs of a workflow that the person may see.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use openidconnect::url::form_urlencoded;

use crate::api::asking::Reading;
use crate::api::error::ApiError;
use crate::api::runs::audit::download;
use crate::api::signed_in::count;
use crate::api::state::ApiState;
use crate::app::audit as app;

/// The audit of a workflow's runs as JSON Lines, newest run first, those of a run as at
/// `/api/runs/{id}/audit.jsonl`. The last line says how many runs there are and, as `next`, the cursor of the
/// next answer where they do not fit into this one.
#[utoipa::path(
    get, path = "/api/workflows/{slug}/audit.jsonl", tag = "workflows",
    params(
        ("slug" = String, Path, description = "The workflow"),
        ("cursor" = Option<String>, Query, description = "The `next` of the answer before"),
    ),
    responses((status = 200, description = "One canonical JSON object (RFC 8785) a line",
        body = String, content_type = "application/jsonl")),
    security(("session" = []), ("token" = ["drawbridge/read"]))
)]
pub(crate) async fn audit(
    State(api): State<ApiState>,
    person: Reading,
    Path(slug): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    count(&person.0, &api).await?;
    // The audit of a workflow outlives its catalog entry, so only the shape of its name is looked at.
    if !slug.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(ApiError::not_found());
    }
    let mut pairs = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let cursor = pairs.find(|(name, _)| name == "cursor").map(|(_, value)| value.into_owned());
    let text = app::export_workflow(api.portal(), &person.caller(), &slug, cursor).await?;
    Ok((download(&format!("audit-{slug}.jsonl")), text).into_response())
}
