//! Access tokens for scripts (RFC 9068), for anybody of the catalog: the local form of whatever a real provider has for
//! command lines (device code, a client of its own).
//!
//! It is an extension grant (RFC 6749 §4.5) of this provider: `grant_type=urn:drawbridge:picked`, with `person` and, if
//! it is to be another than `drawbridge/read drawbridge/run`, `scope`.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{TimeDelta, Utc};
use openidconnect::PrivateSigningKey;
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Issuer;

/// The grant's name.
pub(super) const GRANT: &str = "urn:drawbridge:picked";

const LIFETIME: TimeDelta = TimeDelta::hours(1);
/// Whom the tokens are issued to, as a provider has a client for scripts beside the portal's.
const CLIENT: &str = "drawbridge-scripts";
const SCOPES: [&str; 4] = ["drawbridge/read", "drawbridge/run", "drawbridge/decide", "drawbridge/operate"];
const USUAL: &str = "drawbridge/read drawbridge/run";

impl Issuer {
    /// Answers the grant.
    pub(super) fn access_token(&self, asked: &BTreeMap<String, String>) -> Result<Value, &'static str> {
        let person = asked.get("person").ok_or("invalid_request")?;
        let scope = asked.get("scope").map_or(USUAL, String::as_str);
        if !self.knows(person) {
            return Err("invalid_grant");
        }
        if !scope.split(' ').all(|scope| SCOPES.contains(&scope)) {
            return Err("invalid_scope");
        }
        let now = Utc::now();
        let token = self.signed(&json!({
            "iss": self.inner.url, "aud": self.audience(), "sub": person, "client_id": CLIENT, "scope": scope,
            "iat": now.timestamp(), "exp": (now + LIFETIME).timestamp(), "jti": Uuid::new_v4().to_string(),
        }));
        Ok(json!({
            "access_token": token?, "token_type": "Bearer", "expires_in": LIFETIME.num_seconds(), "scope": scope,
        }))
    }

    /// Whom the portal takes tokens for.
    fn audience(&self) -> String {
        let named = self.inner.catalog.borrow().portal.sign_in.audience.clone();
        named.unwrap_or_else(|| self.inner.portal.clone())
    }

    fn signed(&self, claims: &Value) -> Result<String, &'static str> {
        let key = &self.inner.key.0;
        let header = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": super::key::ID});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).map_err(|error| {
            tracing::error!(%error, "cannot sign an access token");
            "server_error"
        })?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
