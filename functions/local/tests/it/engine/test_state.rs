//! `TestState` and `ValidateStateMachineDefinition` over the API.

use aws_sdk_sfn::error::ProvideErrorMetadata;
use aws_sdk_sfn::types::{InspectionLevel, MockInput, StateMachineType, TestExecutionStatus};
use serde_json::{Value, json};

use super::harness::{Local, SHARED, role};

#[tokio::test]
async fn a_state_is_tried_by_itself() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let state = json!({"Type": "Pass", "Parameters": {"m.$": "$.n"}, "Next": "Later"}).to_string();
    let test = client.test_state().definition(state).role_arn(role(SHARED)).input("{\"n\":1}");
    let found = test.inspection_level(InspectionLevel::Debug).send().await.expect("tried");
    assert_eq!(found.status.as_ref().map(TestExecutionStatus::as_str), Some("SUCCEEDED"));
    assert_eq!((found.output.as_deref(), found.next_state.as_deref()), (Some("{\"m\":1}"), Some("Later")));
    let seen = found.inspection_data.expect("inspected");
    assert_eq!(seen.after_parameters.as_deref(), Some("{\"m\":1}"));
}

#[tokio::test]
async fn its_call_is_made_unless_it_is_mocked() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": {"FunctionName": "echo", "Payload.$": "$"}, "OutputPath": "$.Payload"})
    .to_string();
    let called = client.test_state().definition(&state).role_arn(role(SHARED)).input("{\"n\":1}");
    assert_eq!(called.send().await.expect("tried").output.as_deref(), Some("{\"n\":1}"));
    assert_eq!(local.functions.count("echo"), 1);
    let mock = MockInput::builder().result("{\"Payload\":{\"n\":2},\"StatusCode\":200}").build();
    let mocked = client.test_state().definition(&state).mock(mock).input("{\"n\":1}");
    assert_eq!(mocked.send().await.expect("tried").output.as_deref(), Some("{\"n\":2}"));
    assert_eq!(local.functions.count("echo"), 1);
    let nobody = client.test_state().definition(&state).send().await.expect_err("nobody to call as");
    assert_eq!(nobody.message(), Some("RoleArn must be specified when testing a Task state"));
    let wrong =
        client.test_state().definition("{\"Type\": \"Pass\"}").input("no").send().await.expect_err("x");
    assert!(wrong.code().is_some(), "{wrong:?}");
}

#[tokio::test]
async fn definitions_are_judged_in_awss_words() {
    let local = Local::start().await;
    let validate = async |definition: &Value, kind: StateMachineType| {
        let client = local.client(SHARED);
        let validate = client.validate_state_machine_definition().definition(definition.to_string());
        validate.r#type(kind).send().await.expect("judged")
    };
    let found =
        validate(&json!({"States": {"A": {"Type": "Pass", "End": true}}}), StateMachineType::Standard).await;
    assert_eq!(found.result.as_str(), "FAIL");
    assert_eq!(found.diagnostics[0].message, "These fields are required: [StartAt]");
    assert_eq!(found.diagnostics[0].location.as_deref(), Some("/"));
    let good = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}});
    assert_eq!(validate(&good, StateMachineType::Express).await.result.as_str(), "OK");
}

#[tokio::test]
async fn variables_are_named_by_the_states_that_read_them() {
    let local = Local::start().await;
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"y.$": "$x"}, "End": true}}});
    let machine = local.machine(SHARED, "m", &definition).await;
    let found = local.client(SHARED).describe_state_machine().state_machine_arn(machine).send().await;
    let references = found.expect("there").variable_references.expect("some");
    assert_eq!(references.get("B"), Some(&vec!["x".to_owned()]));
    assert_eq!(references.len(), 1);
}
