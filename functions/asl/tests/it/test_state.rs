//! `TestState`: what it tells of a state, and what it refuses.

use asl::test_state::{Outcome, Place, Request, Test};
use asl::{Event, Refusal};
use serde_json::{Value, json};

use crate::driver::{BEGINNING, Counted};

fn begin(request: &Value) -> Result<Outcome, Refusal> {
    let mut request = request.clone();
    for name in ["definition", "input", "variables", "context"] {
        if let Some(value) = request.get(name).filter(|value| !value.is_string()) {
            request[name] = json!(value.to_string());
        }
    }
    if let Some(result) = request.pointer_mut("/mock/result").filter(|result| !result.is_string()) {
        *result = json!(result.to_string());
    }
    let request: Request = serde_json::from_value(request).expect("a request");
    let place = Place { region: "eu-west-1".to_owned(), account: "123456789012".to_owned() };
    Test::begin(&request, &place, BEGINNING.parse().expect("a time"), &mut Counted::default())
}

pub(crate) fn done(request: &Value) -> Value {
    match begin(request) {
        Ok(Outcome::Done(response)) => response,
        other => panic!("{request}: {other:?}"),
    }
}

fn check(request: &Value, want: &Value) {
    assert_eq!(&done(request), want, "{request}");
}

fn refused(request: &Value, error: &str, message: &str) {
    let refusal = begin(request).expect_err("refused");
    assert_eq!((refusal.error.as_str(), refusal.message.as_str()), (error, message), "{request}");
}

fn invoke(more: &Value) -> Value {
    let mut state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true});
    state.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    state
}

#[test]
fn a_state_is_left_with_its_output() {
    let pass =
        json!({"Type": "Pass", "Parameters": {"b.$": "$.a"}, "ResultPath": "$.r", "Next": "Elsewhere"});
    check(
        &json!({"definition": pass, "input": {"a": 1}}),
        &json!({"status": "SUCCEEDED", "output": "{\"a\":1,\"r\":{\"b\":1}}", "nextState": "Elsewhere"}),
    );
    check(
        &json!({"definition": pass, "input": {"a": 1}, "inspectionLevel": "DEBUG"}),
        &json!({"status": "SUCCEEDED", "output": "{\"a\":1,\"r\":{\"b\":1}}", "nextState": "Elsewhere",
            "inspectionData": {"input": "{\"a\":1}", "afterInputPath": "{\"a\":1}", "afterParameters": "{\"b\":1}",
                "afterResultSelector": "{\"b\":1}", "afterResultPath": "{\"a\":1,\"r\":{\"b\":1}}"}}),
    );
}

#[test]
fn variables_are_read_and_set() {
    let state = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"y": "{% $x + 1 %}"},
        "Output": "{% $x %}", "End": true});
    check(
        &json!({"definition": state, "variables": {"x": 4}, "inspectionLevel": "TRACE"}),
        &json!({"status": "SUCCEEDED", "output": "4",
            "inspectionData": {"input": "{}", "variables": "{\"x\":4,\"y\":5}"}}),
    );
}

#[test]
fn a_mocked_error_is_retried_caught_or_final() {
    let state = invoke(&json!({"QueryLanguage": "JSONata", "Arguments": {"FunctionName": "f"},
        "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3, "MaxAttempts": 2, "BackoffRate": 2}],
        "Catch": [{"ErrorEquals": ["Other"], "Next": "A"},
            {"ErrorEquals": ["Busy"], "Output": "{% $states.errorOutput.Cause %}", "Next": "B"}]}));
    let request = |error: &str, retries: u64| {
        json!({"definition": state, "inspectionLevel": "DEBUG", "stateConfiguration": {"retrierRetryCount": retries},
            "mock": {"errorOutput": {"error": error, "cause": "why"}}})
    };
    let data = |details: Value| {
        let mut data = json!({"input": "{}", "afterArguments": "{\"FunctionName\":\"f\"}"});
        if !details.is_null() {
            data["errorDetails"] = details;
        }
        data
    };
    check(
        &request("Busy", 1),
        &json!({"status": "RETRIABLE", "error": "Busy", "cause": "why",
        "inspectionData": data(json!({"retryIndex": 0, "retryBackoffIntervalSeconds": 6}))}),
    );
    check(
        &request("Busy", 2),
        &json!({"status": "CAUGHT_ERROR", "error": "Busy", "cause": "why", "output": "\"why\"",
        "nextState": "B", "inspectionData": data(json!({"retryIndex": 0, "catchIndex": 1}))}),
    );
    check(
        &request("Strange", 0),
        &json!({"status": "FAILED", "error": "Strange", "cause": "why",
        "inspectionData": data(Value::Null)}),
    );
}

#[test]
fn a_map_tolerates_what_it_says() {
    let map = json!({"Type": "Map", "ItemsPath": "$.list", "ItemSelector": {"n.$": "$$.Map.Item.Index"},
        "ToleratedFailurePercentage": 50, "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}});
    let request = |failures: u64| {
        json!({"definition": map, "input": {"list": ["a", "b"]}, "inspectionLevel": "DEBUG",
            "stateConfiguration": {"mapIterationFailureCount": failures}, "mock": {"result": [1, 2]}})
    };
    let response = done(&request(1));
    assert_eq!(response["status"], "SUCCEEDED");
    assert_eq!(response["inspectionData"]["afterItemSelector"], "[{\"n\":0},{\"n\":1}]");
    assert_eq!(response["inspectionData"]["toleratedFailurePercentage"], 50.0);
    assert_eq!(done(&request(2))["error"], "States.ExceedToleratedFailureThreshold");
    let why = "Map iteration failure count must be less than or equal to the number of Map iterations";
    refused(&request(3), "ValidationException", why);
}

#[test]
fn calls_and_waits_are_left_to_the_host() {
    let mut entropy = Counted::default();
    let now = BEGINNING.parse().expect("a time");
    let state = invoke(&json!({"Parameters": {"FunctionName": "f"}, "ResultSelector": {"p.$": "$.Payload"}}));
    let request = json!({"definition": state, "roleArn": "arn:aws:iam::123456789012:role/r"});
    let Ok(Outcome::Call { test, request: call }) = begin(&request) else { panic!("a call") };
    assert_eq!(call.arguments, json!({"FunctionName": "f"}));
    let answer = Event::TaskSucceeded { task: call.task, output: json!({"Payload": 7, "StatusCode": 200}) };
    assert_eq!(test.clone().finish(answer, now, &mut entropy)["output"], "{\"p\":7}");
    let answer = Event::TaskFailed { task: call.task, error: "Oh".to_owned(), cause: String::new() };
    assert_eq!(test.finish(answer, now, &mut entropy), json!({"status": "FAILED", "error": "Oh"}));

    let wait = json!({"definition": {"Type": "Wait", "Seconds": 90, "End": true}, "input": [1]});
    let Ok(Outcome::Wait { test, until }) = begin(&wait) else { panic!("a wait") };
    assert_eq!(until.duration_since(now).as_secs(), 90);
    assert_eq!(test.waited(until, &mut entropy), json!({"status": "SUCCEEDED", "output": "[1]"}));
}

#[test]
fn what_makes_no_sense_is_refused_in_awss_words() {
    let invalid = "ValidationException";
    let task = invoke(&json!({"Parameters": {"FunctionName": "f"}}));
    let choice = json!({"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "A"}]});
    let mock = json!({"result": {}});
    refused(&json!({"definition": task}), invalid, "RoleArn must be specified when testing a Task state");
    refused(
        &json!({"definition": choice, "mock": mock}),
        invalid,
        "State type 'Choice' is not supported when a mock is specified",
    );
    refused(
        &json!({"definition": task, "mock": mock, "revealSecrets": true}),
        invalid,
        "TestState does not support RevealSecrets when a mock is specified.",
    );
    refused(
        &json!({"definition": task, "mock": {"result": "{"}}),
        invalid,
        "Mocked result must be valid JSON",
    );
    refused(
        &json!({"definition": task, "mock": {"result": {"StatusCode": true}}}),
        invalid,
        "Mock result schema validation error: Field 'StatusCode' must be a number",
    );
    refused(
        &json!({"definition": task, "mock": mock, "context": {"State": {"RetryCount": 1, "Colour": 2}}}),
        invalid,
        "Invalid Context object provided: Field 'Colour' is not allowed",
    );
    refused(
        &json!({"definition": {"Type": "Pass"}}),
        "InvalidDefinition",
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: This object should have only one of the \
         following fields: [Next, End] at /'",
    );
    refused(
        &json!({"definition": task, "inspectionLevel": "LOUD"}),
        invalid,
        "1 validation error detected: Value 'LOUD' at 'inspectionLevel' failed to satisfy constraint: Member must \
         satisfy enum value set: [INFO, DEBUG, TRACE]",
    );
}
