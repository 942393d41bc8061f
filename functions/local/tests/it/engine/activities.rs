//! Activities: workers that come and fetch their tasks.

use aws_sdk_sfn::error::ProvideErrorMetadata;
use serde_json::json;

use super::harness::{Local, SHARED, output, single};

/// A machine whose only state is a task of the activity.
async fn working(local: &Local, extra: &serde_json::Value) -> (String, String) {
    let client = local.client(SHARED);
    let activity = client.create_activity().name("work").send().await.expect("created").activity_arn;
    let mut state = json!({"Type": "Task", "Resource": activity});
    for (name, value) in extra.as_object().expect("members") {
        state[name] = value.clone();
    }
    (local.machine(SHARED, "m", &single(state)).await, activity)
}

#[tokio::test]
async fn an_activity_is_made_described_listed_and_deleted() {
    let local = Local::start().await;
    let client = local.client(SHARED);
    let made = client.create_activity().name("a").send().await.expect("created");
    let again = client.create_activity().name("a").send().await.expect("the same");
    assert_eq!((&again.activity_arn, again.creation_date), (&made.activity_arn, made.creation_date));
    client.create_activity().name("b").send().await.expect("created");
    let found = client.describe_activity().activity_arn(&made.activity_arn).send().await.expect("there");
    assert_eq!(found.name, "a");
    let mut pages = client.list_activities().max_results(1).into_paginator().items().send();
    let mut names = Vec::new();
    while let Some(item) = pages.next().await {
        names.push(item.expect("a page").name);
    }
    assert_eq!(names, ["a", "b"]);
    for _ in 0..2 {
        client.delete_activity().activity_arn(&made.activity_arn).send().await.expect("deleted");
    }
    let gone = client.describe_activity().activity_arn(&made.activity_arn).send().await.expect_err("gone");
    assert_eq!(gone.code(), Some("ActivityDoesNotExist"));
    let poll = client.get_activity_task().activity_arn(&made.activity_arn).send().await.expect_err("gone");
    assert_eq!(poll.code(), Some("ActivityDoesNotExist"));
    let bad = client.create_activity().name("a b").send().await.expect_err("a bad name");
    assert_eq!(bad.message(), Some("Invalid Name: 'a b'"));
}

#[tokio::test]
async fn a_worker_that_waits_gets_the_task_and_its_answer_is_the_result() {
    let local = Local::start().await;
    let (machine, activity) = working(&local, &json!({})).await;
    let client = local.client(SHARED);
    let poll = client.get_activity_task().activity_arn(&activity).worker_name("w1");
    let worker = tokio::spawn(poll.send());
    let arn = local.run(&machine, "a", &json!({"n": 1})).await;
    let task = worker.await.expect("no panic").expect("a task");
    assert_eq!(task.input.as_deref(), Some(r#"{"n":1}"#));
    let token = task.task_token.expect("a token");
    client.send_task_heartbeat().task_token(&token).send().await.expect("it waits");
    client.send_task_success().task_token(&token).output(r#"{"done":true}"#).send().await.expect("accepted");
    assert_eq!(output(&local.end(&arn).await), json!({"done": true}));
    let history = client.get_execution_history().execution_arn(&arn).send().await.expect("there").events;
    let kinds: Vec<&str> = history.iter().map(|event| event.r#type.as_str()).collect();
    assert!(
        kinds.windows(3).any(|w| w == ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]),
        "{kinds:?}"
    );
    let started = history.iter().find_map(|event| event.activity_started_event_details.as_ref());
    assert_eq!(started.expect("started").worker_name.as_deref(), Some("w1"));
}

#[tokio::test]
async fn a_worker_that_goes_away_takes_nothing() {
    let local = Local::start().await;
    let (machine, activity) = working(&local, &json!({})).await;
    let client = local.client(SHARED);
    let impatient = client.get_activity_task().activity_arn(&activity).send();
    let gone = tokio::time::timeout(std::time::Duration::from_millis(200), impatient).await;
    assert!(gone.is_err(), "there was no task");
    let arn = local.run(&machine, "a", &json!({})).await;
    let task = client.get_activity_task().activity_arn(&activity).send().await.expect("a task");
    let token = task.task_token.expect("a token");
    let fail = client.send_task_failure().task_token(token).error("Worker.Broken").cause("why");
    fail.send().await.expect("accepted");
    let found = local.end(&arn).await;
    assert_eq!((found.error.as_deref(), found.cause.as_deref()), (Some("Worker.Broken"), Some("why")));
}

#[tokio::test]
async fn a_task_that_nobody_fetches_times_out_and_is_not_handed_out_later() {
    let local = Local::start().await;
    let (machine, activity) = working(&local, &json!({"TimeoutSeconds": 1})).await;
    let arn = local.run(&machine, "a", &json!({})).await;
    let found = local.end(&arn).await;
    assert_eq!((found.status.as_str(), found.error.as_deref()), ("FAILED", Some("States.Timeout")));
    let next = local.run(&machine, "b", &json!("second")).await;
    let client = local.client(SHARED);
    let task = client.get_activity_task().activity_arn(&activity).send().await.expect("a task");
    assert_eq!(task.input.as_deref(), Some("\"second\""));
    let token = task.task_token.expect("a token");
    client.send_task_success().task_token(token).output("1").send().await.expect("accepted");
    assert_eq!(output(&local.end(&next).await), json!(1));
}

#[tokio::test]
async fn a_task_that_no_worker_had_taken_is_there_after_a_kill() {
    let local = Local::start().await;
    let (machine, activity) = working(&local, &json!({})).await;
    let arn = local.run(&machine, "a", &json!({"kept": true})).await;
    let local = local.kill_and_restart().await;
    let client = local.client(SHARED);
    let task = client.get_activity_task().activity_arn(&activity).send().await.expect("a task");
    assert_eq!(task.input.as_deref(), Some(r#"{"kept":true}"#));
    let token = task.task_token.expect("a token");
    let local = local.kill_and_restart().await;
    let client = local.client(SHARED);
    client.send_task_success().task_token(token).output("2").send().await.expect("it still waits");
    assert_eq!(output(&local.end(&arn).await), json!(2));
}
