//! Starting, stopping, describing and listing executions.

use std::sync::Arc;

use asl::Event;
use serde::Deserialize;
use serde_json::{Value, json};

use super::describe::set;
use super::{machines, page};
use crate::engine::arn::{self, MachineArn};
use crate::engine::host::Host;
use crate::engine::start::{StartRequest, no_machine};
use crate::engine::store::ExecutionRow;
use crate::services::aws_json::{ApiError, seconds};

/// AWS's limits for the reason given with a stop.
const LONGEST_ERROR: usize = 256;
const LONGEST_CAUSE: usize = 32_768;

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
    check_reason(error.as_deref(), cause.as_deref())?;
    host.deliver(&execution_arn, Event::Stop { error, cause }).await?;
    let row = find(host, &execution_arn)?;
    Ok(json!({"stopDate": row.stopped_at.map(seconds)}))
}

/// The limits of `error` and `cause`.
pub(super) fn check_reason(error: Option<&str>, cause: Option<&str>) -> Result<(), ApiError> {
    for (member, text, longest) in [("error", error, LONGEST_ERROR), ("cause", cause, LONGEST_CAUSE)] {
        if text.is_some_and(|text| text.chars().count() > longest) {
            let rule = format!("Member must have length less than or equal to {longest}");
            return Err(ApiError::constraint(member, &rule));
        }
    }
    Ok(())
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
    answer["redriveStatus"] = json!("NOT_REDRIVABLE");
    answer["redriveStatusReason"] = json!(if row.is_running() {
        "Execution is RUNNING and cannot be redriven".to_owned()
    } else if row.status == "SUCCEEDED" {
        "Execution is SUCCEEDED and cannot be redriven".to_owned()
    } else {
        "Local mode cannot redrive executions".to_owned()
    });
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

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    state_machine_arn: Option<String>,
    status_filter: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn list(host: &Host, request: List) -> Result<Value, ApiError> {
    let Some(asked) = request.state_machine_arn else {
        return Err(ApiError::validation("Local mode lists executions by stateMachineArn only"));
    };
    let arn = MachineArn::parse(&asked)?;
    // Executions stay listed for as long as their machine is there.
    if host.store.machine(&arn.unqualified())?.is_none() {
        machines::unqualified(host, &arn.unqualified())?;
    }
    let size = page::size(request.max_results)?;
    let before: i64 = page::place(request.next_token.as_deref())?.unwrap_or(i64::MAX);
    let status = request.status_filter.as_deref();
    let mut rows = host.store.executions(&arn.unqualified(), arn.version, status, before, size + 1)?;
    let more = page::cut(&mut rows, size);
    let mut answer = json!({"executions": rows.iter().map(item).collect::<Vec<_>>()});
    if let Some(last) = rows.last().filter(|_| more) {
        answer["nextToken"] = page::token(&last.seq.to_string());
    }
    Ok(answer)
}

/// What a list and a description have in common.
fn item(row: &ExecutionRow) -> Value {
    let mut item = json!({
        "executionArn": row.arn,
        "stateMachineArn": row.machine,
        "name": row.name,
        "status": row.status,
        "startDate": seconds(row.started_at),
        "redriveCount": 0,
    });
    if let Some(at) = row.stopped_at {
        item["stopDate"] = seconds(at);
    }
    if let Some(version) = row.version {
        item["stateMachineVersionArn"] = json!(format!("{}:{version}", row.machine));
    }
    item
}

/// An execution by its ARN.
pub(super) fn find(host: &Host, arn: &str) -> Result<ExecutionRow, ApiError> {
    arn::check_execution(arn)?;
    let missing = || ApiError::new("ExecutionDoesNotExist", format!("Execution Does Not Exist: '{arn}'"));
    host.store.execution(arn)?.ok_or_else(missing)
}
