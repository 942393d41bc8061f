//! Services that local mode does not have, and functions that it has.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::harness::{Local, output, single};

fn cases() -> Value {
    json!({"cases": [{
        "name": "It resizes", "parameters": {}, "expect": {"status": "SUCCEEDED"},
        "mocks": {"Only": {
            "0": {"Throw": {"Error": "Rds.InvalidDbClusterStateException", "Cause": "busy"}},
            "1-2": {"Return": {"Status": "available"}}}}}]})
}

fn resize() -> Value {
    json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:rds:modifyDBCluster",
        "Parameters": {"DbClusterIdentifier": "orders"}})
}

#[tokio::test]
async fn a_simulated_service_answers_by_state_and_invocation() {
    let local = Local::with(cases(), None).await;
    let mut state = resize();
    state["Retry"] = json!([{"ErrorEquals": ["Rds.InvalidDbClusterStateException"], "IntervalSeconds": 1, "MaxAttempts": 1}]);
    let found = local.outcome("simulated", &single(state), &json!({})).await;
    assert_eq!(output(&found), json!({"Status": "available"}));
}

#[tokio::test]
async fn a_mocked_failure_has_its_name() {
    let local = Local::with(cases(), None).await;
    let found = local.outcome("simulated", &single(resize()), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("Rds.InvalidDbClusterStateException"));
    assert_eq!(found.cause.as_deref(), Some("busy"));
}

#[tokio::test]
async fn what_no_case_answers_fails_and_names_the_file_to_extend() {
    let local = Local::with(json!({"cases": []}), None).await;
    let found = local.outcome("simulated", &single(resize()), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("Drawbridge.NotSimulated"));
    let cause = found.cause.expect("a cause");
    assert!(cause.contains("'Only'") && cause.contains("catalog/workflows/simulated/cases.json"), "{cause}");
    let found = local.outcome("unknown", &single(resize()), &json!({})).await;
    assert!(found.cause.expect("a cause").contains("no cases.json for the state machine 'unknown'"));
}

#[tokio::test]
async fn a_token_for_a_service_that_is_not_there_is_refused_by_name() {
    let local = Local::with(json!({"cases": []}), None).await;
    let state = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "https://sqs.test/q", "MessageBody": {"token.$": "$$.Task.Token"}},
        "TimeoutSeconds": 60});
    let found = local.outcome("simulated", &single(state), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("Drawbridge.NotSimulated"));
}

#[tokio::test]
async fn functions_answer_as_lambda_does() {
    let local = Local::start().await;
    let invoke = |name: &str| {
        json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": name, "Payload.$": "$"}})
    };
    let found = local.outcome("a", &single(invoke("echo")), &json!({"n": 1})).await;
    let result = output(&found);
    assert_eq!((&result["Payload"], &result["StatusCode"]), (&json!({"n": 1}), &json!(200)));
    assert_eq!(result["ExecutedVersion"], "$LATEST");

    let by_arn =
        json!({"Type": "Task", "Resource": "arn:aws:lambda:eu-central-1:999999999999:function:echo"});
    assert_eq!(output(&local.outcome("b", &single(by_arn), &json!([1])).await), json!([1]));

    let found = local.outcome("c", &single(invoke("fail")), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("Drawbridge.NotAllowed"));
    let cause: Value = serde_json::from_str(found.cause.as_deref().expect("a cause")).expect("JSON");
    assert_eq!(cause["errorMessage"], "ana may not do that");

    let found = local.outcome("d", &single(invoke("missing")), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("Drawbridge.NotSimulated"));
}

#[tokio::test]
async fn waits_are_cut_short_and_timeouts_are_not() {
    let local = Local::with(json!({"cases": []}), Some(Duration::from_millis(10))).await;
    let begun = Instant::now();
    let found = local.outcome("a", &single(json!({"Type": "Wait", "Seconds": 86_400})), &json!({})).await;
    assert_eq!(output(&found), json!({}));
    assert!(begun.elapsed() < Duration::from_secs(20));

    let state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 1,
        "Parameters": {"FunctionName": "hang-once"}});
    let begun = Instant::now();
    let found = local.outcome("b", &single(state), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("States.Timeout"));
    assert!(begun.elapsed() >= Duration::from_secs(1));
}
