//! Access tokens in `Authorization: Bearer` (RFC 6750): how scripts say for whom they ask.
//!
//! Only the API takes them; pages are for browsers. No browser sends such a header by itself, so what comes with
//! one needs no proof of its origin. A request with both token and cookie is refused: whose it is must not
//! depend on which of them is looked at first.

use axum::http::{HeaderMap, Uri, header};

use super::cookies;
use super::error::{ApiError, Kind};
use super::oidc::OidcError;
use super::scope::Scope;
use super::state::ApiState;
use crate::domain::Person;

/// Whether a request asks with a token and nothing else.
pub(super) fn alone(headers: &HeaderMap, uri: &Uri, api: &ApiState) -> bool {
    let cookie = cookies::value(headers, &api.cookies().session());
    uri.path().starts_with("/api/") && cookie.is_none() && matches!(token(headers), Ok(Some(_)))
}

/// The token of a request, if it has one.
pub(super) fn token(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = sent.next() else { return Ok(None) };
    if sent.next().is_some() {
        return Err(ApiError::new(Kind::Malformed, "Send one Authorization header, not several."));
    }
    let parts = first.to_str().ok().and_then(|text| text.trim().split_once(' '));
    let Some((scheme, token)) = parts else { return Ok(None) };
    Ok(scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()))
}

/// The person who let a script have this token, when it allows what is asked for.
pub(super) async fn person(
    headers: &HeaderMap,
    token: &str,
    scope: Scope,
    api: &ApiState,
) -> Result<Person, ApiError> {
    if cookies::value(headers, &api.cookies().session()).is_some() {
        let says = "Send a session cookie or an access token, not both.";
        return Err(ApiError::new(Kind::Malformed, says));
    }
    let portal = api.portal();
    let index = portal.catalog.index();
    let audience = index.portal.sign_in.audience.as_ref().unwrap_or(&portal.config.url);
    let believed = api.provider().access_token(token, audience, api.now()).await;
    let believed = believed.map_err(|error| refused(&error))?;
    let person = portal.store.person_since(&believed.subject, believed.issued_at).await?;
    let person = person.ok_or_else(|| {
        ApiError::invalid_token(
            "nobody here knows its person, or they signed out everywhere since; sign in to the portal once",
        )
    })?;
    if scope.is_in(&believed.scopes) { Ok(person) } else { Err(ApiError::insufficient_scope(scope)) }
}

fn refused(error: &OidcError) -> ApiError {
    match error {
        OidcError::Provider(_) => ApiError::unavailable(error),
        OidcError::Invalid(why) => ApiError::invalid_token(why),
    }
}
