//! `POST /sign-out`: the session ends in the table, not only in the browser.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::cookies;
use super::error::ApiError;
use super::state::ApiState;

/// Ends the session.
#[utoipa::path(post, path = "/sign-out", tag = "session", responses((status = 303, description = "To the home page")))]
pub(crate) async fn sign_out(State(api): State<ApiState>, headers: HeaderMap) -> Result<Response, ApiError> {
    let name = api.cookies().session();
    if let Some(token) = cookies::value(&headers, &name) {
        api.portal().store.end_session(token).await?;
    }
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response();
    if let Some(gone) = api.cookies().set(&name, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}
