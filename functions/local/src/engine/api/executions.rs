//! Starting, stopping and describing executions.

use std::sync::Arc;

use asl::Event;
use serde::Deserialize;
use serde_json::{Value, json};

use super::describe::set;
use super::redrive;
use crate::engine::arn;
use crate::engine::host::Host;
use crate::engine::start::StartRequest;
use crate::engine::store::ExecutionRow;
use crate::engine::target::no_machine;
use crate::services::aws_json::{ApiError, seconds};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Start {
    state_machine_arn: String,
    name: Option<String>,
    input: Option<String>,
    trace_header: Option<String>,
}

pub(super) fn start(host: &Arc<Host>, request: Start) -> Result<Value, ApiError> {
    let Start { state_machine_arn: machine, name, input, trace_header } = request;
    let missing = no_machine(&machine);
    let started = host.start(StartRequest { machine, name, input, trace_header, parent: None })?;
    let started = started.ok_or(missing)?;
    Ok(json!({"executionArn": started.arn, "startDate": seconds(started.at)}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stop {
    execution_arn: String,
    error: Option<String>,
    cause: Option<String>,
}

/// Stopping what is over changes nothing and succeeds, as on AWS.
pub(super) async fn stop(host: &Arc<Host>, request: Stop) -> Result<Value, ApiError> {
    let Stop { execution_arn, error, cause } = request;
    find(host, &execution_arn)?;
    host.deliver(&execution_arn, Event::Stop { error, cause }).await?;
    let row = find(host, &execution_arn)?;
    Ok(json!({"stopDate": row.stopped_at.map(seconds)}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Describe {
    execution_arn: String,
    included_data: Option<String>,
}

pub(super) fn describe(host: &Host, request: &Describe) -> Result<Value, ApiError> {
    let row = find(host, &request.execution_arn)?;
    let mut answer = item(&row);
    match redrive::reason_against(host, &row)? {
        None => answer["redriveStatus"] = json!("REDRIVABLE"),
        Some(reason) => {
            answer["redriveStatus"] = json!("NOT_REDRIVABLE");
            answer["redriveStatusReason"] = json!(reason);
        }
    }
    set(&mut answer, "error", row.error);
    set(&mut answer, "cause", row.cause);
    set(&mut answer, "traceHeader", row.trace_header);
    if request.included_data.as_deref() != Some("METADATA_ONLY") {
        answer["input"] = json!(row.input);
        answer["inputDetails"] = json!({"included": true});
        if let Some(output) = row.output {
            answer["output"] = json!(output);
            answer["outputDetails"] = json!({"included": true});
        }
    }
    Ok(answer)
}

/// What a list and a description have in common.
pub(super) fn item(row: &ExecutionRow) -> Value {
    let mut item = json!({
        "executionArn": row.arn,
        "stateMachineArn": row.machine,
        "name": row.name,
        "status": row.status,
        "startDate": seconds(row.started_at),
        "redriveCount": row.redrives,
    });
    for (member, at) in [("stopDate", row.stopped_at), ("redriveDate", row.redriven_at)] {
        if let Some(at) = at {
            item[member] = seconds(at);
        }
    }
    if let Some(version) = row.version {
        item["stateMachineVersionArn"] = json!(format!("{}:{version}", row.machine));
    }
    set(&mut item, "stateMachineAliasArn", row.alias.clone());
    set(&mut item, "mapRunArn", row.map_run.clone());
    item
}

/// A Standard execution by its ARN.
pub(super) fn find(host: &Host, arn: &str) -> Result<ExecutionRow, ApiError> {
    arn::check_execution(arn)?;
    let missing = || ApiError::new("ExecutionDoesNotExist", format!("Execution Does Not Exist: '{arn}'"));
    host.store.execution(arn)?.ok_or_else(missing)
}
