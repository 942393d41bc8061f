//! `aws-sdk:sfn:*`: the service's own API, called by an execution. Names are written in the SDK's way
//! (`ExecutionArn`), times as ISO 8601.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Answer, Call, states};
use crate::engine::api;
use crate::engine::host::Host;
use crate::services::aws_json::Caller;

/// Not to be called by an execution: a worker's poll belongs to nobody's state.
const REFUSED: &[&str] = &["getActivityTask"];

/// Answers as the API does.
pub(super) async fn call(host: &Arc<Host>, call: &Call) -> Answer {
    let action = call.action();
    if REFUSED.contains(&action) {
        return Answer::failed(
            "States.Runtime",
            format!("An execution cannot call aws-sdk:sfn:{action} here."),
        );
    }
    let mut body = renamed(&serialised(&call.request.arguments), char::to_ascii_lowercase);
    for member in ["executionArn", "stateMachineArn"] {
        if let Some(arn) = body[member].as_str()
            && let Err(error) = states::check_account(call, arn, &format!("states:{action}"))
        {
            return Answer::failed("Sfn.SfnException", error.message);
        }
    }
    complete(&mut body, call);
    let operation = capitalised(action);
    let caller = Caller { account: call.account().to_owned(), region: call.region().to_owned() };
    // Boxed: the API can start executions, whose tasks come back here.
    match Box::pin(api::answer(host, &caller, &operation, body)).await {
        Ok(output) => Answer::Accepted(dated(renamed(&output, char::to_ascii_uppercase))),
        Err(error) => Answer::failed(
            format!("Sfn.{}", states::exception(error.code)),
            format!(
                "{} (Service: Sfn, Status Code: {}, Request ID: {})",
                error.message,
                error.status.as_u16(),
                Uuid::new_v4()
            ),
        ),
    }
}

/// Members that hold JSON text may be given as JSON.
fn serialised(arguments: &Value) -> Value {
    let mut arguments = arguments.clone();
    for member in ["Input", "Output", "Definition", "Variables", "Context"] {
        if arguments.get(member).is_some_and(|value| !value.is_string()) {
            arguments[member] = Value::String(arguments[member].to_string());
        }
    }
    arguments
}

/// A start gets a name that a repetition has again.
fn complete(body: &mut Value, call: &Call) {
    if call.action() == "startExecution" && body.get("name").is_none() {
        body["name"] = Value::String(states::derived_name(call));
    }
}

fn capitalised(word: &str) -> String {
    changed(word, char::to_ascii_uppercase)
}

fn changed(word: &str, first: fn(&char) -> char) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |letter| std::iter::once(first(&letter)).chain(letters).collect())
}

/// Every member's name with another first letter; JSON text inside stays as it is.
fn renamed(value: &Value, first: fn(&char) -> char) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (changed(name, first), renamed(value, first)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(|item| renamed(item, first)).collect(),
        other => other.clone(),
    }
}

/// Times, which the protocol writes as seconds, as the SDK integrations show them.
fn dated(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| {
                let is_time = name.ends_with("Date") || name == "Timestamp";
                let value = value.as_f64().filter(|_| is_time).and_then(iso).unwrap_or_else(|| dated(value));
                (name, value)
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(dated).collect(),
        other => other,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounded, and far below the range of i64")]
fn iso(seconds: f64) -> Option<Value> {
    let at = Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()?;
    Some(Value::String(format!("{at:.3}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_look_as_the_sdk_integrations_show_them() {
        let answer = json!({"executionArn": "a", "startDate": 1_600_000_000.25, "inputDetails": {"included": true},
            "input": "{\"keep\":1}"});
        let shown = dated(renamed(&answer, char::to_ascii_uppercase));
        assert_eq!(
            shown,
            json!({"ExecutionArn": "a", "StartDate": "2020-09-13T12:26:40.250Z", "InputDetails": {"Included": true},
                "Input": "{\"keep\":1}"})
        );
    }
}
