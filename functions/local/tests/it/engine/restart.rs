//! A host that is killed loses nothing.

use std::time::{Duration, Instant};

use serde_json::json;

use super::harness::{Local, OWNER, SHARED, output, role, single, waiting};

#[tokio::test]
async fn a_token_given_out_before_a_kill_is_good_after_it() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &waiting()).await;
    let arn = local.run(&machine, "a", &json!({})).await;
    let token = local.token(0).await;
    // The wait is on record once the task has been submitted.
    wait_for_history(&local, &arn, "TaskSubmitted").await;

    let local = local.kill_and_restart().await;
    assert_eq!(local.functions.count("keep-token"), 1, "what was submitted is not called again");
    let client = local.client(SHARED);
    client.send_task_success().task_token(&token).output("\"yes\"").send().await.expect("accepted");
    assert_eq!(output(&local.end(&arn).await), json!("yes"));
}

#[tokio::test]
async fn a_timer_that_came_due_while_nothing_ran_fires_at_the_start() {
    let local = Local::start().await;
    let definition = json!({"StartAt": "Wait", "States": {
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Done"}, "Done": {"Type": "Succeed"}}});
    let machine = local.machine(SHARED, "m", &definition).await;
    let due = Instant::now() + Duration::from_secs(1);
    let arn = local.run(&machine, "a", &json!({"kept": true})).await;
    let local = local.kill().await;
    tokio::time::sleep_until(due.into()).await;
    let local = local.restart().await;
    assert_eq!(output(&local.end(&arn).await), json!({"kept": true}));
}

#[tokio::test]
async fn a_timer_that_is_not_due_yet_is_armed_again() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &single(json!({"Type": "Wait", "Seconds": 2}))).await;
    let started = Instant::now();
    let arn = local.run(&machine, "a", &json!({})).await;
    let local = local.kill_and_restart().await;
    assert_eq!(output(&local.end(&arn).await), json!({}));
    let took = started.elapsed();
    assert!(took >= Duration::from_secs(2), "{took:?}");
}

#[tokio::test]
async fn a_call_that_was_under_way_is_repeated() {
    let local = Local::start().await;
    let definition = single(json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "hang-once", "Payload": {"n": 1}}, "OutputPath": "$.Payload"}));
    let machine = local.machine(SHARED, "m", &definition).await;
    let arn = local.run(&machine, "a", &json!({})).await;
    local.functions.invocation("hang-once", 0).await;
    let local = local.kill_and_restart().await;
    assert_eq!(output(&local.end(&arn).await), json!({"n": 1}));
    assert_eq!(local.functions.invocation("hang-once", 1).await, json!({"n": 1}));
}

#[tokio::test]
async fn a_parent_gets_the_result_of_a_child_that_outlived_a_kill() {
    let local = Local::start().await;
    let child = local.machine(OWNER, "child", &waiting_in_shared()).await;
    let parent = single(json!({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": child, "Name": "child-1", "Input": {}},
        "Credentials": {"RoleArn": role(OWNER)}, "OutputPath": "$.Output"}));
    let machine = local.machine(SHARED, "parent", &parent).await;
    let arn = local.run(&machine, "a", &json!({})).await;
    wait_for_history(&local, &arn, "TaskSubmitted").await;

    let local = local.kill_and_restart().await;
    assert_eq!(output(&local.end(&arn).await), json!({"from": "child"}));
    let children =
        local.client(OWNER).list_executions().state_machine_arn(&child).send().await.expect("listed");
    assert_eq!(children.executions.len(), 1);
}

/// A child that takes a second.
fn waiting_in_shared() -> serde_json::Value {
    json!({"StartAt": "Wait", "States": {
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "Done"},
        "Done": {"Type": "Pass", "Result": {"from": "child"}, "End": true}}})
}

async fn wait_for_history(local: &Local, arn: &str, kind: &str) {
    let client = local.client(SHARED);
    let wait = async {
        loop {
            let history = client.get_execution_history().execution_arn(arn).send().await.expect("there");
            if history.events.iter().any(|event| event.r#type.as_str() == kind) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("the event happens");
}
