//! Task tokens: who may answer, and when it is too late.

use aws_sdk_sfn::error::ProvideErrorMetadata;
use serde_json::json;

use super::harness::{Local, OWNER, SHARED, output, waiting};

#[tokio::test]
async fn the_answer_to_a_token_is_the_result_of_the_task() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &waiting()).await;
    let arn = local.run(&machine, "a", &json!({"n": 1})).await;
    let payload = local.functions.invocation("keep-token", 0).await;
    assert_eq!(payload["input"], json!({"n": 1}));
    let token = local.token(0).await;

    let client = local.client(SHARED);
    client.send_task_heartbeat().task_token(&token).send().await.expect("it waits");
    client.send_task_success().task_token(&token).output(r#"{"ok":true}"#).send().await.expect("accepted");
    assert_eq!(output(&local.end(&arn).await), json!({"ok": true}));
}

#[tokio::test]
async fn an_answer_can_be_a_failure_by_name() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &waiting()).await;
    let arn = local.run(&machine, "a", &json!({})).await;
    let token = local.token(0).await;
    let fail = local.client(SHARED).send_task_failure().task_token(token).error("Drawbridge.Rejected");
    fail.cause("not today").send().await.expect("accepted");
    let found = local.end(&arn).await;
    assert_eq!(found.status.as_str(), "FAILED");
    assert_eq!(
        (found.error.as_deref(), found.cause.as_deref()),
        (Some("Drawbridge.Rejected"), Some("not today"))
    );
}

#[tokio::test]
async fn f37_late_and_foreign_answers_change_nothing() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &waiting()).await;
    let arn = local.run(&machine, "a", &json!({})).await;
    let token = local.token(0).await;
    let send = |account: &str, token: &str, output: &str| {
        local.client(account).send_task_success().task_token(token).output(output).send()
    };
    let code = |error: &dyn ProvideErrorMetadata| error.code().unwrap_or_default().to_owned();

    assert_eq!(code(&send(SHARED, &token, "not json").await.expect_err("x")), "InvalidOutput");
    assert_eq!(code(&send(SHARED, "forged", "{}").await.expect_err("x")), "InvalidToken");
    assert_eq!(code(&send(OWNER, &token, "{}").await.expect_err("x")), "InvalidToken");
    let unknown = "00000000-0000-4000-8000-000000000000";
    assert_eq!(code(&send(SHARED, unknown, "{}").await.expect_err("x")), "TaskDoesNotExist");

    send(SHARED, &token, "1").await.expect("accepted");
    assert_eq!(code(&send(SHARED, &token, "2").await.expect_err("late")), "TaskTimedOut");
    assert_eq!(output(&local.end(&arn).await), json!(1));

    let local = local.kill_and_restart().await;
    let late = local.client(SHARED).send_task_heartbeat().task_token(&token).send().await.expect_err("late");
    assert_eq!(late.code(), Some("TaskTimedOut"));
}

#[tokio::test]
async fn of_many_simultaneous_answers_one_is_taken() {
    let local = Local::start().await;
    let machine = local.machine(SHARED, "m", &waiting()).await;
    let arn = local.run(&machine, "a", &json!({})).await;
    let token = local.token(0).await;
    let sends: Vec<_> = (0..12)
        .map(|number: u32| {
            let request = local.client(SHARED).send_task_success().task_token(&token);
            tokio::spawn(async move { (number, request.output(number.to_string()).send().await.is_ok()) })
        })
        .collect();
    let mut winners = Vec::new();
    for send in sends {
        let (number, accepted) = send.await.expect("no panic");
        winners.extend(accepted.then_some(number));
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    assert_eq!(output(&local.end(&arn).await), json!(winners[0]));
}
