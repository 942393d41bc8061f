//! Answers that come with a task token.

use std::sync::Arc;

use asl::Event;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::engine::arn::account_of;
use crate::engine::host::Host;
use crate::engine::input::task_output;
use crate::services::aws_json::{ApiError, Caller};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Success {
    task_token: String,
    output: String,
}

pub(super) async fn success(host: &Arc<Host>, caller: &Caller, request: Success) -> Result<Value, ApiError> {
    let output = task_output(&request.output)?;
    send(host, caller, &request.task_token, |task| Event::TaskSucceeded { task, output }).await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure {
    task_token: String,
    error: Option<String>,
    cause: Option<String>,
}

pub(super) async fn failure(host: &Arc<Host>, caller: &Caller, request: Failure) -> Result<Value, ApiError> {
    let (error, cause) = (request.error.unwrap_or_default(), request.cause.unwrap_or_default());
    send(host, caller, &request.task_token, |task| Event::TaskFailed { task, error, cause }).await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Heartbeat {
    task_token: String,
}

pub(super) async fn heartbeat(
    host: &Arc<Host>,
    caller: &Caller,
    request: Heartbeat,
) -> Result<Value, ApiError> {
    send(host, caller, &request.task_token, |task| Event::Heartbeat { task }).await
}

/// Looks under the execution's lock whether the task still waits, so that of two answers one wins.
async fn send(
    host: &Arc<Host>,
    caller: &Caller,
    token: &str,
    event: impl FnOnce(u64) -> Event,
) -> Result<Value, ApiError> {
    let Some(known) = host.store.token(token)? else { return Err(unknown(token)) };
    // Task tokens work inside one account only.
    if account_of(&known.execution) != Some(caller.account.as_str()) {
        return Err(invalid());
    }
    let running = host.find(&known.execution).ok_or_else(timed_out)?;
    let mut running = running.lock().await;
    // Somebody outside was heard: virtual time is patient anew.
    running.family.outside(0, 0);
    let task = running.execution.task_of_token(token).ok_or_else(timed_out)?;
    host.step(&mut running, &event(task))?;
    Ok(json!({}))
}

/// A token that was never given out: does it look like one?
fn unknown(token: &str) -> ApiError {
    if Uuid::parse_str(token).is_ok() {
        return ApiError::new("TaskDoesNotExist", "Task Does Not Exist: 'Provided task does not exist'");
    }
    invalid()
}

fn invalid() -> ApiError {
    ApiError::new("InvalidToken", "Invalid Token: 'Invalid token'")
}

fn timed_out() -> ApiError {
    ApiError::new("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
}
