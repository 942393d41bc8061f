//! An SES endpoint that keeps whom it mailed what.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::listen;

/// Recipients with subjects.
#[derive(Clone, Default)]
pub(crate) struct Mailbox(Arc<Mutex<Vec<(String, String)>>>);

impl Mailbox {
    pub(crate) async fn start() -> (Self, String) {
        let mailbox = Self::default();
        let (listener, url) = listen().await;
        let router =
            Router::new().route("/v2/email/outbound-emails", post(answer)).with_state(mailbox.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
        (mailbox, url)
    }

    /// What was mailed, in order.
    pub(crate) fn mails(&self) -> Vec<(String, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(State(mailbox): State<Mailbox>, Json(body): Json<Value>) -> Json<Value> {
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mail = (text("/Destination/ToAddresses/0"), text("/Content/Simple/Subject/Data"));
    mailbox.0.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
    Json(json!({"MessageId": "message"}))
}
