//! Who asks the API: the person behind a session, or behind an access token with the scope that the route needs.
//!
//! Each route says by the type that it takes what a token must allow. Whoever changes or computes something is
//! counted, by person: a script has no more requests than its owner.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::bearer;
use super::error::ApiError;
use super::scope::Scope;
use super::signed_in::{SignedIn, count};
use super::state::ApiState;
use crate::domain::{Caller, Person};

/// Somebody who reads.
pub(crate) struct Reading(pub(crate) Person);

/// Somebody who requests or cancels runs.
pub(crate) struct Requesting(pub(crate) Person);

/// Somebody who decides, or says who does.
pub(crate) struct Deciding(pub(crate) Person);

/// Somebody who ends sessions.
pub(crate) struct Operating(pub(crate) Person);

async fn asks(parts: &mut Parts, api: &ApiState, scope: Scope) -> Result<Person, ApiError> {
    match bearer::token(&parts.headers)? {
        Some(token) => bearer::person(&parts.headers, token, scope, api).await,
        None => SignedIn::from_request_parts(parts, api).await.map(|SignedIn(person, _)| person),
    }
}

async fn acts(parts: &mut Parts, api: &ApiState, scope: Scope) -> Result<Person, ApiError> {
    let person = asks(parts, api, scope).await?;
    count(&person, api).await?;
    Ok(person)
}

impl FromRequestParts<ApiState> for Reading {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, ApiError> {
        asks(parts, api, Scope::Read).await.map(Self)
    }
}

impl FromRequestParts<ApiState> for Requesting {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, ApiError> {
        acts(parts, api, Scope::Run).await.map(Self)
    }
}

impl FromRequestParts<ApiState> for Deciding {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, ApiError> {
        acts(parts, api, Scope::Decide).await.map(Self)
    }
}

impl FromRequestParts<ApiState> for Operating {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &ApiState) -> Result<Self, ApiError> {
        acts(parts, api, Scope::Operate).await.map(Self)
    }
}

impl Reading {
    /// The person as the portal's requests take them.
    pub(crate) fn caller(&self) -> Caller {
        Caller::person(&self.0.id)
    }
}

impl Requesting {
    /// The person as the portal's requests take them.
    pub(crate) fn caller(&self) -> Caller {
        Caller::person(&self.0.id)
    }
}

impl Deciding {
    /// The person as the portal's requests take them.
    pub(crate) fn caller(&self) -> Caller {
        Caller::person(&self.0.id)
    }
}
