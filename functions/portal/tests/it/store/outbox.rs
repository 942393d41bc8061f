//! What was left undone is done later, what cannot be done is put aside.

use std::time::Duration;

use portal::domain::Status;
use portal::store::commit::Change;
use portal::store::outbox::{Message, RowState};
use serde_json::json;

use crate::support::World;

async fn row_states(world: &World, id: portal::domain::RunId, wanted: &Message) -> Vec<(RowState, u32)> {
    let rows = world.portal.store.outbox(id).await.expect("rows are read");
    rows.iter().filter(|row| row.message == *wanted).map(|row| (row.state, row.tries)).collect()
}

#[tokio::test]
async fn f39_a_run_that_was_written_is_started_by_the_relay() {
    let world = World::start().await;
    world.engine.break_down(true);
    let run =
        world.ask("ada", "key", json!({"environment": "staging"})).await.expect("accepted all the same");
    assert!(world.engine.executions().is_empty());
    world.engine.break_down(false);
    assert_eq!(world.relay().await["done"], 0, "not due yet");
    world.pass(Duration::from_secs(11));
    assert_eq!(world.relay().await["done"], 1);
    let stored = world.run(run.run_id).await;
    let executions = world.engine.executions();
    let input: serde_json::Value =
        serde_json::from_str(&executions[&run.run_id.to_string()]).expect("the input is JSON");
    assert_eq!(input, json!({"run_id": run.run_id, "digest": stored.digest}));
    assert_eq!(row_states(&world, run.run_id, &Message::Start).await, [(RowState::Done, 2)]);
    world.pass(Duration::from_mins(30));
    assert_eq!(world.relay().await, json!({"done": 0, "failed": 0, "quarantined": 0, "unread": 0}));
}

#[tokio::test]
async fn f40_the_row_of_a_start_goes_when_the_gateway_takes_the_run_on() {
    let world = World::start().await;
    let taken = world.ask("ada", "taken", json!({"environment": "staging"})).await.expect("accepted").run_id;
    assert_eq!(row_states(&world, taken, &Message::Start).await, [(RowState::Due, 1)], "nothing was noted");
    world.next(taken).await.expect("its first step");
    assert_eq!(row_states(&world, taken, &Message::Start).await, []);

    let left = world.ask("ada", "left", json!({"environment": "staging"})).await.expect("accepted").run_id;
    world.pass(Duration::from_secs(11));
    assert_eq!(world.relay().await["done"], 1, "it is seen to until somebody takes it on");
    assert_eq!(row_states(&world, left, &Message::Start).await, [(RowState::Done, 2)]);
    assert_eq!(world.engine.executions().len(), 2);
}

#[tokio::test]
async fn f40_a_lost_answer_makes_no_second_execution() {
    let world = World::start().await;
    world.engine.lose_answers(true);
    let run = world.ask("ada", "key", json!({"environment": "staging"})).await.expect("accepted");
    world.engine.lose_answers(false);
    world.pass(Duration::from_secs(11));
    assert_eq!(world.relay().await["done"], 1, "an execution of this name is this run's");
    let starts = world.engine.calls("StartExecution");
    assert_eq!((starts.len(), world.engine.executions().len()), (2, 1));
    assert_eq!(starts[0], starts[1], "same name, same input");
    assert_eq!(starts[0]["name"], run.run_id.to_string());
}

#[tokio::test]
async fn f41_a_lost_wake_up_is_sent_by_the_relay() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.wait_with(&run, "owners", "the-token").await;
    world.engine.break_down(true);
    for who in ["bob", "cleo"] {
        let vote = world.vote(&run, "owners", who, portal::domain::Decision::Approve).await;
        vote.expect("the vote is a fact, whatever Step Functions does");
    }
    world.engine.break_down(false);
    let tried = world.engine.calls("SendTaskSuccess").len();
    world.pass(Duration::from_secs(11));
    world.relay().await;
    let sent = world.engine.calls("SendTaskSuccess");
    assert_eq!((tried, sent.len()), (1, 2));
    assert_eq!(sent[1]["taskToken"], "the-token");
}

#[tokio::test]
async fn f53_a_poison_row_is_put_aside_after_eight_tries_and_others_flow() {
    let world = World::start().await;
    let run = world.executing().await;
    // The machine of this run has no usable name, so that stopping it can never work.
    let mut change = Change::of(&run, world.portal.now());
    change.run().status = Status::Cancelling;
    change.run().machine_version = Some("not an ARN".to_owned());
    change.send(Message::Stop, world.portal.now());
    world.portal.store.commit(change).await.expect("written");
    world.engine.break_down(true);
    let other = world.ask("dan", "other", json!({"environment": "staging"})).await.expect("accepted");
    world.engine.break_down(false);
    world.pass(Duration::from_mins(1));
    world.relay().await;
    assert_eq!(row_states(&world, other.run_id, &Message::Start).await, [(RowState::Done, 2)], "others flow");
    for _ in 0..20 {
        world.pass(Duration::from_mins(11));
        world.relay().await;
    }
    assert_eq!(row_states(&world, run.id, &Message::Stop).await, [(RowState::Quarantined, 8)]);
    let rows = world.portal.store.outbox(run.id).await.expect("rows");
    let poison = rows.iter().find(|row| row.message == Message::Stop).expect("the row is kept");
    assert_eq!(poison.reason.as_deref(), Some("not an ARN is not the ARN of a state machine"));
    let indexed = world
        .database
        .items("main")
        .into_iter()
        .filter(|item| item["SK"]["S"] == format!("OUT#{:010}", poison.seq));
    assert!(
        indexed
            .filter(|item| item["state"]["S"] == "QUARANTINED")
            .all(|item| item.get("OUT_SHARD").is_none())
    );
}

#[tokio::test]
async fn a_start_that_never_works_fails_the_run() {
    let world = World::start().await;
    world.engine.break_down(true);
    let run = world.ask("ada", "key", json!({"environment": "staging"})).await.expect("accepted");
    for _ in 0..10 {
        world.pass(Duration::from_mins(11));
        world.relay().await;
    }
    let failed = world.run(run.run_id).await;
    assert_eq!(failed.status, Status::Failed);
    assert_eq!(failed.failure.expect("a reason").name, "Drawbridge.NotStarted");
}

#[tokio::test]
async fn a_start_older_than_a_day_is_not_started() {
    let world = World::start().await;
    world.engine.break_down(true);
    let run = world.ask("ada", "key", json!({"environment": "staging"})).await.expect("accepted");
    world.engine.break_down(false);
    world.pass(Duration::from_hours(24));
    world.relay().await;
    assert!(world.engine.executions().is_empty());
    assert_eq!(world.run(run.run_id).await.status, Status::Failed);
}

#[tokio::test]
async fn a_run_that_nobody_ends_is_ended_after_its_deadline() {
    let world = World::start().await;
    let run = world.executing().await;
    world.pass(Duration::from_mins(69));
    world.relay().await;
    assert_eq!(world.run(run.id).await.status, Status::Executing, "the gateway may still end it");
    world.pass(Duration::from_mins(2));
    world.relay().await;
    assert_eq!(world.run(run.id).await.status, Status::TimedOut);
    assert_eq!(world.engine.calls("StopExecution").len(), 1);

    let world = World::start().await;
    let run = world.executing().await;
    let child = format!("arn:aws:states:eu-west-1:222222222222:execution:drawbridge-resize:{}", run.id);
    let answer = json!({
        "executionArn": child, "stateMachineArn": "arn", "startDate": 1,
        "status": "SUCCEEDED", "output": "{\"size\":2}",
    });
    world.engine.describe(&child, answer);
    world.pass(Duration::from_hours(2));
    world.relay().await;
    assert_eq!(world.run(run.id).await.status, Status::Succeeded, "it had succeeded and nobody was told");
    let result = world.portal.store.result(run.id).await.expect("read").expect("a result");
    assert_eq!(result.text.as_deref(), Some("{\"size\":2}"));
}
