//! `GET /approvals`: what waits for the reader's decision.

use axum::extract::State;
use axum::response::Html;

use super::Page;
use crate::api::error::ApiError;
use crate::api::signed_in::SignedIn;
use crate::api::state::ApiState;
use crate::app::inbox::inbox;

/// The approvals inbox.
#[utoipa::path(
    get, path = "/approvals", tag = "pages",
    responses((status = 200, description = "The inbox", body = String, content_type = "text/html")),
    security(("session" = []))
)]
pub(crate) async fn approvals(
    State(api): State<ApiState>,
    person: SignedIn,
) -> Result<Html<String>, ApiError> {
    let lines = inbox(api.portal(), &person.caller()).await?;
    Page::new(&api, "approvals", Some(&person.0)).with("approvals", &lines).render("pages/approvals.html")
}
