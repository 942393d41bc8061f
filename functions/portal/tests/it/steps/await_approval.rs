//! Tokens wake the gateway, and decide nothing.

use portal::domain::Decision;
use portal::steps::dispatch;
use serde_json::json;

use crate::support::{World, gateway_of};

#[tokio::test]
async fn f43_only_the_newest_token_is_used() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.wait_with(&run, "owners", "first").await;
    world.wait_with(&run, "owners", "second").await;
    assert_eq!(world.run(run.id).await.gates[0].token_generation, 2);
    for who in ["bob", "cleo"] {
        world.vote(&run, "owners", who, Decision::Approve).await.expect("counts, whatever the token");
    }
    let woken: Vec<_> =
        world.engine.calls("SendTaskSuccess").iter().map(|c| c["taskToken"].clone()).collect();
    assert_eq!(woken, ["second"]);
}

#[tokio::test]
async fn a_gate_that_closed_meanwhile_wakes_at_once() {
    let world = World::start().await;
    let run = world.approved().await;
    assert!(world.engine.calls("SendTaskSuccess").is_empty(), "nobody waited yet");
    world.wait_with(&run, "owners", "late").await;
    assert_eq!(world.engine.calls("SendTaskSuccess")[0]["taskToken"], "late");
    assert_eq!(world.run(run.id).await, run, "nothing was written");
}

#[tokio::test]
async fn f44_the_token_of_a_foreign_execution_is_refused() {
    let world = World::start().await;
    let run = world.waiting().await;
    let payload = json!({"run_id": run.id, "digest": run.digest, "gate": "owners", "token": "foreign",
        "execution_arn": format!("{}-2", gateway_of(&run))});
    let refused =
        dispatch("await-approval", payload, &world.portal).await.expect_err("it is not the run's own");
    assert_eq!(refused.name, "Drawbridge.ForeignExecution");
    assert_eq!(world.run(run.id).await, run, "nothing was written");
}
