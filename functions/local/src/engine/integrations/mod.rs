//! Carrying out tasks: which integration answers, and what an answer can be.
//!
//! Every integration can be repeated: after a crash the host calls again what had not answered.
//! Functions are written for that (AWS, too, invokes them at least once), a nested execution belongs
//! to the task that started it, and a simulated answer is a constant.

mod functions;
mod lambda;
mod sfn;
mod simulated;
pub(crate) mod states;

use std::sync::Arc;

use asl::TaskRequest;
use serde_json::{Value, json};
use uuid::Uuid;

use super::arn::account_of;
use super::host::Host;
use super::store::Parent;

pub use functions::{FunctionError, Functions, FunctionsFuture};
pub use simulated::{NOT_SIMULATED, Simulated, SimulatedMachine};

/// The services that really work in local mode, as a history's `resourceType` names them. Every other
/// is answered from `cases.json`; so is `lambda` for a function that local mode does not have.
pub const REAL_SERVICES: &[&str] = &["lambda", "states", "aws-sdk:sfn"];

/// A task to be carried out.
pub(crate) struct Call {
    /// ARN of the execution that asks.
    pub(crate) execution: String,
    /// ARN of its machine, without a version.
    pub(crate) machine: String,
    pub(crate) request: TaskRequest,
}

impl Call {
    /// The account the call is made in: that of the role it is made as, else the execution's own.
    pub(crate) fn account(&self) -> &str {
        self.request
            .role_arn
            .as_deref()
            .and_then(account_of)
            .or_else(|| account_of(&self.execution))
            .unwrap_or("")
    }

    /// The task, as the one that starts a nested execution.
    pub(crate) fn parent(&self) -> Parent {
        Parent { execution: self.execution.clone(), task: self.request.task }
    }

    /// The action without its pattern: `startExecution` of `startExecution.sync:2`.
    pub(crate) fn action(&self) -> &str {
        let action = &self.request.integration.action;
        action.split_once('.').map_or(action.as_str(), |(action, _)| action)
    }
}

/// What an integration says.
pub(crate) enum Answer {
    /// The request was taken; whether that ends the task is a matter of its pattern.
    Accepted(Value),
    /// The task is over, whatever its pattern.
    Done(Value),
    /// The task failed.
    Failed {
        /// The name that Retry and Catch match.
        error: String,
        /// For people.
        cause: String,
    },
    /// Nobody waits for the answer any more.
    Gone,
}

impl Answer {
    pub(crate) fn failed(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Failed { error: error.into(), cause: cause.into() }
    }
}

/// Calls the integration that the task names.
pub(crate) async fn call(host: &Arc<Host>, call: &Call) -> Answer {
    match call.request.integration.service.as_str() {
        "lambda" => lambda::call(host, call).await,
        "states" => states::call(host, call),
        "aws-sdk:sfn" => sfn::call(host, call).await,
        _ => simulated::call(host, call).await,
    }
}

/// Adds what optimised integrations return about the HTTP call.
pub(crate) fn with_metadata(mut output: Value) -> Value {
    let id = Uuid::new_v4().to_string();
    let headers = json!({"x-amzn-RequestId": [id], "Content-Type": ["application/json"]});
    output["SdkHttpMetadata"] =
        json!({"AllHttpHeaders": headers, "HttpHeaders": {"x-amzn-RequestId": id}, "HttpStatusCode": 200});
    output["SdkResponseMetadata"] = json!({"RequestId": id});
    output
}
