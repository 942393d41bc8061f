//! Where everything is, and the key that signs ID tokens.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use openidconnect::PrivateSigningKey as _;
use openidconnect::core::CoreJsonWebKeySet;
use serde_json::{Value, json};

use crate::services::slack::Slack;

/// `GET /.well-known/openid-configuration`.
pub(super) async fn configuration(State(slack): State<Arc<Slack>>) -> Json<Value> {
    let url = &slack.app.url;
    Json(json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/openid/connect/authorize"),
        "token_endpoint": format!("{url}/api/openid.connect.token"),
        "userinfo_endpoint": format!("{url}/api/openid.connect.userInfo"),
        "jwks_uri": format!("{url}/openid/connect/keys"),
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "claims_supported": ["sub", "auth_time", "iss"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    }))
}

/// `GET /openid/connect/keys`.
pub(super) async fn keys(State(slack): State<Arc<Slack>>) -> Json<CoreJsonWebKeySet> {
    Json(CoreJsonWebKeySet::new(vec![slack.sign_in.key.0.as_verification_key()]))
}
