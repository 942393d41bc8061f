//! An identity provider as far as its discovery and keys, which signs whatever a test wants.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

use super::listen;

/// The provider. Clones share it.
#[derive(Clone)]
pub(crate) struct Issuer(Arc<Inner>);

struct Inner {
    url: String,
    /// Key ids with their keys; the last one signs.
    keys: Mutex<Vec<(String, SigningKey)>>,
    asked: AtomicUsize,
    down: Mutex<bool>,
}

impl Issuer {
    pub(crate) async fn start() -> Self {
        let (listener, url) = listen().await;
        let first = ("first".to_owned(), SigningKey::from_bytes(&[1; 32]));
        let inner =
            Inner { url, keys: Mutex::new(vec![first]), asked: AtomicUsize::new(0), down: Mutex::new(false) };
        let issuer = Self(Arc::new(inner));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
        issuer
    }

    pub(crate) fn url(&self) -> &str {
        &self.0.url
    }

    /// Signs with another key from now on, and publishes no other.
    pub(crate) fn rotate(&self, kid: &str) {
        let mut keys = self.0.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let seed = keys.len() + usize::from(keys[0].1.to_bytes()[0]);
        *keys = vec![(kid.to_owned(), SigningKey::from_bytes(&[u8::try_from(seed).expect("few"); 32]))];
    }

    /// How often it was asked for its keys.
    pub(crate) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }

    /// Answers nothing useful from now on, or again.
    pub(crate) fn break_down(&self, down: bool) {
        *self.0.down.lock().unwrap_or_else(PoisonError::into_inner) = down;
    }

    /// A token with the newest key, by its own algorithm.
    pub(crate) fn token(&self, claims: &Value) -> String {
        let kid = self.key().0;
        self.sign(&json!({"alg": "EdDSA", "typ": "at+jwt", "kid": kid}), claims)
    }

    /// A token with any header, signed by the newest key.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = unsigned(header, claims);
        let signature = self.key().1.sign(signed.as_bytes()).to_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The public key that it publishes.
    pub(crate) fn public_key(&self) -> [u8; 32] {
        self.key().1.verifying_key().to_bytes()
    }

    fn key(&self) -> (String, SigningKey) {
        let keys = self.0.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.last().expect("a key").clone()
    }
}

/// Header and claims, as a signature is made over them.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

async fn configuration(State(issuer): State<Issuer>) -> Json<Value> {
    let url = issuer.url();
    Json(json!({
        "issuer": url, "authorization_endpoint": format!("{url}/authorize"), "jwks_uri": format!("{url}/keys"),
        "token_endpoint": format!("{url}/token"), "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["EdDSA"],
    }))
}

async fn keys(State(issuer): State<Issuer>) -> Json<Value> {
    issuer.0.asked.fetch_add(1, Ordering::SeqCst);
    if *issuer.0.down.lock().unwrap_or_else(PoisonError::into_inner) {
        return Json(json!("out of order"));
    }
    let (kid, key) = issuer.key();
    let x = URL_SAFE_NO_PAD.encode(key.verifying_key().to_bytes());
    let key = json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": x});
    Json(json!({"keys": [key]}))
}
