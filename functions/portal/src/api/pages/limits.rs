//! `GET /workflows/{slug}/limits`: the same as the API's route of this name, for the team that owns the workflow.

use axum::extract::{Path, State};
use axum::response::Html;

use super::Page;
use crate::api::error::ApiError;
use crate::api::signed_in::SignedIn;
use crate::api::state::ApiState;
use crate::app::limits::view::view;

/// What is used of a workflow's limits, and who is cut off.
#[utoipa::path(
    get, path = "/workflows/{slug}/limits", tag = "pages",
    params(("slug" = String, Path, description = "The workflow")),
    responses((status = 200, description = "The limits", body = String, content_type = "text/html")),
    security(("session" = []))
)]
pub(crate) async fn limits(
    State(api): State<ApiState>,
    person: SignedIn,
    Path(slug): Path<String>,
) -> Result<Html<String>, ApiError> {
    let shown = view(api.portal(), &person.0, &slug).await?;
    Page::new(&api, "runs", Some(&person.0)).with("limits", &shown).render("pages/limits.html")
}
