//! Who is at a browser: the person behind the session cookie. Pages know no other way in; the API has one more,
//! see `asking`.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use jiff::Timestamp;

use super::cookies;
use super::error::{ApiError, Kind};
use super::state::ApiState;
use crate::domain::{Caller, Person};

/// How many requests that change or compute something one caller may make in a minute.
pub const ACTIONS_PER_MINUTE: u32 = 60;

/// A signed-in person who reads, and when they signed in.
pub(crate) struct SignedIn(pub(crate) Person, pub(crate) Timestamp);

/// A signed-in person who acts, and when they signed in: each such request is counted, and a flood is refused.
pub(crate) struct Acting(pub(crate) Person, pub(crate) Timestamp);

impl FromRequestParts<ApiState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, ApiError> {
        let found = signed_in(&parts.headers, api).await?;
        let (person, at) = found.ok_or_else(|| ApiError::new(Kind::SignInRequired, "Sign in to do this."))?;
        Ok(Self(person, at))
    }
}

impl FromRequestParts<ApiState> for Acting {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, ApiError> {
        let SignedIn(person, at) = SignedIn::from_request_parts(parts, api).await?;
        count(&person, api).await?;
        Ok(Self(person, at))
    }
}

/// Counts a request of somebody who acts, and refuses what is too much.
pub(super) async fn count(person: &Person, api: &ApiState) -> Result<(), ApiError> {
    let caller = Caller::person(&person.id).key();
    match api.portal().store.count_action(&caller, api.now(), ACTIONS_PER_MINUTE).await? {
        None => Ok(()),
        Some(seconds) => Err(ApiError::too_many(seconds)),
    }
}

impl SignedIn {
    /// The person as the portal's requests take them.
    pub(crate) fn caller(&self) -> Caller {
        Caller::person(&self.0.id)
    }
}

impl Acting {
    /// The person as the portal's requests take them.
    pub(crate) fn caller(&self) -> Caller {
        Caller::person(&self.0.id)
    }
}

/// The person of the request's session.
pub(crate) async fn person_of(headers: &HeaderMap, api: &ApiState) -> Result<Option<Person>, ApiError> {
    Ok(signed_in(headers, api).await?.map(|(person, _)| person))
}

/// The person of the request's session and when it began. Whoever was removed from the directory, or signed out
/// everywhere since, has none.
async fn signed_in(headers: &HeaderMap, api: &ApiState) -> Result<Option<(Person, Timestamp)>, ApiError> {
    let Some(token) = cookies::value(headers, &api.cookies().session()) else { return Ok(None) };
    let store = &api.portal().store;
    match store.session(token, api.now()).await? {
        Some(session) => {
            let person = store.person_since(&session.person, session.created_at).await?;
            Ok(person.map(|person| (person, session.created_at)))
        }
        None => Ok(None),
    }
}
