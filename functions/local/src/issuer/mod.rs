//! A tiny OpenID Connect provider for local mode: real protocol, a person picker in place of a password.
//!
//! Owns discovery, keys, the authorization page and the token endpoint (code + PKCE, OpenID Connect
//! Core 1.0 §3.1). The portal talks to it as it talks to any provider, so the code that verifies
//! sign-ins is the code that runs in production. It lets anybody be anybody, and its page says so.
//!
//! 1. [`discovery`] says where everything is and publishes the key;
//! 2. [`authorize`] shows the picker and hands out a one-time code;
//! 3. [`token`] turns the code into a signed ID token;
//! 4. [`access_token`] gives scripts what they need for the API.

mod access_token;
mod authorize;
mod codes;
mod discovery;
mod key;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use catalog_model::CatalogIndex;
use tokio::sync::watch;

pub use key::SigningKey;

/// What the provider answers from.
#[derive(Clone)]
pub struct Issuer {
    inner: Arc<Inner>,
}

struct Inner {
    url: String,
    client_id: String,
    redirect_uri: String,
    /// The portal's address, which access tokens are for.
    portal: String,
    key: SigningKey,
    codes: codes::Codes,
    catalog: watch::Receiver<Arc<CatalogIndex>>,
}

impl Issuer {
    /// A provider at `url` for one client, the portal at its address, whose people are those of the catalog.
    pub fn new(
        url: String,
        client_id: String,
        redirect_uri: String,
        portal: String,
        key: SigningKey,
        catalog: watch::Receiver<Arc<CatalogIndex>>,
    ) -> Self {
        let codes = codes::Codes::default();
        Self { inner: Arc::new(Inner { url, client_id, redirect_uri, portal, key, codes, catalog }) }
    }

    /// The provider's routes.
    pub fn router(self) -> Router {
        Router::new()
            .route("/.well-known/openid-configuration", get(discovery::configuration))
            .route("/keys", get(discovery::keys))
            .route("/authorize", get(authorize::show).post(authorize::choose))
            .route("/token", post(token::exchange))
            .with_state(self)
    }
}
