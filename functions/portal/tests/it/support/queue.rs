//! An SQS endpoint that keeps what it is sent.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::listen;

/// The queue's bodies.
#[derive(Clone, Default)]
pub(crate) struct Queue(Arc<Mutex<Vec<String>>>);

impl Queue {
    pub(crate) async fn start() -> (Self, String) {
        let queue = Self::default();
        let (listener, url) = listen().await;
        let router = Router::new().fallback(post(answer)).with_state(queue.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
        (queue, url)
    }

    /// What is in it, as Lambda hands it to a function.
    pub(crate) fn batch(&self) -> Value {
        let bodies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let records = bodies.iter().enumerate().map(|(number, body)| {
            json!({"messageId": format!("message-{number}"), "body": body, "eventSource": "aws:sqs"})
        });
        json!({"Records": records.collect::<Vec<_>>()})
    }
}

async fn answer(State(queue): State<Queue>, headers: HeaderMap, body: Bytes) -> Json<Value> {
    assert_eq!(headers["x-amz-target"], "AmazonSQS.SendMessage");
    let body: Value = serde_json::from_slice(&body).expect("a JSON body");
    let text = body["MessageBody"].as_str().expect("a body").to_owned();
    queue.0.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    Json(json!({"MessageId": "message", "MD5OfMessageBody": "00000000000000000000000000000000"}))
}
