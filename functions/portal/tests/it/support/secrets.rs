//! A Secrets Manager endpoint that keeps what it is given.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::listen;

/// Names with their values.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<Mutex<BTreeMap<String, String>>>);

impl Secrets {
    pub(crate) async fn start() -> (Self, String) {
        let secrets = Self::default();
        let (listener, url) = listen().await;
        let router = Router::new().fallback(post(answer)).with_state(secrets.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
        (secrets, url)
    }

    /// The values that are kept.
    pub(crate) fn values(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

async fn answer(State(secrets): State<Secrets>, headers: HeaderMap, body: Bytes) -> Response {
    // AWS's JSON protocol has a content type of its own.
    let body: Value = serde_json::from_slice(&body).expect("a JSON body");
    let mut kept = secrets.0.lock().unwrap_or_else(PoisonError::into_inner);
    let creates = headers.get("x-amz-target").is_some_and(|target| target == "secretsmanager.CreateSecret");
    let name = body[if creates { "Name" } else { "SecretId" }].as_str().expect("a name").to_owned();
    if creates && kept.contains_key(&name) {
        let error = json!({"__type": "ResourceExistsException", "message": "exists"});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let arn = format!("arn:aws:secretsmanager:eu-west-1:111111111111:secret:{name}-AbCdEf");
    if let Some(value) = body["SecretString"].as_str() {
        kept.insert(name.clone(), value.to_owned());
    }
    Json(json!({"ARN": arn, "Name": name})).into_response()
}
