//! Executions started by executions, across accounts.

use serde_json::{Value, json};

use super::harness::{Local, OWNER, SHARED, output, role, single};

fn start(pattern: &str, child: &str, input: &Value) -> Value {
    json!({"Type": "Task", "Resource": format!("arn:aws:states:::states:startExecution{pattern}"),
        "Parameters": {"StateMachineArn": child, "Name": "child-1", "Input": input},
        "Credentials": {"RoleArn": role(OWNER)}})
}

#[tokio::test]
async fn sync_2_gives_input_and_output_as_json() {
    let local = Local::start().await;
    let child =
        local.machine(OWNER, "child", &single(json!({"Type": "Pass", "Result": {"size": "xl"}}))).await;
    let found =
        local.outcome("parent", &single(start(".sync:2", &child, &json!({"n": 1}))), &json!({})).await;
    let result = output(&found);
    assert_eq!(result["Output"], json!({"size": "xl"}));
    assert_eq!(result["Input"], json!({"n": 1}));
    assert_eq!(result["Status"], "SUCCEEDED");
    assert_eq!(result["StateMachineArn"], child);
    assert_eq!(result["ExecutionArn"], child.replace("stateMachine", "execution") + ":child-1");
}

#[tokio::test]
async fn sync_gives_them_as_text() {
    let local = Local::start().await;
    let child =
        local.machine(OWNER, "child", &single(json!({"Type": "Pass", "Result": {"size": "xl"}}))).await;
    let found = local.outcome("parent", &single(start(".sync", &child, &json!({}))), &json!({})).await;
    assert_eq!(output(&found)["Output"], r#"{"size":"xl"}"#);
}

#[tokio::test]
async fn a_failed_child_arrives_as_task_failed_with_its_name_in_the_cause() {
    let local = Local::start().await;
    let fails =
        json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Rds.Busy", "Cause": "later"}}});
    let child = local.machine(OWNER, "child", &fails).await;
    let found = local.outcome("parent", &single(start(".sync:2", &child, &json!({}))), &json!({})).await;
    assert_eq!(found.status.as_str(), "FAILED");
    assert_eq!(found.error.as_deref(), Some("States.TaskFailed"));
    let cause: Value = serde_json::from_str(found.cause.as_deref().expect("a cause")).expect("JSON");
    assert_eq!((&cause["Error"], &cause["Cause"]), (&json!("Rds.Busy"), &json!("later")));
    assert_eq!(cause["Status"], "FAILED");
}

#[tokio::test]
async fn a_name_that_is_used_up_fails_by_its_own_name() {
    let local = Local::start().await;
    let child = local.machine(OWNER, "child", &single(json!({"Type": "Pass"}))).await;
    let arn = local.run(&child, "child-1", &json!({})).await;
    local.end(&arn).await;
    let found = local.outcome("parent", &single(start(".sync:2", &child, &json!({}))), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("StepFunctions.ExecutionAlreadyExistsException"));
}

#[tokio::test]
async fn a_child_that_runs_already_with_the_same_input_is_joined() {
    let local = Local::start().await;
    let child = local.machine(OWNER, "child", &single(json!({"Type": "Wait", "Seconds": 1}))).await;
    local.run(&child, "child-1", &json!({"n": 1})).await;
    let found =
        local.outcome("parent", &single(start(".sync:2", &child, &json!({"n": 1}))), &json!({})).await;
    assert_eq!(output(&found)["Output"], json!({"n": 1}));
}

#[tokio::test]
async fn f42_stopping_the_parent_stops_the_child() {
    let local = Local::start().await;
    let child = local.machine(OWNER, "child", &single(json!({"Type": "Wait", "Seconds": 600}))).await;
    let machine = local.machine(SHARED, "parent", &single(start(".sync:2", &child, &json!({})))).await;
    let arn = local.run(&machine, "a", &json!({})).await;
    let child_arn = child.replace("stateMachine", "execution") + ":child-1";
    local.started(&child_arn).await;
    local.client(SHARED).stop_execution().execution_arn(&arn).send().await.expect("stopped");
    assert_eq!(local.end(&child_arn).await.status.as_str(), "ABORTED");
}

#[tokio::test]
async fn another_account_needs_a_role_there() {
    let local = Local::start().await;
    let child = local.machine(OWNER, "child", &single(json!({"Type": "Pass"}))).await;
    let mut state = start(".sync:2", &child, &json!({}));
    state.as_object_mut().expect("an object").remove("Credentials");
    let found = local.outcome("parent", &single(state), &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("StepFunctions.AWSStepFunctionsException"));
    assert!(found.cause.expect("a cause").contains("AccessDeniedException"));
}

#[tokio::test]
async fn the_api_itself_can_be_called_by_an_execution() {
    let local = Local::start().await;
    let child = local.machine(OWNER, "child", &single(json!({"Type": "Wait", "Seconds": 600}))).await;
    let child_arn = local.run(&child, "child-1", &json!({})).await;
    let call = |action: &str, next: &str| {
        json!({"Type": "Task", "Resource": format!("arn:aws:states:::aws-sdk:sfn:{action}"),
            "Parameters": {"ExecutionArn": child_arn}, "Credentials": {"RoleArn": role(OWNER)}, "Next": next})
    };
    let definition = json!({"StartAt": "Stop", "States": {
        "Stop": call("stopExecution", "Describe"),
        "Describe": call("describeExecution", "Done"),
        "Done": {"Type": "Succeed"}}});
    let result = output(&local.outcome("parent", &definition, &json!({})).await);
    assert_eq!(result["Status"], "ABORTED");
    assert!(result["StartDate"].as_str().expect("a text").ends_with('Z'), "{result}");
}

impl Local {
    /// Waits until an execution exists.
    async fn started(&self, arn: &str) {
        let client = self.client(SHARED);
        let wait = async {
            while client.describe_execution().execution_arn(arn).send().await.is_err() {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), wait).await.expect("it starts");
    }
}
