//! The `AWSStepFunctions` protocol, JSON 1.0: one file for each group of operations.
//!
//! To add an operation: a line in [`answer`] (or where it goes on), its members in [`constraints`], and a
//! function in the file of its group.

mod activities;
mod aliases;
mod constraints;
mod definition;
mod describe;
mod executions;
mod history;
mod list_executions;
mod machines;
mod map_runs;
mod page;
mod redrive;
mod routing;
mod sync;
mod tags;
mod tasks;
mod test_state;
mod validate;
mod versions;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::post;
use serde_json::Value;

use super::host::Host;
use crate::services::aws_json::{self, ApiError, Caller};

const TARGET: &str = "AWSStepFunctions";
const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// Every operation is a POST to `/`.
pub(crate) fn router(host: Arc<Host>) -> Router {
    Router::new().route("/", post(handle)).with_state(host)
}

async fn handle(State(host): State<Arc<Host>>, headers: HeaderMap, bytes: Bytes) -> Response {
    let caller = Caller::of(&headers, &host.options.default_caller);
    let answered = async {
        let operation = aws_json::operation(&headers, TARGET)?;
        answer(&host, &caller, operation, aws_json::body(&bytes)?).await
    };
    aws_json::respond(answered.await, CONTENT_TYPE)
}

/// Carries out an operation.
pub(crate) async fn answer(
    host: &Arc<Host>,
    caller: &Caller,
    operation: &str,
    body: Value,
) -> Result<Value, ApiError> {
    constraints::check(operation, &body)?;
    match operation {
        "StartExecution" => executions::start(host, read(body)?),
        "StartSyncExecution" => sync::start(host, read(body)?).await,
        "StopExecution" => executions::stop(host, read(body)?).await,
        "RedriveExecution" => redrive::redrive(host, &read(body)?),
        "SendTaskSuccess" => tasks::success(host, caller, read(body)?).await,
        "SendTaskFailure" => tasks::failure(host, caller, read(body)?).await,
        "SendTaskHeartbeat" => tasks::heartbeat(host, caller, read(body)?).await,
        "UpdateMapRun" => map_runs::update(host, read(body)?).await,
        "TestState" => test_state::test(host, caller, &read(body)?).await,
        "GetActivityTask" => activities::poll(host, &read(body)?).await,
        other => match resources(host, caller, other, &body)? {
            Some(answer) => Ok(answer),
            None => reading(host, operation, body),
        },
    }
}

/// Operations on what belongs to an account; none when it is none of them.
fn resources(
    host: &Arc<Host>,
    caller: &Caller,
    operation: &str,
    body: &Value,
) -> Result<Option<Value>, ApiError> {
    let body = || body.clone();
    Ok(Some(match operation {
        "CreateStateMachine" => machines::create(host, caller, &read(body())?)?,
        "UpdateStateMachine" => machines::update(host, read(body())?)?,
        "DeleteStateMachine" => machines::delete(host, &read(body())?)?,
        "ListStateMachines" => machines::list(host, caller, &read(body())?)?,
        "PublishStateMachineVersion" => versions::publish(host, read(body())?)?,
        "ListStateMachineVersions" => versions::list(host, &read(body())?)?,
        "DeleteStateMachineVersion" => versions::delete(host, &read(body())?)?,
        "CreateStateMachineAlias" => aliases::create(host, read(body())?)?,
        "UpdateStateMachineAlias" => aliases::update(host, &read(body())?)?,
        "DescribeStateMachineAlias" => aliases::describe(host, &read(body())?)?,
        "DeleteStateMachineAlias" => aliases::delete(host, &read(body())?)?,
        "ListStateMachineAliases" => aliases::list(host, &read(body())?)?,
        "CreateActivity" => activities::create(host, caller, read(body())?)?,
        "DescribeActivity" => activities::describe(host, &read(body())?)?,
        "DeleteActivity" => activities::delete(host, &read(body())?)?,
        "ListActivities" => activities::list(host, caller, &read(body())?)?,
        "TagResource" => tags::add(host, &read(body())?)?,
        "UntagResource" => tags::remove(host, &read(body())?)?,
        "ListTagsForResource" => tags::list(host, &read(body())?)?,
        _ => return Ok(None),
    }))
}

/// Operations that only look.
fn reading(host: &Host, operation: &str, body: Value) -> Result<Value, ApiError> {
    match operation {
        "DescribeStateMachine" => describe::machine(host, &read(body)?),
        "DescribeStateMachineForExecution" => describe::for_execution(host, &read(body)?),
        "DescribeExecution" => executions::describe(host, &read(body)?),
        "ListExecutions" => list_executions::list(host, &read(body)?),
        "DescribeMapRun" => map_runs::describe(host, &read(body)?),
        "ListMapRuns" => map_runs::list(host, &read(body)?),
        "GetExecutionHistory" => history::get(host, &read(body)?),
        "ValidateStateMachineDefinition" => Ok(validate::validate(&read(body)?)),
        other => Err(aws_json::unknown_operation(other)),
    }
}

fn read<T: serde::de::DeserializeOwned>(body: Value) -> Result<T, ApiError> {
    aws_json::parameters(body)
}
