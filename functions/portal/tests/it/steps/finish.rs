//! How runs end.

use portal::domain::Status;
use serde_json::{Value, json};

use crate::support::{GATEWAY, World};

#[tokio::test]
async fn an_end_is_recorded_once() {
    let world = World::start().await;
    let run = world.executing().await;
    let end = json!({"outcome": "SUCCEEDED", "output": {"size": "large"}});
    assert_eq!(world.finish(&run, end).await, json!({"status": "SUCCEEDED"}));
    let ended = world.run(run.id).await;
    assert_eq!(world.finish(&run, json!({"outcome": "FAILED"})).await, json!({"status": "SUCCEEDED"}));
    assert_eq!(world.run(run.id).await, ended, "nothing was written");
    let result = world.portal.store.result(run.id).await.expect("read").expect("a result");
    assert_eq!(result.text.as_deref(), Some(r#"{"size":"large"}"#));
}

#[tokio::test]
async fn outcomes_become_states() {
    let check = async |end: Value, status: Status, error: &str| {
        let world = Box::pin(World::start()).await;
        let run = Box::pin(world.executing()).await;
        world.finish(&run, end.clone()).await;
        let ended = world.run(run.id).await;
        let name = ended.failure.map(|failure| failure.name).unwrap_or_default();
        assert_eq!((ended.status, name.as_str()), (status, error), "{end}");
    };
    let failed = json!({"outcome": "FAILED", "error": "Rds.Fault", "cause": "busy"});
    check(failed, Status::Failed, "Rds.Fault").await;
    check(json!({"outcome": "TIMED_OUT"}), Status::TimedOut, "Drawbridge.TimedOut").await;
    check(json!({"outcome": "ABORTED"}), Status::Failed, "Drawbridge.Stopped").await;
    check(json!({"outcome": "SUCCEEDED"}), Status::Succeeded, "").await;
}

#[tokio::test]
async fn a_gateway_that_fails_while_people_are_asked_ends_the_run() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.finish(&run, json!({"outcome": "FAILED", "error": "States.Runtime"})).await;
    assert_eq!(world.run(run.id).await.status, Status::Expired);
}

#[tokio::test]
async fn f48_a_result_that_is_too_large_becomes_a_pointer_with_a_digest() {
    let world = World::start().await;
    let run = world.executing().await;
    let large = json!({"text": "x".repeat(300_000)});
    world.finish(&run, json!({"outcome": "SUCCEEDED", "output": large})).await;
    let result = world.portal.store.result(run.id).await.expect("read").expect("a result");
    assert_eq!((result.text, result.bytes), (None, 300_011));
    assert_eq!(result.digest.len(), 64);
    assert!(result.execution.ends_with(&run.id.to_string()), "{}", result.execution);
}

#[tokio::test]
async fn f45_a_role_that_lets_nobody_in_names_its_owner_and_what_to_do() {
    let world = World::start().await;
    let run = world.executing().await;
    let said = "The state machine's role is not authorized to assume the task state's role";
    let end = json!({"outcome": "FAILED", "error": "Drawbridge.RoleRefused", "cause": said});
    world.finish(&run, end).await;
    let failure = world.run(run.id).await.failure.expect("why");
    assert_eq!(failure.name, "Drawbridge.RoleRefused");
    let role = "arn:aws:iam::222222222222:role/DrawbridgeInvoke-resize";
    for part in [role, "Data can mend it", "deploy", "sts:ExternalId", GATEWAY, said] {
        assert!(failure.cause.contains(part), "{part} in {}", failure.cause);
    }
}
