//! Distributed Maps: children are executions, map runs can be looked at and changed, and nothing is
//! lost with the process.

use serde_json::{Value, json};

use super::harness::{Local, SHARED, output};
use super::standalone::Alone;

/// A distributed Map whose children call a function with their item.
fn calling(function: &str, fields: &Value) -> Value {
    let call = json!({"StartAt": "Call", "States": {"Call": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::lambda:invoke", "OutputPath": "$.Payload",
        "Parameters": {"FunctionName": function, "Payload.$": "$"}}}});
    with_processor(call, fields)
}

/// One whose children wait for a token.
fn waiting(fields: &Value) -> Value {
    let wait = json!({"StartAt": "Wait", "States": {"Wait": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "TimeoutSeconds": 600,
        "Parameters": {"FunctionName": "keep-token",
            "Payload": {"token.$": "$$.Task.Token", "input.$": "$"}}}}});
    with_processor(wait, fields)
}

fn with_processor(mut processor: Value, fields: &Value) -> Value {
    processor["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    let mut state = json!({"Type": "Map", "End": true, "Label": "each", "ItemProcessor": processor});
    for (name, value) in fields.as_object().into_iter().flatten() {
        state[name] = value.clone();
    }
    json!({"StartAt": "Map", "States": {"Map": state}})
}

#[tokio::test]
async fn children_are_executions_of_their_own() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &calling("echo", &json!({"MaxConcurrency": 2}))).await;
    let arn = local.run(&machine, "a", &json!([1, 2, 3])).await;
    assert_eq!(output(&local.end(&arn).await), json!([1, 2, 3]));
    let client = local.client(SHARED);
    let runs = client.list_map_runs().execution_arn(&arn).send().await.expect("listed").map_runs;
    assert_eq!(runs.len(), 1);
    let run = client.describe_map_run().map_run_arn(&runs[0].map_run_arn).send().await.expect("described");
    assert_eq!((run.status.as_str(), run.max_concurrency), ("SUCCEEDED", 2));
    let counts = run.execution_counts.expect("counts");
    assert_eq!((counts.total, counts.succeeded, counts.pending, counts.running), (3, 3, 0, 0));
    assert!(run.stop_date.is_some());
    let children = client.list_executions().map_run_arn(&runs[0].map_run_arn).send().await.expect("listed");
    assert_eq!(children.executions.len(), 3);
    let child = &children.executions[0];
    assert!(child.execution_arn.contains(":execution:m/each:"), "{}", child.execution_arn);
    assert!(child.state_machine_arn.ends_with(":stateMachine:m/each"));
    let history = client.get_execution_history().execution_arn(&child.execution_arn).send().await;
    assert!(history.expect("a history").events.len() > 4);
}

#[tokio::test]
async fn a_map_run_goes_on_after_a_kill() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &waiting(&json!({"MaxConcurrency": 2}))).await;
    let arn = local.run(&machine, "a", &json!([1, 2, 3])).await;
    let (first, second) = (local.token(0).await, local.token(1).await);
    let local = local.kill_and_restart().await;
    let answer = async |token: &str, value: &str| {
        let request = local.client(SHARED).send_task_success().task_token(token).output(value);
        request.send().await.expect("accepted");
    };
    answer(&first, "\"one\"").await;
    answer(&second, "\"two\"").await;
    // Calls that had not answered before the kill are repeated; the third child's is somewhere behind.
    let mut number = 2;
    let third = loop {
        let payload = local.functions.invocation("keep-token", number).await;
        if payload["input"] == 3 {
            break payload["token"].as_str().expect("a token").to_owned();
        }
        number += 1;
    };
    answer(&third, "\"three\"").await;
    assert_eq!(output(&local.end(&arn).await)[2], "three");
}

#[tokio::test]
async fn a_call_of_a_child_that_was_under_way_is_repeated() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &calling("hang-once", &json!({}))).await;
    let arn = local.run(&machine, "a", &json!([{"n": 1}])).await;
    local.functions.invocation("hang-once", 0).await;
    let local = local.kill_and_restart().await;
    assert_eq!(output(&local.end(&arn).await), json!([{"n": 1}]));
}

#[tokio::test]
async fn too_many_failures_fail_the_execution_and_a_redrive_begins_with_them() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &calling("fail", &json!({}))).await;
    let arn = local.run(&machine, "a", &json!([1])).await;
    let found = local.end(&arn).await;
    assert_eq!(found.error.as_deref(), Some("States.ExceedToleratedFailureThreshold"));
    let client = local.client(SHARED);
    client.redrive_execution().execution_arn(&arn).send().await.expect("redriven");
    local.functions.invocation("fail", 1).await;
    assert_eq!(local.end(&arn).await.error.as_deref(), Some("States.ExceedToleratedFailureThreshold"));
    let runs = client.list_map_runs().execution_arn(&arn).send().await.expect("listed").map_runs;
    assert_eq!(runs.len(), 1, "the same map run went on");
    let run = client.describe_map_run().map_run_arn(&runs[0].map_run_arn).send().await.expect("described");
    assert_eq!((run.status.as_str(), run.redrive_count), ("FAILED", Some(1)));
}

#[tokio::test]
async fn stopping_an_execution_stops_its_children() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &waiting(&json!({}))).await;
    let arn = local.run(&machine, "a", &json!([1, 2])).await;
    local.token(1).await;
    let client = local.client(SHARED);
    let runs = client.list_map_runs().execution_arn(&arn).send().await.expect("listed").map_runs;
    client.stop_execution().execution_arn(&arn).send().await.expect("stopped");
    let children = client.list_executions().map_run_arn(&runs[0].map_run_arn).send().await.expect("listed");
    for child in children.executions {
        assert_eq!(local.end(&child.execution_arn).await.status.as_str(), "ABORTED");
    }
}

#[tokio::test]
async fn a_map_run_can_be_given_more_room() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &waiting(&json!({"MaxConcurrency": 1}))).await;
    let arn = local.run(&machine, "a", &json!([1, 2])).await;
    local.token(0).await;
    let client = local.client(SHARED);
    let runs = client.list_map_runs().execution_arn(&arn).send().await.expect("listed").map_runs;
    let update = client.update_map_run().map_run_arn(&runs[0].map_run_arn).max_concurrency(2);
    update.send().await.expect("updated");
    local.token(1).await;
    let run = client.describe_map_run().map_run_arn(&runs[0].map_run_arn).send().await.expect("described");
    assert_eq!((run.status.as_str(), run.max_concurrency), ("RUNNING", 2));
    let missing = format!("{}x", runs[0].map_run_arn);
    let error = client.describe_map_run().map_run_arn(missing).send().await.expect_err("there is none");
    assert!(error.into_service_error().is_resource_not_found());
}

#[tokio::test]
async fn a_reader_and_a_writer_are_simulated_as_the_state() {
    let mocks = json!({"Map": {
        "0": {"Return": {"Body": "n\n1\n2\n"}},
        "1-3": {"Return": {"ETag": "x"}}}});
    let cases = json!({"cases": [{"name": "It maps", "parameters": {},
        "expect": {"status": "SUCCEEDED"}, "mocks": mocks}]});
    let local = Local::with(cases, None).await;
    let definition = calling(
        "echo",
        &json!({
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
            "Parameters": {"Bucket": "data", "Key": "file.csv"}},
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "out", "Prefix": "jobs"}}}),
    );
    let found = local.outcome("simulated", &definition, &json!({})).await;
    let output = output(&found);
    assert_eq!(output["ResultWriterDetails"]["Bucket"], "out");
    assert_eq!(local.functions.count("echo"), 2);
}

#[tokio::test]
async fn a_kill_in_the_middle_of_many_children_loses_none_of_them() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &calling("echo", &json!({"MaxConcurrency": 7}))).await;
    let items: Vec<u64> = (0..150).collect();
    let arn = local.run(&machine, "a", &json!(items)).await;
    local.functions.invocation("echo", 40).await;
    let local = local.kill_and_restart().await;
    assert_eq!(output(&local.end(&arn).await), json!(items));
    let client = local.client(SHARED);
    let runs = client.list_map_runs().execution_arn(&arn).send().await.expect("listed").map_runs;
    let run = client.describe_map_run().map_run_arn(&runs[0].map_run_arn).send().await.expect("described");
    let counts = run.execution_counts.expect("counts");
    assert_eq!((counts.total, counts.succeeded, counts.failed, counts.aborted), (150, 150, 0, 0));
    let children = client.list_executions().map_run_arn(&runs[0].map_run_arn).max_results(1000);
    assert_eq!(children.send().await.expect("listed").executions.len(), 150);
}

#[tokio::test]
async fn children_may_be_express_executions() {
    let local = Local::start().await;
    let mut definition = calling("echo", &json!({"ToleratedFailureCount": 1}));
    definition["States"]["Map"]["ItemProcessor"]["ProcessorConfig"]["ExecutionType"] = json!("EXPRESS");
    let found = local.outcome("m", &definition, &json!([1, 2])).await;
    assert_eq!(output(&found), json!([1, 2]));
    let mut failing = calling("fail", &json!({"ToleratedFailureCount": 1}));
    failing["States"]["Map"]["ItemProcessor"]["ProcessorConfig"]["ExecutionType"] = json!("EXPRESS");
    let found = output(&local.outcome("f", &failing, &json!([1])).await);
    assert_eq!(
        (&found[0]["Status"], &found[0]["Error"]),
        (&json!("FAILED"), &json!("Drawbridge.NotAllowed"))
    );
}

#[tokio::test]
async fn maps_nest() {
    let local = Local::start().await;
    let inner = calling("echo", &json!({"Label": "inner"}))["States"]["Map"].clone();
    let definition = with_processor(json!({"StartAt": "Inner", "States": {"Inner": inner}}), &json!({}));
    let machine = local.machine(SHARED, "m", &definition).await;
    let arn = local.run(&machine, "a", &json!([[1, 2], [3]])).await;
    let local = local.kill_and_restart().await;
    assert_eq!(output(&local.end(&arn).await), json!([[1, 2], [3]]));
}

#[tokio::test]
async fn objects_are_read_over_http_and_children_wait_in_virtual_time() {
    let wait = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 86_400, "End": true}}});
    let reads = |reader: Value| with_processor(wait.clone(), &json!({"ItemReader": reader}));
    let listing = reads(json!({"Resource": "arn:aws:states:::s3:listObjectsV2",
        "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["word"],
            "Transformation": "LOAD_AND_FLATTEN"},
        "Parameters": {"Bucket": "bucket", "Prefix": "a"}}));
    let found = Alone::start().await.outcome(&listing, &json!({})).await;
    assert_eq!(output(&found), json!([{"word": "text"}]));
    let gone =
        reads(json!({"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
        "Parameters": {"Bucket": "bucket", "Key": "gone"}}));
    let found = Alone::start().await.outcome(&gone, &json!({})).await;
    assert_eq!(found.error.as_deref(), Some("States.ItemReaderFailed"));
    let cause = found.cause.expect("a cause");
    assert!(cause.starts_with("The specified key does not exist."), "{cause}");
}
