//! A switch for tests: the next calls of an operation fail as an overloaded or broken service would.
//!
//! `POST /_faults` with `{"method": "chat.postMessage", "status": 429, "retry_after": 1, "times": 2}`. The
//! method is one of Slack's, or `SendEmail`, or an operation of SQS such as `SendMessage`. Nothing is recorded
//! of a call that fails so.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is to fail, how, and how often.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    method: String,
    status: u16,
    #[serde(default)]
    retry_after: Option<u32>,
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

/// The faults that are still to come.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    /// The switch as an axum router.
    pub(super) fn router(&self) -> Router {
        Router::new().route("/_faults", routing::post(add)).with_state(self.clone())
    }

    fn next(&self, method: &str) -> Option<Fault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = faults.iter_mut().find(|fault| fault.method == method)?;
        fault.times -= 1;
        let fault = fault.clone();
        faults.retain(|fault| fault.times > 0);
        Some(fault)
    }
}

async fn add(State(faults): State<Faults>, Json(fault): Json<Fault>) -> Response {
    if !(400..600).contains(&fault.status) || fault.times == 0 {
        return (StatusCode::BAD_REQUEST, "a fault has a status of 400 to 599 and times of at least 1")
            .into_response();
    }
    faults.0.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    StatusCode::NO_CONTENT.into_response()
}

/// Fails a call that is to fail; lets every other through.
pub(super) async fn intercept(State(faults): State<Faults>, request: Request, next: Next) -> Response {
    match operation(&request).and_then(|method| faults.next(method)) {
        Some(fault) => answer(&fault),
        None => next.run(request).await,
    }
}

fn operation(request: &Request) -> Option<&str> {
    let path = request.uri().path();
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    match target {
        Some(target) => target.split_once('.').map(|(_, operation)| operation),
        None if path == "/v2/email/outbound-emails" => Some("SendEmail"),
        None => path.strip_prefix("/api/"),
    }
}

/// One body for all: Slack's clients read `error`, AWS's the type.
fn answer(fault: &Fault) -> Response {
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (slack, aws) = match fault.status {
        429 => ("ratelimited", "TooManyRequestsException"),
        _ => ("internal_error", "InternalFailure"),
    };
    let body = json!({"ok": false, "error": slack, "__type": aws, "message": "As asked through /_faults."});
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(aws));
    if let Some(seconds) = fault.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
