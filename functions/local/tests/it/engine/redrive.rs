//! Executions that go on after they failed.

use aws_sdk_sfn::error::ProvideErrorMetadata;
use aws_sdk_sfn::types::ExecutionRedriveStatus;
use serde_json::json;

use super::harness::{Local, SHARED, output, single, waiting};

#[tokio::test]
async fn a_failed_execution_goes_on_from_the_state_that_failed() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let machine = local.machine(SHARED, "m", &waiting()).await;
    let arn = local.run(&machine, "a", &json!({"n": 1})).await;
    let token = local.token(0).await;
    let running = client.redrive_execution().execution_arn(&arn).send().await.expect_err("it runs");
    assert_eq!(running.code(), Some("ExecutionNotRedrivable"));
    client.send_task_failure().task_token(token).error("Broken").send().await.expect("accepted");
    let failed = local.end(&arn).await;
    assert_eq!(failed.redrive_status.as_ref().map(ExecutionRedriveStatus::as_str), Some("REDRIVABLE"));

    let redriven =
        client.redrive_execution().execution_arn(&arn).client_token("once").send().await.expect("taken up");
    let again =
        client.redrive_execution().execution_arn(&arn).client_token("once").send().await.expect("the same");
    assert_eq!(again.redrive_date, redriven.redrive_date);
    let token = local.token(1).await;
    client.send_task_success().task_token(token).output("\"ok\"").send().await.expect("accepted");
    let found = local.end(&arn).await;
    assert_eq!(output(&found), json!("ok"));
    assert_eq!(found.redrive_count, Some(1));
    assert_eq!(found.redrive_date, Some(redriven.redrive_date));
    let status = found.redrive_status.as_ref().map(ExecutionRedriveStatus::as_str);
    assert_eq!(status, Some("NOT_REDRIVABLE"));
    assert_eq!(found.redrive_status_reason.as_deref(), Some("Execution is SUCCEEDED and cannot be redriven"));
    let history = client.get_execution_history().execution_arn(&arn).send().await.expect("there").events;
    let kinds: Vec<&str> = history.iter().map(|event| event.r#type.as_str()).collect();
    assert!(kinds.contains(&"ExecutionFailed") && kinds.contains(&"ExecutionRedriven"), "{kinds:?}");
}

#[tokio::test]
async fn what_was_redriven_is_listed_apart() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let machine = local.machine(SHARED, "m", &single(json!({"Type": "Wait", "Seconds": 600}))).await;
    let kept = local.run(&machine, "kept", &json!({})).await;
    let stopped = local.run(&machine, "stopped", &json!({})).await;
    client.stop_execution().execution_arn(&stopped).send().await.expect("stopped");
    let local = local.kill_and_restart().await;
    let client = local.client(SHARED);
    client.redrive_execution().execution_arn(&stopped).send().await.expect("taken up");
    let list = async |filter: &str| {
        let list = client.list_executions().state_machine_arn(&machine).redrive_filter(filter.into());
        let listed = list.status_filter("RUNNING".into()).send().await.expect("listed");
        listed.executions.into_iter().map(|execution| execution.execution_arn).collect::<Vec<_>>()
    };
    assert_eq!(list("REDRIVEN").await, [stopped]);
    assert_eq!(list("NOT_REDRIVEN").await, [kept]);
}
