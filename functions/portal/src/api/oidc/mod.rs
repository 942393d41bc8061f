//! The organisation's OpenID Connect provider, as the portal uses it.
//!
//! 1. [`metadata`] discovers it and knows its keys, also those that it changed a moment ago;
//! 2. [`sign_in`] sends browsers there and back: authorization code with PKCE, state and nonce;
//! 3. [`access_token`] believes the access tokens of scripts, or does not;
//! 4. [`sign_out`] ends the session that people have there.
//!
//! Signatures are verified by `openidconnect`, whose keys the ID tokens need anyway: a JWT library beside it would
//! be a second copy of each algorithm in every function. [`jwt`] does what it does not offer for access tokens.

pub(crate) mod access_token;
mod http;
mod jwt;
mod metadata;
pub(crate) mod sign_in;
mod sign_out;

use catalog_model::sign_in::SignIn;
use jiff::SignedDuration;
use serde_json::Value;
use tokio::sync::RwLock;

use crate::Http;
use metadata::Memory;
pub(crate) use sign_in::{Attempt, Identity};

/// By how much the clocks of provider and portal may differ.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// What the portal is registered as.
#[derive(Clone)]
pub(crate) struct Registration {
    /// Which claims and scopes there are.
    pub(crate) sign_in: SignIn,
    /// The provider's issuer URL.
    pub(crate) issuer: String,
    /// The portal's client id.
    pub(crate) client_id: String,
    /// The client's secret, where the provider wants one.
    pub(crate) client_secret: Option<String>,
    /// Where the provider sends browsers back to.
    pub(crate) redirect_url: String,
    /// Where the provider sends browsers to that signed out.
    pub(crate) home_url: String,
}

/// The provider and what was last learned about it.
pub(crate) struct Provider {
    registration: Registration,
    http: Http,
    memory: RwLock<Memory>,
}

/// Why something was not believed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OidcError {
    /// The provider cannot be used: it does not answer or its answers make no sense.
    #[error("the identity provider does not answer as it should: {0}")]
    Provider(String),
    /// The provider answered and what it says, or what is said in its name, is not acceptable.
    #[error("{0}")]
    Invalid(String),
}

impl Provider {
    pub(crate) fn new(registration: Registration, http: Http) -> Self {
        Self { registration, http, memory: RwLock::default() }
    }
}

fn provider(error: impl std::error::Error) -> OidcError {
    OidcError::Provider(super::log_text::chain(&error))
}

fn invalid(error: impl std::error::Error) -> OidcError {
    OidcError::Invalid(super::log_text::chain(&error))
}

/// A claim that is text.
fn text<'a>(claims: &'a Value, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}
