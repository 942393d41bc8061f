//! A run that nobody waits for any more is cancelled, whether an event says so or not.

use std::time::Duration;

use portal::domain::Status;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::doors::{production, request};

#[tokio::test]
async fn the_last_one_to_leave_cancels_the_run() {
    let world = World::start().await;
    let run = world.called().await;
    world.call("apps", "two", "token-2", request("key", production())).await.expect("attached");
    world.door_waits("apps", "one", false);
    assert_eq!(world.door_ended("apps", "one").await, json!({"run_id": run.id}));
    assert_eq!(world.run(run.id).await.status, Status::Waiting, "another still waits");
    world.door_waits("apps", "two", false);
    world.door_ended("apps", "two").await;
    assert_eq!(world.run(run.id).await.status, Status::Cancelled);
    let records = world.portal.store.audit(run.id).await.expect("records");
    let last: Vec<_> =
        records.iter().rev().take(2).map(|one| (one.actor.as_str(), one.action.as_str())).collect();
    assert_eq!(last, [("machine:apps", "waits no more"), ("machine:apps", "cancelled")]);
    world.pass(Duration::from_secs(11));
    world.relay().await;
    assert!(world.answers().is_empty(), "nobody is left to be answered");
}

#[tokio::test]
async fn cancelling_reaches_the_owners_execution() {
    let world = World::start().await;
    let run = world.called_and_executing().await;
    world.door_waits("apps", "one", false);
    world.door_ended("apps", "one").await;
    assert_eq!(world.run(run.id).await.status, Status::Cancelling);
    assert!(world.engine.calls("StopExecution").is_empty(), "this function reaches no team's account");
    world.pass(Duration::from_secs(11));
    world.relay().await;
    let stopped = &world.engine.calls("StopExecution")[0]["executionArn"];
    let child = format!("arn:aws:states:eu-west-1:222222222222:execution:drawbridge-resize:{}", run.id);
    assert_eq!(*stopped, Value::from(child));
}

/// A redriven execution waits again by the time the event about its end is read.
#[tokio::test]
async fn f44_an_event_about_an_execution_that_still_waits_changes_nothing() {
    let world = World::start().await;
    let run = world.called().await;
    world.door_ended("apps", "one").await;
    assert_eq!(world.run(run.id).await, run);
    assert_eq!(world.door_ended("apps", "unknown").await, json!({"run_id": null}));
}

#[tokio::test]
async fn nothing_depends_on_the_event() {
    let world = World::start().await;
    let run = world.called().await;
    for _ in 0..3 {
        world.pass(Duration::from_mins(6));
        world.relay().await;
    }
    assert_eq!(world.run(run.id).await.status, Status::Waiting, "it waits on, however often one looks");
    assert!(world.engine.calls("DescribeExecution").len() >= 3);
    let asked = world.engine.calls("DescribeExecution")[0].clone();
    assert_eq!(asked["includedData"], "METADATA_ONLY", "the relay may not decrypt what the door was given");
    world.door_waits("apps", "one", false);
    world.pass(Duration::from_mins(6));
    world.relay().await;
    assert_eq!(world.run(run.id).await.status, Status::Cancelled);
    world.pass(Duration::from_mins(6));
    world.relay().await;
    let asked = world.engine.calls("DescribeExecution").len();
    world.pass(Duration::from_hours(1));
    world.relay().await;
    assert_eq!(world.engine.calls("DescribeExecution").len(), asked, "nobody looks after what has ended");
}

#[tokio::test]
async fn f53_a_door_that_cannot_be_looked_at_is_looked_at_again() {
    let world = World::start().await;
    let run = world.called().await;
    world.door_waits("apps", "one", false);
    world.engine.break_down(true);
    world.pass(Duration::from_mins(6));
    assert_eq!(world.relay().await["failed"], 1);
    world.engine.break_down(false);
    world.pass(Duration::from_mins(1));
    world.relay().await;
    assert_eq!(world.run(run.id).await.status, Status::Cancelled);
}
