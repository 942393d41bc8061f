//! "Sign in with Slack": OpenID Connect as Slack documents it, with a picker in place of Slack's own sign-in.
//!
//! 1. [`authorize`] shows the picker and sends the browser back with a code, only ever to the portal;
//! 2. [`token`] turns the code into an access token and a signed ID token (`openid.connect.token`);
//! 3. `openid.connect.userInfo` says whose access token it is;
//! 4. [`discovery`] publishes the key.

mod authorize;
mod codes;
mod discovery;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::routing::get;
use uuid::Uuid;

use super::Slack;
use crate::issuer::SigningKey;

/// Codes and access tokens. They are minutes old when they are used, so that no restart needs them.
pub(super) struct SignIn {
    key: SigningKey,
    codes: codes::Codes,
    tokens: Mutex<HashMap<String, String>>,
}

impl SignIn {
    pub(super) fn new(key: SigningKey) -> Self {
        Self { key, codes: codes::Codes::default(), tokens: Mutex::default() }
    }

    fn new_token(&self, member: &str) -> String {
        let token = format!("xoxp-{}", Uuid::new_v4().simple());
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(token.clone(), member.to_owned());
        token
    }

    /// Whose access token it is.
    pub(super) fn member_of(&self, token: &str) -> Option<String> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(token).cloned()
    }
}

/// The pages and documents; the methods are under `/api`.
pub(super) fn router() -> Router<Arc<Slack>> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::configuration))
        .route("/openid/connect/keys", get(discovery::keys))
        .route("/openid/connect/authorize", get(authorize::show).post(authorize::choose))
}
