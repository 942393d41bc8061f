//! `POST /runs/{id}/cancel`: the button on a run's page.

use axum::extract::{Path, State};
use axum::response::Redirect;

use crate::api::error::ApiError;
use crate::api::runs::id;
use crate::api::signed_in::Acting;
use crate::api::state::ApiState;
use crate::app::cancel as app;

/// Cancels a run and shows what became of it.
#[utoipa::path(
    post, path = "/runs/{id}/cancel", tag = "pages",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 303, description = "To the run's page")),
    security(("session" = []))
)]
pub(crate) async fn cancel(
    State(api): State<ApiState>,
    person: Result<Acting, ApiError>,
    Path(run): Path<String>,
) -> Result<Redirect, ApiError> {
    let run = id(&run)?;
    let page = format!("/runs/{run}");
    let person = person.map_err(|refused| refused.leading_to(page.clone()))?;
    let cancelled = Box::pin(app::cancel(api.portal(), &person.caller().by("portal"), run)).await;
    cancelled.map(|_| Redirect::to(&page)).map_err(|error| ApiError::from(error).leading_to(page))
}
