//! The static site of a catalog that is not public, where no CloudFront is in front of it: local mode.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::problem_page::sign_in_address;
use super::signed_in::person_of;
use super::state::ApiState;

/// Styles and scripts say nothing about the catalog, and pages about problems need them.
const OPEN: &str = "/assets/";

/// Leads to sign-in whoever may not read the catalog, as CloudFront does by its signed cookies.
pub async fn members_only(State(api): State<ApiState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if api.portal().catalog.index().portal.public || path.starts_with(OPEN) {
        return next.run(request).await;
    }
    match person_of(request.headers(), &api).await {
        Ok(Some(_)) => next.run(request).await,
        Ok(None) if request.method().is_safe() => Redirect::to(&sign_in_address(path)).into_response(),
        Ok(None) => StatusCode::UNAUTHORIZED.into_response(),
        Err(error) => error.into_response(),
    }
}
