//! The `AWSStepFunctions` protocol, JSON 1.0: one file for each group of operations.
//!
//! To add an operation: a line in [`answer`] and a function in the file of its group.

mod describe;
mod executions;
mod history;
mod machines;
mod page;
mod tasks;
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
    match operation {
        "CreateStateMachine" => machines::create(host, caller, &aws_json::parameters(body)?),
        "UpdateStateMachine" => machines::update(host, &aws_json::parameters(body)?),
        "DeleteStateMachine" => machines::delete(host, &aws_json::parameters(body)?),
        "ListStateMachines" => machines::list(host, caller, &aws_json::parameters(body)?),
        "DescribeStateMachine" => describe::machine(host, &aws_json::parameters(body)?),
        "DescribeStateMachineForExecution" => describe::for_execution(host, &aws_json::parameters(body)?),
        "PublishStateMachineVersion" => versions::publish(host, aws_json::parameters(body)?),
        "ListStateMachineVersions" => versions::list(host, &aws_json::parameters(body)?),
        "ValidateStateMachineDefinition" => validate::validate(&aws_json::parameters(body)?),
        "StartExecution" => executions::start(host, aws_json::parameters(body)?),
        "StopExecution" => executions::stop(host, aws_json::parameters(body)?).await,
        "DescribeExecution" => executions::describe(host, &aws_json::parameters(body)?),
        "ListExecutions" => executions::list(host, aws_json::parameters(body)?),
        "GetExecutionHistory" => history::get(host, &aws_json::parameters(body)?),
        "SendTaskSuccess" => tasks::success(host, caller, aws_json::parameters(body)?).await,
        "SendTaskFailure" => tasks::failure(host, caller, aws_json::parameters(body)?).await,
        "SendTaskHeartbeat" => tasks::heartbeat(host, caller, aws_json::parameters(body)?).await,
        other => Err(aws_json::unknown_operation(other)),
    }
}
