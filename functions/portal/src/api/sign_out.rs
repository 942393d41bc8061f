//! `POST /sign-out`: the session ends in the table, not only in the browser, and then at the provider.
//!
//! The answer is a page and no redirect to the provider: browsers hold what a form leads to against
//! `form-action`, and this portal's forms lead nowhere else.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

use super::cookies;
use super::error::ApiError;
use super::pages::Page;
use super::site_cookies;
use super::state::ApiState;

/// Ends the session.
#[utoipa::path(
    post, path = "/sign-out", tag = "session",
    responses(
        (status = 200, description = "A page that leads on to the provider's own sign-out", body = String,
            content_type = "text/html"),
        (status = 303, description = "To the home page, where the provider has none"),
    )
)]
pub(crate) async fn sign_out(State(api): State<ApiState>, headers: HeaderMap) -> Result<Response, ApiError> {
    let ended = match cookies::value(&headers, &api.cookies().session()) {
        Some(token) => api.portal().store.end_session(token).await?,
        None => None,
    };
    let answer = match ended {
        Some(session) => elsewhere(&api, session.id_token.as_deref()).await?,
        None => None,
    };
    let answer = answer.unwrap_or_else(|| Redirect::to("/").into_response());
    Ok((forgotten(&api), answer).into_response())
}

/// The headers that take the session cookie, and those for the site, from a browser.
pub(super) fn forgotten(api: &ApiState) -> AppendHeaders<Vec<(HeaderName, HeaderValue)>> {
    let session = api.cookies().set(&api.cookies().session(), "", 0);
    let site = api.site().map(|_| site_cookies::gone(api.cookies()));
    let gone = session.into_iter().chain(site.into_iter().flatten());
    AppendHeaders(gone.map(|cookie| (header::SET_COOKIE, cookie)).collect())
}

/// The page that leads on to the provider, where it ends sessions. It can be out of order: here one is signed out.
async fn elsewhere(api: &ApiState, hint: Option<&str>) -> Result<Option<Response>, ApiError> {
    match api.provider().end_session(hint).await {
        Ok(Some(url)) => {
            let page = Page::new(api, "", None).with("provider", &url).render("pages/signed-out.html")?;
            Ok(Some(page.into_response()))
        }
        Ok(None) => Ok(None),
        Err(error) => {
            tracing::warn!(%error, "the session at the identity provider was not ended");
            Ok(None)
        }
    }
}
