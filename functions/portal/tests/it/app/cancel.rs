//! Cancelling says the truth about what can still happen.

use portal::app::AppError;
use portal::app::cancel::{Cancelled, cancel};
use portal::domain::{Caller, GateStatus, Status};
use serde_json::json;

use crate::support::{World, gateway_of};

#[tokio::test]
async fn before_the_commit_gate_it_is_done_at_once() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.wait_with(&run, "owners", "token").await;
    let done = cancel(&world.portal, &Caller::person("ada"), run.id).await.expect("cancelled");
    assert_eq!(done, Cancelled::Now(Status::Cancelled));
    assert_eq!(world.engine.calls("SendTaskSuccess")[0]["taskToken"], "token", "the gateway is woken");
    let after = world.run(run.id).await;
    assert_eq!(after.gates[0].status, GateStatus::Skipped);
    let next = world.next(run.id).await.expect("an answer");
    assert_eq!(next, json!({"next": "STOP", "status": "CANCELLED"}));
    let again = cancel(&world.portal, &Caller::person("ada"), run.id).await.expect("the same");
    assert_eq!(again, Cancelled::Now(Status::Cancelled));
}

#[tokio::test]
async fn f42_cancel_races_start_and_the_gate_aborts() {
    let world = World::start().await;
    let run = world.approved().await;
    cancel(&world.portal, &Caller::person("ada"), run.id).await.expect("cancelled");
    let refused = world.commit(&run, &gateway_of(&run)).await.expect_err("nothing is started");
    assert_eq!(refused.name, "Drawbridge.Cancelled");
    let finished = world.finish(&run, json!({"outcome": "FAILED", "error": refused.name})).await;
    assert_eq!(finished, json!({"status": "CANCELLED"}));
}

#[tokio::test]
async fn after_it_the_owner_is_told_to_stop_and_the_end_is_what_happened() {
    let world = World::start().await;
    let run = world.executing().await;
    let asked = cancel(&world.portal, &Caller::person("ada"), run.id).await.expect("asked");
    assert_eq!(asked, Cancelled::Requested);
    let stopped = &world.engine.calls("StopExecution")[0];
    let child = format!("arn:aws:states:eu-west-1:222222222222:execution:drawbridge-resize:{}", run.id);
    assert_eq!(stopped["executionArn"], child);
    let end = world.finish(&run, json!({"outcome": "ABORTED", "error": "Drawbridge.Cancelled"})).await;
    assert_eq!(end, json!({"status": "CANCELLED"}));
    let late = cancel(&world.portal, &Caller::person("ada"), run.id).await.expect("it is cancelled");
    assert_eq!(late, Cancelled::Now(Status::Cancelled));

    let world = World::start().await;
    let run = world.executing().await;
    cancel(&world.portal, &Caller::person("bob"), run.id).await.expect("the owner may, too");
    let end = world.finish(&run, json!({"outcome": "SUCCEEDED", "output": {"size": 1}})).await;
    assert_eq!(end, json!({"status": "SUCCEEDED"}), "it was faster");
    let late = cancel(&world.portal, &Caller::person("ada"), run.id).await;
    assert!(matches!(late, Err(AppError::Conflict(_))), "{late:?}");
}

#[tokio::test]
async fn only_requester_and_owner_may() {
    let world = World::start().await;
    let run = world.waiting().await;
    let dan = cancel(&world.portal, &Caller::person("dan"), run.id).await;
    assert!(matches!(dan, Err(AppError::NotFound("run"))), "{dan:?}");
    let audited = json!({"environment": "staging", "audited": true});
    let id = world.ask("ada", "k", audited).await.expect("accepted").run_id;
    let sven = cancel(&world.portal, &Caller::person("sven"), id).await;
    assert!(matches!(sven, Err(AppError::NotAllowed(_))), "an approver sees it and may not: {sven:?}");
}
