//! The integrations that generated Tasks call, and what they answer.

use std::collections::BTreeMap;

use asl::{Event, TaskRequest};
use serde_json::{Value, json};

use super::recipe::Act;
use crate::driver::Answer;

/// How many kinds of integrations there are.
pub(super) const SERVICES: usize = 7;

/// What a Task names and passes, in JSONPath's spelling; `argument` stands where data goes.
pub(super) fn service(number: usize) -> (&'static str, Value) {
    match number {
        0 => ("arn:aws:states:::lambda:invoke", json!({"FunctionName": "f", "Payload": {"argument": null}})),
        1 => ("arn:aws:lambda:us-east-1:111111111111:function:f", json!({"argument": null})),
        2 => (
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            json!({"QueueUrl": "https://q", "MessageBody": {"argument": null, "token": null}}),
        ),
        3 => (
            "arn:aws:states:::states:startExecution.sync:2",
            json!({"StateMachineArn": "arn:aws:states:us-east-1:111111111111:stateMachine:m", "Input": {"argument": null}}),
        ),
        4 => (
            "arn:aws:states:::dynamodb:putItem",
            json!({"TableName": "t", "Item": {"id": {"S": {"argument": null}}}}),
        ),
        5 => ("arn:aws:states:us-east-1:111111111111:activity:a", json!({"argument": null})),
        _ => ("arn:aws:states:::aws-sdk:s3:listBuckets", json!({"argument": null})),
    }
}

/// What each Task's integration does each time, by the state's name.
pub(super) type Scripts = BTreeMap<String, Vec<Act>>;

/// What the host is told about a request, and when.
pub(super) fn answer(scripts: &Scripts, request: &TaskRequest) -> Answer {
    let script = &scripts[&request.state];
    let invocation = usize::try_from(request.invocation).expect("few");
    let task = request.task;
    let done = |output: &Value| Event::TaskSucceeded { task, output: output.clone() };
    let seconds = |tenths: &u8| f64::from(*tenths) / 10.0;
    match script.get(invocation).or(script.last()).expect("a script has acts") {
        Act::Succeed(after, output) => vec![(seconds(after), done(output))],
        Act::SucceedTwice(after, output) => {
            vec![(seconds(after), done(output)), (seconds(after) + 0.1, done(&json!("late")))]
        }
        Act::Fail(after, error) => {
            let failed = Event::TaskFailed { task, error: (*error).to_owned(), cause: "because".to_owned() };
            vec![(seconds(after), failed)]
        }
        Act::Submit(after, output) => vec![
            (0.0, Event::TaskStarted { task, worker: Some("worker".to_owned()) }),
            (0.1, Event::TaskSubmitted { task, output: json!({"id": 1}) }),
            (seconds(after) + 0.2, done(output)),
        ],
        Act::Beat(after, output) => vec![
            (seconds(after), Event::Heartbeat { task }),
            (2.0 * seconds(after), Event::Heartbeat { task }),
            (3.0 * seconds(after), done(output)),
        ],
        Act::Nothing => Vec::new(),
    }
}
