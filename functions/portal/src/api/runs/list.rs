//! `GET /api/runs`: my runs, or those of a workflow that I may see, newest first.

use axum::Json;
use axum::extract::{RawQuery, State};
use openidconnect::url::form_urlencoded;

use crate::api::asking::Reading;
use crate::api::error::{ApiError, Kind};
use crate::api::state::ApiState;
use crate::app::runs::{self, Query};
use crate::app::view::RunPage;

/// My runs, or a workflow's.
#[utoipa::path(
    get, path = "/api/runs", tag = "runs",
    params(
        ("workflow" = Option<String>, Query, description = "Only runs of this workflow"),
        ("scope" = Option<String>, Query,
            description = "`mine` (default), or `workflow`: everybody's runs of it that you may see"),
        ("cursor" = Option<String>, Query, description = "The cursor of the page before"),
    ),
    responses((status = 200, description = "Newest first", body = RunPage)), security(("session" = []), ("token" = ["drawbridge/read"]))
)]
pub(crate) async fn list(
    State(api): State<ApiState>,
    person: Reading,
    RawQuery(query): RawQuery,
) -> Result<Json<RunPage>, ApiError> {
    let query = read(query.as_deref().unwrap_or_default())?;
    Ok(Json(runs::list(api.portal(), &person.caller(), &query).await?))
}

/// Reads a query string.
///
/// # Errors
/// When the scope makes no sense. The cursor is judged where it is used.
pub(crate) fn read(text: &str) -> Result<Query, ApiError> {
    let (mut query, mut scope) = (Query::default(), None);
    for (name, value) in form_urlencoded::parse(text.as_bytes()) {
        match name.as_ref() {
            "workflow" if !value.is_empty() => query.workflow = Some(value.into_owned()),
            "scope" => scope = Some(value.into_owned()),
            "cursor" => query.cursor = Some(value.into_owned()),
            _ => {}
        }
    }
    match scope.as_deref() {
        None | Some("mine") => {}
        Some("workflow") if query.workflow.is_some() => query.everybody = true,
        Some("workflow") => {
            return Err(ApiError::field(Kind::Malformed, "/workflow", "Say which workflow."));
        }
        Some(_) => {
            let says = "The scope must be `mine` or `workflow`.";
            return Err(ApiError::field(Kind::Malformed, "/scope", says));
        }
    }
    Ok(query)
}
