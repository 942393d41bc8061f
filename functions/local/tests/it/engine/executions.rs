//! Starting, stopping and listing executions.

use aws_sdk_sfn::error::ProvideErrorMetadata;
use serde_json::json;

use super::harness::{Local, OWNER, REGION, SHARED, output, single, waiting};

#[tokio::test]
async fn f40_starting_again_with_the_same_name_and_input_is_the_same_execution() {
    let local = Local::start().await;
    let machine = local.machine(OWNER, "m", &single(json!({"Type": "Wait", "Seconds": 600}))).await;
    let start = |input: &'static str| {
        local.client(OWNER).start_execution().state_machine_arn(&machine).name("run-1").input(input)
    };
    let first = start(r#"{"a": 1, "b": 2}"#).send().await.expect("it starts");
    assert_eq!(first.execution_arn, format!("arn:aws:states:{REGION}:{OWNER}:execution:m:run-1"));
    let again = start(r#"{"b":2,"a":1}"#).send().await.expect("the same");
    assert_eq!((again.execution_arn, again.start_date), (first.execution_arn.clone(), first.start_date));
    let error = start(r#"{"a": 1}"#).send().await.expect_err("another input");
    assert_eq!(error.code(), Some("ExecutionAlreadyExists"));

    local.client(OWNER).stop_execution().execution_arn(&first.execution_arn).send().await.expect("stopped");
    let error = start(r#"{"a": 1, "b": 2}"#).send().await.expect_err("over");
    assert_eq!(error.code(), Some("ExecutionAlreadyExists"));
    assert_eq!(
        error.message(),
        Some(format!("Execution Already Exists: '{}'", first.execution_arn).as_str())
    );
    let listed =
        local.client(OWNER).list_executions().state_machine_arn(&machine).send().await.expect("listed");
    assert_eq!(listed.executions.len(), 1);
}

#[tokio::test]
async fn simultaneous_starts_make_one_execution() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &waiting()).await;
    let starts: Vec<_> = (0..16)
        .map(|_| {
            let request = local.client(SHARED).start_execution().state_machine_arn(&machine).name("one");
            tokio::spawn(async move { request.input("{}").send().await })
        })
        .collect();
    for start in starts {
        start.await.expect("no panic").expect("the same execution");
    }
    local.token(0).await;
    let arn = format!("arn:aws:states:{REGION}:{SHARED}:execution:m:one");
    let history =
        local.client(SHARED).get_execution_history().execution_arn(&arn).send().await.expect("there");
    let started = history.events.iter().filter(|event| event.r#type.as_str() == "ExecutionStarted").count();
    assert_eq!((started, local.functions.count("keep-token")), (1, 1));
}

#[tokio::test]
async fn a_stop_is_told_with_its_reason_and_stays() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &waiting()).await;
    let arn = local.run(&machine, "a", &json!({})).await;
    let client = local.client(SHARED);
    let stop = client.stop_execution().execution_arn(&arn).error("Drawbridge.Cancelled").cause("ana said so");
    let stopped = stop.send().await.expect("stopped");
    let found = local.end(&arn).await;
    assert_eq!(found.status.as_str(), "ABORTED");
    assert_eq!(found.error.as_deref(), Some("Drawbridge.Cancelled"));
    assert_eq!(found.cause.as_deref(), Some("ana said so"));
    let again = client.stop_execution().execution_arn(&arn).send().await.expect("no error");
    assert_eq!(again.stop_date, stopped.stop_date);
    assert_eq!(local.end(&arn).await.cause.as_deref(), Some("ana said so"));
}

#[tokio::test]
async fn bad_requests_are_refused_in_awss_words() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &single(json!({"Type": "Pass"}))).await;
    let client = local.client(SHARED);
    let start = || client.start_execution().state_machine_arn(&machine);
    let code = |error: &dyn ProvideErrorMetadata| error.code().unwrap_or_default().to_owned();

    assert_eq!(code(&start().input("not json").send().await.expect_err("x")), "InvalidExecutionInput");
    assert_eq!(code(&start().name("a b").send().await.expect_err("x")), "InvalidName");
    let missing = client.start_execution().state_machine_arn(format!("{machine}x"));
    assert_eq!(code(&missing.send().await.expect_err("x")), "StateMachineDoesNotExist");
    let missing = client.start_execution().state_machine_arn(format!("{machine}:7"));
    assert_eq!(code(&missing.send().await.expect_err("x")), "StateMachineDoesNotExist");
    let missing =
        client.describe_execution().execution_arn(format!("arn:aws:states:{REGION}:{SHARED}:execution:m:x"));
    assert_eq!(code(&missing.send().await.expect_err("x")), "ExecutionDoesNotExist");
    assert_eq!(
        code(&client.describe_execution().execution_arn("x").send().await.expect_err("x")),
        "InvalidArn"
    );
    let long = start().input(format!("\"{}\"", "x".repeat(262_144)));
    assert_eq!(code(&long.send().await.expect_err("x")), "ValidationException");
    let unknown = reqwest::Client::new().post(&local.url).header("x-amz-target", "AWSStepFunctions.Fly");
    let unknown = unknown.send().await.expect("answered").text().await.expect("text");
    assert!(unknown.contains("UnknownOperationException"), "{unknown}");
}

#[tokio::test]
async fn executions_are_listed_newest_first_in_pages() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &single(json!({"Type": "Pass"}))).await;
    for number in 0..5 {
        let arn = local.run(&machine, &format!("run-{number}"), &json!({})).await;
        assert_eq!(output(&local.end(&arn).await), json!({}));
    }
    let pages = local.client(SHARED).list_executions().state_machine_arn(&machine).max_results(2);
    let mut stream = pages.into_paginator().items().send();
    let mut names = Vec::new();
    while let Some(item) = stream.next().await {
        names.push(item.expect("a page").name);
    }
    assert_eq!(names, ["run-4", "run-3", "run-2", "run-1", "run-0"]);
    let running =
        local.client(SHARED).list_executions().state_machine_arn(&machine).status_filter("RUNNING".into());
    assert!(running.send().await.expect("listed").executions.is_empty());
}
