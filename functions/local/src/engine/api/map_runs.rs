//! Map runs: describing, listing and updating them.

use std::sync::Arc;

use asl::{Counts, MapRun, MapRunEvent};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{executions, page};
use crate::engine::host::Host;
use crate::engine::store::MapRunRow;
use crate::services::aws_json::{ApiError, seconds};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Describe {
    map_run_arn: String,
}

pub(super) fn describe(host: &Host, request: &Describe) -> Result<Value, ApiError> {
    let arn = &request.map_run_arn;
    let row = host.store.map_run(arn)?.ok_or_else(|| missing(arn))?;
    let asked = row.run.as_ref().map_or(&row.request, MapRun::request);
    let counts = |of: fn(&MapRun) -> Counts| row.run.as_ref().map(of).unwrap_or_default();
    let mut answer = json!({
        "mapRunArn": arn,
        "executionArn": row.execution,
        "status": row.run.as_ref().map_or("RUNNING", status),
        "maxConcurrency": asked.max_concurrency,
        "toleratedFailurePercentage": asked.tolerated_failure_percentage.unwrap_or(0.0),
        "toleratedFailureCount": asked.tolerated_failure_count.unwrap_or(0),
        "itemCounts": counts(MapRun::item_counts),
        "executionCounts": counts(MapRun::execution_counts),
        "redriveCount": row.run.as_ref().map_or(0, MapRun::redrive_count),
    });
    dates(host, &row, &mut answer)?;
    if let Some(at) = row.run.as_ref().and_then(|run| run.times().2) {
        answer["redriveDate"] = seconds(at);
    }
    Ok(answer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    execution_arn: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn list(host: &Host, request: &List) -> Result<Value, ApiError> {
    executions::find(host, &request.execution_arn)?;
    let size = page::size(request.max_results);
    let before = page::place(request.next_token.as_deref())?.unwrap_or(i64::MAX);
    let rows = host.store.map_runs(&request.execution_arn, before, size + 1)?;
    page::answer("mapRuns", rows, size, |row| item(host, row), |row| row.seq)
}

fn item(host: &Host, row: &MapRunRow) -> Result<Value, ApiError> {
    let request = &row.request;
    let mut item = json!({
        "executionArn": row.execution,
        "mapRunArn": request.arn,
        "stateMachineArn": format!("{}/{}", request.machine_arn, request.label),
    });
    dates(host, row, &mut item)?;
    Ok(item)
}

/// One that has not begun was asked for when its execution was last seen.
fn dates(host: &Host, row: &MapRunRow, answer: &mut Value) -> Result<(), ApiError> {
    let (start, stop) = match &row.run {
        Some(run) => (run.times().0, run.times().1),
        None => (executions::find(host, &row.execution)?.started_at, None),
    };
    answer["startDate"] = seconds(start);
    if let Some(at) = stop {
        answer["stopDate"] = seconds(at);
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Update {
    map_run_arn: String,
    max_concurrency: Option<u64>,
    tolerated_failure_percentage: Option<f64>,
    tolerated_failure_count: Option<u64>,
}

pub(super) async fn update(host: &Arc<Host>, request: Update) -> Result<Value, ApiError> {
    let Update { map_run_arn, max_concurrency, tolerated_failure_percentage, tolerated_failure_count } =
        request;
    if tolerated_failure_percentage.is_some_and(|percentage| !(0.0..=100.0).contains(&percentage)) {
        return Err(ApiError::validation(
            "1 validation error detected: Value at 'toleratedFailurePercentage' failed to satisfy constraint: \
             Member must have value between 0 and 100",
        ));
    }
    let event =
        MapRunEvent::Update { max_concurrency, tolerated_failure_count, tolerated_failure_percentage };
    if host.update_map_run(&map_run_arn, event).await? { Ok(json!({})) } else { Err(missing(&map_run_arn)) }
}

fn status(run: &MapRun) -> &'static str {
    match run.status() {
        asl::MapRunStatus::Running => "RUNNING",
        asl::MapRunStatus::Succeeded => "SUCCEEDED",
        asl::MapRunStatus::Failed => "FAILED",
        asl::MapRunStatus::Aborted => "ABORTED",
    }
}

fn missing(arn: &str) -> ApiError {
    ApiError::new("ResourceNotFound", format!("Resource not found: '{arn}'"))
}
