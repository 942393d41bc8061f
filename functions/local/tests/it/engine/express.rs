//! Express machines: started synchronously, kept nowhere.

use aws_sdk_sfn::error::ProvideErrorMetadata;
use aws_sdk_sfn::types::StateMachineType;
use serde_json::{Value, json};

use super::harness::{Local, SHARED, output, role, single};
use super::standalone::Alone;

async fn express(local: &Local, name: &str, definition: &Value) -> String {
    let client = local.client(SHARED);
    let create = client.create_state_machine().name(name).definition(definition.to_string());
    let create = create.role_arn(role(SHARED)).r#type(StateMachineType::Express);
    create.send().await.expect("created").state_machine_arn
}

#[tokio::test]
async fn the_end_is_the_answer() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let machine = express(&local, "m", &single(json!({"Type": "Pass", "Result": {"n": 1}}))).await;
    for _ in 0..2 {
        let start =
            client.start_sync_execution().state_machine_arn(&machine).name("again").input("{\"a\":2}");
        let found = start.send().await.expect("answered");
        assert_eq!((found.status.as_str(), found.output.as_deref()), ("SUCCEEDED", Some("{\"n\":1}")));
        assert_eq!((found.input.as_deref(), found.name.as_deref()), (Some("{\"a\":2}"), Some("again")));
        assert!(found.execution_arn.contains(":express:m:again:"), "{}", found.execution_arn);
        assert_eq!(found.billing_details.expect("billed").billed_duration_in_milliseconds, 100);
    }
    let fails = json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "C"}}});
    let machine = express(&local, "fails", &fails).await;
    let found = client.start_sync_execution().state_machine_arn(&machine).send().await.expect("answered");
    assert_eq!(
        (found.status.as_str(), found.error.as_deref(), found.cause.as_deref()),
        ("FAILED", Some("E"), Some("C"))
    );
}

#[tokio::test]
async fn nothing_is_listed_or_described() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let machine = express(&local, "m", &single(json!({"Type": "Pass"}))).await;
    let arn = client
        .start_execution()
        .state_machine_arn(&machine)
        .name("a")
        .send()
        .await
        .expect("started")
        .execution_arn;
    let again =
        client.start_execution().state_machine_arn(&machine).name("a").send().await.expect("another one");
    assert_ne!(again.execution_arn, arn);
    let listed = client.list_executions().state_machine_arn(&machine).send().await.expect_err("not kept");
    assert_eq!(listed.code(), Some("StateMachineTypeNotSupported"));
    assert_eq!(listed.message(), Some("This operation is not supported by this type of state machine"));
    let described = client.describe_execution().execution_arn(&arn).send().await.expect_err("not kept");
    assert_eq!(described.message(), Some("Invalid Arn: 'Resource type not valid in this context: express'"));
    let history = client.get_execution_history().execution_arn(&arn).send().await.expect_err("not kept");
    assert_eq!(history.code(), Some("InvalidArn"));
    let standard = local.machine(SHARED, "s", &single(json!({"Type": "Pass"}))).await;
    let sync =
        client.start_sync_execution().state_machine_arn(&standard).send().await.expect_err("not Express");
    assert_eq!(sync.code(), Some("StateMachineTypeNotSupported"));
}

#[tokio::test]
async fn five_minutes_are_the_most() {
    let alone = Alone::start().await;
    let client = alone.client();
    let definition = single(json!({"Type": "Wait", "Seconds": 301})).to_string();
    let create = client.create_state_machine().name("m").definition(definition).role_arn(role(SHARED));
    let machine = create.r#type(StateMachineType::Express).send().await.expect("created").state_machine_arn;
    let found = client.start_sync_execution().state_machine_arn(&machine).send().await.expect("answered");
    assert_eq!(found.status.as_str(), "TIMED_OUT");
}

#[tokio::test]
async fn an_execution_starts_one_and_gets_its_output() {
    let local = Local::start().await;
    let machine = express(&local, "m", &single(json!({"Type": "Pass"}))).await;
    let start = json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sfn:startSyncExecution",
        "Parameters": {"StateMachineArn": machine, "Input": {"Name": "kept as it is"}}});
    let result = output(&local.outcome("outer", &single(start), &json!({})).await);
    assert_eq!(result["Output"], r#"{"Name":"kept as it is"}"#);
    assert_eq!(result["Status"], "SUCCEEDED");
}

#[tokio::test]
async fn what_express_lacks_is_refused() {
    let local = Local::start().await;
    let waits = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "q", "MessageBody": "b"}});
    let client = local.client(SHARED);
    let create = client.create_state_machine().name("m").definition(single(waits).to_string());
    let create = create.role_arn(role(SHARED)).r#type(StateMachineType::Express);
    let error = create.send().await.expect_err("refused");
    assert_eq!(error.code(), Some("InvalidDefinition"));
    assert!(
        error.message().unwrap_or_default().contains("Express state machine does not support"),
        "{error:?}"
    );
}
