//! Reading histories in pages, backwards, and without data.

use aws_sdk_sfn::types::HistoryEvent;
use serde_json::json;

use super::harness::{Local, SHARED};

async fn finished(local: &Local) -> String {
    let definition = json!({"StartAt": "One", "States": {
        "One": {"Type": "Pass", "Next": "Call"},
        "Call": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Two",
            "Parameters": {"FunctionName": "echo", "Payload.$": "$"}, "OutputPath": "$.Payload"},
        "Two": {"Type": "Pass", "End": true}}});
    let machine = local.machine(SHARED, "m", &definition).await;
    let arn = local.run(&machine, "a", &json!({"word": "hush"})).await;
    local.end(&arn).await;
    arn
}

#[tokio::test]
async fn a_history_comes_in_pages_in_either_direction() {
    let local = Local::start().await;
    let arn = finished(&local).await;
    let client = local.client(SHARED);
    let whole = client.get_execution_history().execution_arn(&arn).send().await.expect("there").events;
    let ids: Vec<i64> = whole.iter().map(HistoryEvent::id).collect();
    assert_eq!(ids, (1..=i64::try_from(whole.len()).expect("short")).collect::<Vec<_>>());
    assert!(whole.len() > 8, "{whole:?}");

    for reverse in [false, true] {
        let request =
            client.get_execution_history().execution_arn(&arn).reverse_order(reverse).max_results(3);
        let mut pages = request.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.expect("a page");
            assert!(page.events.len() <= 3);
            found.extend(page.events.iter().map(HistoryEvent::id));
        }
        let mut expected = ids.clone();
        if reverse {
            expected.reverse();
        }
        assert_eq!(found, expected);
    }
}

#[tokio::test]
async fn a_history_without_data_says_nothing_of_what_flowed_through() {
    let local = Local::start().await;
    let arn = finished(&local).await;
    // The client's own Debug hides data, so this looks at what is sent.
    let raw = async |include: bool| {
        let body = json!({"executionArn": arn, "includeExecutionData": include}).to_string();
        let request = reqwest::Client::new()
            .post(&local.url)
            .header("x-amz-target", "AWSStepFunctions.GetExecutionHistory");
        request.body(body).send().await.expect("sent").text().await.expect("answered")
    };
    let with = raw(true).await;
    assert!(with.contains("hush"), "{with}");
    let without = raw(false).await;
    assert!(!without.contains("hush"), "{without}");
    assert!(without.contains(r#""name":"Call""#) && without.contains("lambda"), "{without}");
}
