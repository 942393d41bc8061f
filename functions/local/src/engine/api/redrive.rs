//! `RedriveExecution`, and whether it would do.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::executions;
use crate::engine::host::Host;
use crate::engine::store::ExecutionRow;
use crate::services::aws_json::{ApiError, seconds};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Redrive {
    execution_arn: String,
    client_token: Option<String>,
}

/// The same request again, told by its client token, is the same redrive.
pub(super) fn redrive(host: &Arc<Host>, request: &Redrive) -> Result<Value, ApiError> {
    let row = executions::find(host, &request.execution_arn)?;
    if let (Some(token), Some(at)) = (&request.client_token, row.redriven_at)
        && row.redrive_token.as_ref() == Some(token)
    {
        return Ok(json!({"redriveDate": seconds(at)}));
    }
    if let Some(reason) = reason_against(host, &row)? {
        return Err(not_redrivable(&reason));
    }
    let at = host.redrive(&row, request.client_token.as_deref())?;
    Ok(json!({"redriveDate": seconds(at)}))
}

/// Why an execution cannot be redriven, in AWS's words.
pub(super) fn reason_against(host: &Host, row: &ExecutionRow) -> Result<Option<String>, ApiError> {
    if row.is_running() || row.status == "SUCCEEDED" {
        return Ok(Some(format!("Execution is {} and cannot be redriven", row.status)));
    }
    let ended = host.store.ended(&row.arn)?;
    let now = row.stopped_at.unwrap_or_default().max(Timestamp::now());
    Ok(match ended {
        Some(ended) => ended.redrivable(now).err().map(|reason| reason.to_string()),
        None => Some(asl::NotRedrivable::TooOld.to_string()),
    })
}

pub(super) fn not_redrivable(reason: &str) -> ApiError {
    ApiError::new("ExecutionNotRedrivable", format!("Execution Not Redrivable: '{reason}'"))
}
