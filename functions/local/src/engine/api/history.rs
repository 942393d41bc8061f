//! `GetExecutionHistory`.

use asl::HistoryEvent;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{executions, page};
use crate::engine::host::Host;
use crate::services::aws_json::{ApiError, seconds};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Get {
    execution_arn: String,
    max_results: Option<i64>,
    next_token: Option<String>,
    #[serde(default)]
    reverse_order: bool,
    include_execution_data: Option<bool>,
}

pub(super) fn get(host: &Host, request: &Get) -> Result<Value, ApiError> {
    let execution = executions::find(host, &request.execution_arn)?;
    let size = page::size(request.max_results);
    let after: u64 = page::place(request.next_token.as_deref())?.unwrap_or(0);
    let found = host.store.history(&execution.arn, after, size, request.reverse_order)?;
    let with_data = request.include_execution_data.unwrap_or(true);
    let events: Vec<Value> = found.events.into_iter().map(|event| shown(event, with_data)).collect();
    let mut answer = json!({"events": events});
    if let Some(next) = found.next {
        answer["nextToken"] = page::token(&next.to_string());
    }
    Ok(answer)
}

fn shown(event: HistoryEvent, with_data: bool) -> Value {
    let mut shown = json!({
        "timestamp": seconds(event.timestamp),
        "type": event.kind,
        "id": event.id,
        "previousEventId": event.previous_event_id,
    });
    if let Some((member, mut details)) = event.details {
        if let Some(details) = details.as_object_mut().filter(|_| !with_data) {
            hide_data(details);
        }
        shown[member] = details;
    }
    shown
}

/// What flowed through the execution stays out: names, resources, errors and times remain.
fn hide_data(details: &mut Map<String, Value>) {
    for member in
        ["input", "inputDetails", "output", "outputDetails", "assignedVariables", "assignedVariablesDetails"]
    {
        details.shift_remove(member);
    }
    // AWS's model requires this member, so it stays, without content.
    if let Some(parameters) = details.get_mut("parameters") {
        *parameters = json!("{}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_hidden_and_names_are_not() {
        let event = HistoryEvent {
            id: 3,
            previous_event_id: 2,
            timestamp: jiff::Timestamp::UNIX_EPOCH,
            kind: "TaskStateExited".to_owned(),
            details: Some((
                "stateExitedEventDetails".to_owned(),
                json!({"name": "Resize", "output": "{\"secret\":1}", "outputDetails": {"truncated": false}}),
            )),
        };
        let text = shown(event, false).to_string();
        assert!(text.contains("Resize") && !text.contains("secret"), "{text}");
    }
}
