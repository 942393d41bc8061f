//! Carrying out tasks: which integration answers, and what an answer can be.
//!
//! Step Functions itself ([`states`], [`sfn`]) is answered by this engine. Everything else is somebody
//! else's [`Integration`]: [`InProcess`] in local mode, [`Endpoint`] where the engine runs alone.
//!
//! In local mode every integration can be repeated: after a crash the host calls again what had not
//! answered. Functions are written for that (AWS, too, invokes them at least once), a nested execution
//! belongs to the task that started it, and a simulated answer is a constant.

mod endpoint;
mod functions;
mod in_process;
mod sfn;
mod simulated;
pub(crate) mod states;

use std::pin::Pin;
use std::sync::Arc;

use asl::TaskRequest;
use serde_json::{Value, json};
use uuid::Uuid;

use super::arn::{account_of, region_of};
use super::host::Host;
use super::store::Parent;

pub use endpoint::Endpoint;
pub use functions::{FunctionError, Functions, FunctionsFuture};
pub use in_process::InProcess;
pub use simulated::{NOT_SIMULATED, Simulated, SimulatedMachine};

/// The services that really work in local mode, as a history's `resourceType` names them. Every other
/// is answered from `cases.json`; so is `lambda` for a function that local mode does not have.
pub const REAL_SERVICES: &[&str] = &["lambda", "states", "aws-sdk:sfn"];

/// What a call becomes.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// What is done about an event.
pub type Hearing<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Somebody who carries out calls of services.
pub trait Integration: Send + Sync + 'static {
    /// Carries one out. Dropping the future gives the call up.
    fn call<'a>(&'a self, call: &'a Call) -> Answering<'a>;

    /// Hears that an execution has ended, as EventBridge tells it. Whoever must not miss it cannot rely on it: an end
    /// is not told again after a crash.
    fn ended<'a>(&'a self, event: &'a Value) -> Hearing<'a> {
        let _ = event;
        Box::pin(async {})
    }
}

/// A task to be carried out.
#[derive(Debug, Clone)]
pub struct Call {
    /// ARN of the execution that asks.
    pub execution: String,
    /// ARN of its machine, without a version.
    pub machine: String,
    /// What it asks.
    pub request: TaskRequest,
}

impl Call {
    /// The account the call is made in: that of the role it is made as, else the execution's own.
    pub fn account(&self) -> &str {
        self.request
            .role_arn
            .as_deref()
            .and_then(account_of)
            .or_else(|| account_of(&self.execution))
            .unwrap_or("")
    }

    /// The Region the call is made in: Step Functions calls no other.
    pub fn region(&self) -> &str {
        region_of(&self.execution).unwrap_or("")
    }

    /// The action without its pattern: `startExecution` of `startExecution.sync:2`.
    pub fn action(&self) -> &str {
        let action = &self.request.integration.action;
        action.split_once('.').map_or(action.as_str(), |(action, _)| action)
    }

    /// The task, as the one that starts a nested execution.
    pub(crate) fn parent(&self) -> Parent {
        Parent { execution: self.execution.clone(), task: self.request.task }
    }
}

/// What an integration says.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
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
    /// A failure of that name.
    pub fn failed(error: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::Failed { error: error.into(), cause: cause.into() }
    }
}

/// Calls the integration that the task names.
pub(crate) async fn call(host: &Arc<Host>, call: &Call) -> Answer {
    if let Some(role) = call.request.role_arn.as_deref().filter(|role| host.roles.refuses(role)) {
        let cause =
            format!("The state machine's role is not authorized to assume the task state's role, {role}");
        return Answer::failed("States.TaskFailed", cause);
    }
    match call.request.integration.service.as_str() {
        "states" => states::call(host, call),
        "aws-sdk:sfn" => sfn::call(host, call).await,
        _ => host.outside.call(call).await,
    }
}

/// What `lambda:invoke` sends: nothing is `{}`, and a text that is JSON is sent as that JSON.
fn lambda_payload(arguments: &Value) -> Value {
    match arguments.get("Payload") {
        None | Some(Value::Null) => json!({}),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        Some(payload) => payload.clone(),
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
