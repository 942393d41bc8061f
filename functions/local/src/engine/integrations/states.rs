//! `states:startExecution`, alone and until the nested execution ends (`.sync`, `.sync:2`).

use std::sync::Arc;

use asl::Pattern;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Call, with_metadata};
use crate::engine::arn::account_of;
use crate::engine::host::Host;
use crate::engine::nested::parsed;
use crate::engine::start::{StartRequest, StartedExecution};
use crate::engine::store::ExecutionRow;
use crate::services::aws_json::ApiError;

/// Step Functions cuts a cause there.
const LONGEST_CAUSE: usize = 32_768;

/// Starts the execution; the host collects its end.
pub(super) fn call(host: &Arc<Host>, call: &Call) -> Answer {
    if call.action() != "startExecution" {
        return Answer::failed("States.Runtime", format!("Unknown action states:{}.", call.action()));
    }
    let request = match start_request(call) {
        Ok(request) => request,
        Err(error) => return failed(&error),
    };
    match started(host, call, request) {
        Ok(Some(started)) => Answer::Accepted(with_metadata(json!({
            "ExecutionArn": started.arn,
            "StartDate": started.at.as_millisecond(),
        }))),
        Ok(None) => Answer::Gone,
        Err(error) => failed(&error),
    }
}

/// A task can wait for the end of a Standard execution only.
fn started(
    host: &Arc<Host>,
    call: &Call,
    request: StartRequest,
) -> Result<Option<StartedExecution>, ApiError> {
    let waits = matches!(call.request.integration.pattern, Pattern::Sync | Pattern::SyncV2);
    if waits && host.target(&request.machine)?.express {
        return Err(ApiError::new(
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
        ));
    }
    host.start(request)
}

fn start_request(call: &Call) -> Result<StartRequest, ApiError> {
    let arguments = &call.request.arguments;
    let machine = text(arguments, "StateMachineArn")?.ok_or_else(|| {
        ApiError::validation("1 validation error detected: Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null")
    })?;
    check_account(call, &machine, "states:StartExecution")?;
    let input = arguments.get("Input").filter(|input| !input.is_null()).map(|input| match input {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    // A name of its own makes the start repeatable after a crash; AWS invents one, too.
    let name = text(arguments, "Name")?.unwrap_or_else(|| derived_name(call));
    let trace_header = text(arguments, "TraceHeader")?;
    Ok(StartRequest { machine, name: Some(name), input, trace_header, parent: Some(call.parent()) })
}

/// The UUID that belongs to this task, and to no other.
pub(super) fn derived_name(call: &Call) -> String {
    let digest = crate::engine::store::digest(&format!("{} {}", call.execution, call.request.task));
    let (a, rest) = digest.split_at(8);
    format!("{a}-{}-{}-{}-{}", &rest[..4], &rest[4..8], &rest[8..12], &rest[12..24])
}

/// Step Functions refuses machines of another account than that of the role a call is made as.
pub(super) fn check_account(call: &Call, arn: &str, action: &str) -> Result<(), ApiError> {
    match account_of(arn) {
        Some(account) if account != call.account() => Err(ApiError::new(
            "AccessDeniedException",
            format!(
                "A principal of account {} is not authorized to perform: {action} on resource: {arn}; set \
                 Credentials.RoleArn to a role of account {account}",
                call.account()
            ),
        )),
        _ => Ok(()),
    }
}

fn text(arguments: &Value, member: &str) -> Result<Option<String>, ApiError> {
    match arguments.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ApiError::new("SerializationException", format!("{member} must be a string"))),
    }
}

fn failed(error: &ApiError) -> Answer {
    let name = match error.code {
        "AccessDeniedException" | "SerializationException" | "InternalServerError" => {
            "AWSStepFunctionsException".to_owned()
        }
        code => exception(code),
    };
    let cause = format!(
        "{} (Service: AWSStepFunctions; Status Code: {}; Error Code: {}; Request ID: {}; Proxy: null)",
        error.message,
        error.status.as_u16(),
        error.code,
        Uuid::new_v4()
    );
    Answer::failed(format!("StepFunctions.{name}"), cause)
}

/// An error name as the SDKs for Java call it.
pub(super) fn exception(code: &str) -> String {
    if code.ends_with("Exception") { code.to_owned() } else { format!("{code}Exception") }
}

/// What a task gets from a nested execution that succeeded; with `.sync:2` input and output are JSON.
pub(crate) fn description(row: &ExecutionRow, as_json: bool) -> Value {
    let payload = |text: &str| if as_json { parsed(text) } else { json!(text) };
    json!({
        "ExecutionArn": row.arn,
        "Input": payload(&row.input),
        "InputDetails": {"Included": true},
        "Name": row.name,
        "Output": row.output.as_deref().map(payload),
        "OutputDetails": {"Included": true},
        "RedriveCount": row.redrives,
        "RedriveStatus": "NOT_REDRIVABLE",
        "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven",
        "StartDate": row.started_at.as_millisecond(),
        "StateMachineArn": row.machine,
        "Status": row.status,
        "StopDate": row.stopped_at.map(Timestamp::as_millisecond),
    })
}

/// The `Cause` of a task whose nested execution did not succeed: its description as JSON text, which
/// Step Functions cuts when it is long, leaving no valid JSON.
pub(crate) fn failure(row: &ExecutionRow) -> String {
    let mut cause = json!({});
    if let Some(text) = &row.cause {
        cause["Cause"] = json!(text);
    }
    if let Some(name) = &row.error {
        cause["Error"] = json!(name);
    }
    cause["ExecutionArn"] = json!(row.arn);
    cause["Input"] = json!(row.input);
    cause["InputDetails"] = json!({"Included": true});
    cause["Name"] = json!(row.name);
    cause["RedriveCount"] = json!(row.redrives);
    cause["StartDate"] = json!(row.started_at.as_millisecond());
    cause["StateMachineArn"] = json!(row.machine);
    cause["Status"] = json!(row.status);
    cause["StopDate"] = json!(row.stopped_at.map(Timestamp::as_millisecond));
    let text = cause.to_string();
    text.char_indices().nth(LONGEST_CAUSE).map_or(text.clone(), |(end, _)| text[..end].to_owned())
}
