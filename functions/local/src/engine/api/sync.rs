//! `StartSyncExecution`: an Express execution whose end is the answer.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::describe::set;
use crate::engine::express::Ended;
use crate::engine::host::Host;
use crate::engine::start::{StartRequest, StartedExecution};
use crate::engine::target::no_machine;
use crate::services::aws_json::{ApiError, seconds};

/// AWS bills in steps of 100 ms and 64 MB.
const BILLED_STEP: i64 = 100;
const BILLED_MEMORY: i64 = 64;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StartSync {
    state_machine_arn: String,
    name: Option<String>,
    input: Option<String>,
    trace_header: Option<String>,
    included_data: Option<String>,
}

/// The caller's connection is the only thing that waits: whoever goes away hears nothing more.
pub(super) async fn start(host: &Arc<Host>, request: StartSync) -> Result<Value, ApiError> {
    let StartSync { state_machine_arn: machine, name, input, trace_header, included_data } = request;
    let target = host.target(&machine)?;
    if !target.express {
        return Err(ApiError::new(
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
        ));
    }
    let unqualified = target.arn.unqualified();
    let shown_input = input.clone().unwrap_or_else(|| "{}".to_owned());
    let start = StartRequest {
        machine: machine.clone(),
        name,
        input,
        trace_header: trace_header.clone(),
        parent: None,
    };
    let (started, ended) = host.start_sync(target, start)?.ok_or_else(|| no_machine(&machine))?;
    let ended = ended.await.map_err(|_| ApiError {
        status: axum::http::StatusCode::SERVICE_UNAVAILABLE,
        code: "ServiceUnavailable",
        message: "The service stopped before the execution ended.".to_owned(),
    })?;
    let mut answer = common(&started, &unqualified, &ended);
    set(&mut answer, "traceHeader", trace_header);
    if included_data.as_deref() != Some("METADATA_ONLY") {
        answer["input"] = json!(shown_input);
        answer["inputDetails"] = json!({"included": true});
        if let Some(output) = ended.output {
            answer["output"] = json!(output);
            answer["outputDetails"] = json!({"included": true});
        }
    }
    Ok(answer)
}

fn common(started: &StartedExecution, machine: &str, ended: &Ended) -> Value {
    let mut answer = json!({
        "executionArn": started.arn,
        "stateMachineArn": machine,
        "name": started.arn.rsplit(':').nth(1),
        "startDate": seconds(started.at),
        "stopDate": seconds(ended.at),
        "status": ended.status,
        "billingDetails": {
            "billedMemoryUsedInMB": BILLED_MEMORY,
            "billedDurationInMilliseconds": billed(started.at, ended.at),
        },
    });
    set(&mut answer, "error", ended.error.clone());
    set(&mut answer, "cause", ended.cause.clone());
    answer
}

fn billed(from: Timestamp, to: Timestamp) -> i64 {
    let took = to.as_millisecond() - from.as_millisecond();
    (took.max(1) + BILLED_STEP - 1) / BILLED_STEP * BILLED_STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_is_billed() {
        let at = |millisecond| Timestamp::from_millisecond(millisecond).expect("in range");
        assert_eq!(billed(at(0), at(0)), 100);
        assert_eq!(billed(at(0), at(100)), 100);
        assert_eq!(billed(at(0), at(101)), 200);
    }
}
