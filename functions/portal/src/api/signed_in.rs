//! Who asks: the person behind the session cookie. There is no other way in.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::cookies;
use super::error::{ApiError, Kind};
use super::state::ApiState;
use crate::domain::{Caller, Person};

/// How many requests that change or compute something one caller may make in a minute.
pub const ACTIONS_PER_MINUTE: u32 = 60;

/// A signed-in person who reads.
pub(crate) struct SignedIn(pub(crate) Person);

/// A signed-in person who acts: each such request is counted, and a flood is refused.
pub(crate) struct Acting(pub(crate) Person);

impl FromRequestParts<ApiState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, ApiError> {
        let person = person_of(&parts.headers, api).await?;
        person.map(Self).ok_or_else(|| ApiError::new(Kind::SignInRequired, "Sign in to do this."))
    }
}

impl FromRequestParts<ApiState> for Acting {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, ApiError> {
        let SignedIn(person) = SignedIn::from_request_parts(parts, api).await?;
        let caller = Caller::person(&person.id).key();
        match api.portal().store.count_action(&caller, api.now(), ACTIONS_PER_MINUTE).await? {
            None => Ok(Self(person)),
            Some(seconds) => Err(ApiError::too_many(seconds)),
        }
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

/// The person of the request's session. Whoever was removed from the directory has none.
pub(crate) async fn person_of(headers: &HeaderMap, api: &ApiState) -> Result<Option<Person>, ApiError> {
    let Some(token) = cookies::value(headers, &api.cookies().session()) else { return Ok(None) };
    let store = &api.portal().store;
    match store.session(token, api.now()).await? {
        Some(session) => Ok(store.person(&session.person).await?),
        None => Ok(None),
    }
}
