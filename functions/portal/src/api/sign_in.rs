//! `GET /sign-in` and `GET /sign-in/callback`: to the identity provider and back.
//!
//! 1. a sign-in is kept in the table under its state, and its state in a cookie of this browser;
//! 2. the provider sends the browser back with the state and a code;
//! 3. the state must be this browser's and is taken once, the code becomes a verified identity;
//! 4. the person's item learns what the claims say, and a new session begins.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalog_model::sign_in::SignIn as Rules;
use openidconnect::url::form_urlencoded;

use super::cookies;
use super::error::{ApiError, Kind};
use super::log_text::LogText;
use super::oidc::{Attempt, Identity, OidcError};
use super::return_to::local_path;
use super::state::ApiState;
use crate::app::random;
use crate::domain::Person;
use crate::store::session::Session;
use crate::store::sign_in::{SignIn, WINDOW};

/// Sends the browser to the identity provider.
#[utoipa::path(
    get, path = "/sign-in", tag = "session",
    params(
        ("return_to" = Option<String>, Query, description = "Path of this portal to go to afterwards"),
        ("again" = Option<String>, Query, description = "Ask the person to prove again who they are"),
    ),
    responses((status = 302, description = "To the identity provider"))
)]
pub(crate) async fn sign_in(
    State(api): State<ApiState>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let asked = parameter(query.as_deref(), "return_to");
    let again = parameter(query.as_deref(), "again").is_some();
    let (url, attempt) = api.provider().start(again).await.map_err(|error| refused(&error))?;
    let Attempt { state, nonce, verifier } = attempt;
    let return_to = local_path(asked.as_deref()).to_owned();
    let expires_at = api.now() + WINDOW;
    api.portal().store.put_sign_in(&state, &SignIn { verifier, nonce, return_to, expires_at }).await?;
    let cookie = api.cookies().set(&api.cookies().sign_in(&state), &state, WINDOW.as_secs());
    let mut response = (StatusCode::FOUND, [(header::LOCATION, url)]).into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// Where the identity provider sends the browser back to.
#[utoipa::path(
    get, path = "/sign-in/callback", tag = "session",
    params(
        ("state" = String, Query, description = "The state that the sign-in began with"),
        ("code" = Option<String>, Query, description = "The provider's code"),
        ("error" = Option<String>, Query, description = "Why the provider signed nobody in"),
    ),
    responses((status = 303, description = "To where the person wanted to go"))
)]
pub(crate) async fn callback(
    State(api): State<ApiState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let sent = |name| parameter(query.as_deref(), name);
    let state = sent("state").unwrap_or_default();
    let binding = api.cookies().sign_in(&state);
    if state.is_empty() || cookies::value(&headers, &binding) != Some(state.as_str()) {
        return Err(stale());
    }
    let begun = api.portal().store.take_sign_in(&state, api.now()).await?.ok_or_else(stale)?;
    if let Some(error) = sent("error") {
        tracing::warn!(error = %LogText(&error), "the identity provider signed nobody in");
        return Err(ApiError::new(Kind::NotAllowed, "The identity provider did not sign you in."));
    }
    let SignIn { verifier, nonce, return_to, .. } = begun;
    let code = sent("code").ok_or_else(stale)?;
    let identity = api
        .provider()
        .finish(code, Attempt { state, nonce, verifier }, api.now())
        .await
        .map_err(|error| refused(&error))?;
    let (token, session) = begin_session(&api, identity, &headers).await?;
    let Session { created_at, expires_at, .. } = session;
    let seconds = expires_at.duration_since(created_at).as_secs();
    let session = api.cookies().set(&api.cookies().session(), &token, seconds);
    let site = api.site().map(|site| site.until(expires_at, created_at, api.cookies()));
    let cookies = [session, api.cookies().set(&binding, "", 0)].into_iter().flatten();
    let cookies = cookies.chain(site.into_iter().flatten());
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, return_to)]).into_response();
    response.headers_mut().extend(cookies.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// A new session with a new token: one that was set before signing in opens nothing.
async fn begin_session(
    api: &ApiState,
    identity: Identity,
    headers: &HeaderMap,
) -> Result<(String, Session), ApiError> {
    let store = &api.portal().store;
    let known = store.person(&identity.subject).await?;
    let catalog = &api.portal().catalog;
    let (index, groups) = (catalog.index(), catalog.group_names());
    let Identity { id_token, .. } = &identity;
    let id_token = Some(id_token.clone());
    let person = refreshed(known, identity, &index.portal.sign_in, |group| groups.contains_key(group));
    store.put_person(&person).await?;
    if let Some(old) = cookies::value(headers, &api.cookies().session()) {
        store.end_session(old).await?;
    }
    let token = hex::encode(random::<32>()?);
    let session = Session::lasting(&index.portal.sign_in.sessions, person.id, api.now());
    store.put_session(&token, &Session { id_token, ..session.clone() }).await?;
    Ok((token, session))
}

/// The person as the claims say; what they do not say stays. Groups that the catalog does not know
/// mean nothing here and are not kept. Somebody whom the catalog does not list can sign in all the same: the provider
/// vouches for them, and they may do what everybody may, and what the groups may that it says they are in.
fn refreshed(
    known: Option<Person>,
    identity: Identity,
    sign_in: &Rules,
    is_group: impl Fn(&str) -> bool,
) -> Person {
    let claimed = sign_in.claimed_groups(&identity.claims).map(|claimed| {
        let meant: BTreeSet<_> = claimed.into_iter().filter_map(|value| sign_in.group_of(value)).collect();
        meant.into_iter().filter(|group| is_group(group)).map(str::to_owned).collect()
    });
    let Identity { subject, name, email, .. } = identity;
    let known = known.unwrap_or_else(|| Person {
        name: subject.clone(),
        id: subject,
        email: String::new(),
        title: None,
        groups: Vec::new(),
        teams: Vec::new(),
    });
    Person {
        name: name.unwrap_or(known.name),
        email: email.unwrap_or(known.email),
        groups: claimed.unwrap_or(known.groups),
        ..known
    }
}

/// A parameter of a query.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn stale() -> ApiError {
    let detail =
        "This sign-in was begun in another browser, was used already, or took too long. Sign in again.";
    ApiError::new(Kind::Malformed, detail)
}

fn refused(error: &OidcError) -> ApiError {
    match error {
        OidcError::Provider(_) => ApiError::unavailable(error),
        OidcError::Invalid(_) => {
            tracing::warn!(%error, "a sign-in was refused");
            ApiError::new(Kind::SignInRequired, "The identity provider's answer is not valid. Sign in again.")
        }
    }
}

#[cfg(test)]
mod tests {
    use catalog_model::sign_in::SignIn;
    use serde_json::{Value, json};

    use super::{Identity, refreshed};
    use crate::domain::Person;

    #[test]
    fn claims_refresh_what_they_say_and_nothing_else() {
        let known = Person {
            id: "ada".into(),
            name: "Ada".into(),
            email: "ada@example.com".into(),
            title: Some("Engineer".into()),
            groups: vec!["dba".into()],
            teams: vec!["data".into()],
        };
        let identity = |claims: Value| Identity {
            subject: "ada".into(),
            name: Some("Ada L.".into()),
            email: None,
            claims,
            id_token: String::new(),
        };
        let mut sign_in: SignIn =
            serde_json::from_value(json!({"issuer": "https://id.example.com", "client_id": "portal"}))
                .expect("sound");
        let is_group = |group: &str| group != "unknown";
        let silent = refreshed(Some(known.clone()), identity(json!({})), &sign_in, is_group);
        assert_eq!((silent.groups, silent.name.as_str()), (vec!["dba".to_owned()], "Ada L."));
        let claimed = identity(json!({"groups": ["oncall", "unknown", "oncall"]}));
        let told = refreshed(Some(known), claimed, &sign_in, is_group);
        assert_eq!((told.groups, told.teams), (vec!["oncall".to_owned()], vec!["data".to_owned()]));
        let left = refreshed(None, identity(json!({"groups": []})), &sign_in, is_group);
        assert_eq!((left.id.as_str(), left.groups.len(), left.teams.len()), ("ada", 0, 0));
        sign_in.groups = [("8f1c".to_owned(), "dba".to_owned())].into();
        let mapped = refreshed(None, identity(json!({"groups": ["8f1c", "oncall"]})), &sign_in, is_group);
        assert_eq!(mapped.groups, ["dba"], "what is not listed means nothing");
    }
}
