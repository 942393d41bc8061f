//! In place of the portal: verifies Slack's signature by its own code, keeps what came, answers as told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use reqwest::Url;
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;

use super::harness::SIGNING_SECRET;

/// How the next interaction is answered.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// 200 with a body.
    Json(Value),
    /// That status and nothing else.
    Status(u16),
    /// Not at all.
    Never,
}

#[derive(Debug, Clone, Default)]
struct Shared {
    replies: Arc<Mutex<VecDeque<Reply>>>,
    payloads: Arc<Mutex<Vec<Value>>>,
}

/// The running receiver. It ends with the test.
pub(crate) struct Receiver {
    pub(crate) url: String,
    shared: Shared,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let shared = Shared::default();
        let router = Router::new()
            .route("/slack/interactions", post(take))
            .route("/slack/linked", get(linked))
            .with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    /// Answers one of the next interactions like this; without, with an empty 200.
    pub(crate) fn reply(&self, reply: Reply) {
        self.shared.replies.lock().expect("no panic").push_back(reply);
    }

    /// What came since it was last asked, every one with a good signature.
    pub(crate) fn taken(&self) -> Vec<Value> {
        std::mem::take(&mut *self.shared.payloads.lock().expect("no panic"))
    }

    /// Whether anything came since it was last asked.
    pub(crate) fn has_some(&self) -> bool {
        !self.shared.payloads.lock().expect("no panic").is_empty()
    }

    /// The one payload that came.
    pub(crate) fn one(&self) -> Value {
        let taken = self.taken();
        assert_eq!(taken.len(), 1, "{taken:#?}");
        taken[0].clone()
    }
}

/// Where sign-in sends the browser back to; no icon, so that no browser asks for one.
async fn linked() -> axum::response::Html<&'static str> {
    axum::response::Html("<!doctype html><link rel=\"icon\" href=\"data:,\"><title>Linked</title>")
}

async fn take(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(why) = verify(&headers, &body) {
        return (StatusCode::UNAUTHORIZED, why).into_response();
    }
    let text = std::str::from_utf8(&body).expect("a form");
    // The query of an address is the same encoding.
    let form = Url::parse(&format!("http://x/?{text}")).expect("a form");
    let (_, payload) = form.query_pairs().find(|(name, _)| name == "payload").expect("a payload");
    shared.payloads.lock().expect("no panic").push(serde_json::from_str(&payload).expect("JSON"));
    let reply = shared.replies.lock().expect("no panic").pop_front();
    match reply.unwrap_or(Reply::Status(200)) {
        Reply::Json(body) => Json(body).into_response(),
        Reply::Status(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        Reply::Never => std::future::pending().await,
    }
}

/// As Slack's documentation tells apps to: fresh, and signed over the body as it came.
fn verify(headers: &HeaderMap, body: &[u8]) -> Result<(), &'static str> {
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).ok_or("a header is missing");
    if header("content-type")? != "application/x-www-form-urlencoded" {
        return Err("not a form");
    }
    let timestamp = header("x-slack-request-timestamp")?;
    let age = Timestamp::now().as_second() - timestamp.parse::<i64>().map_err(|_| "no timestamp")?;
    if age.abs() > 300 {
        return Err("too old or too new");
    }
    let claimed = header("x-slack-signature")?.strip_prefix("v0=").ok_or("not v0")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(SIGNING_SECRET.as_bytes()).expect("a key");
    for part in [b"v0:", timestamp.as_bytes(), b":", body] {
        mac.update(part);
    }
    mac.verify_slice(&hex::decode(claimed).map_err(|_| "not hexadecimal")?).map_err(|_| "a wrong signature")
}
