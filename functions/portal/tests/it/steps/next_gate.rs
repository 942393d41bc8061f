//! What the gateway does next follows from the run item alone.

use std::time::Duration;

use portal::domain::{Decision, GateStatus, Status};
use serde_json::json;

use crate::support::World;

#[tokio::test]
async fn nobody_is_asked_where_no_gate_applies() {
    let world = World::start().await;
    let id = world.ask("ada", "key", json!({"environment": "staging"})).await.expect("accepted").run_id;
    assert_eq!(world.next(id).await, Ok(json!({"next": "APPROVED"})));
    assert_eq!(world.next(id).await, Ok(json!({"next": "APPROVED"})), "said twice, done once");
    assert_eq!(world.run(id).await.status, Status::Approved);
}

#[tokio::test]
async fn gates_are_asked_one_after_the_other() {
    let world = World::start().await;
    let both = json!({"environment": "production", "audited": true});
    let id = world.ask("ada", "key", both).await.expect("accepted").run_id;
    let four_hours = |gate: &str| json!({"next": "WAIT", "gate": gate, "seconds": 14_400});
    assert_eq!(world.next(id).await, Ok(four_hours("owners")));
    world.pass(Duration::from_millis(1_500));
    assert_eq!(world.next(id).await, Ok(json!({"next": "WAIT", "gate": "owners", "seconds": 14_399})));
    let run = world.run(id).await;
    for who in ["bob", "cleo"] {
        world.vote(&run, "owners", who, Decision::Approve).await.expect("counts");
    }
    assert_eq!(world.run(id).await.status, Status::Waiting, "one gate is left");
    assert_eq!(world.next(id).await, Ok(four_hours("security")));
    world.vote(&run, "security", "sven", Decision::Approve).await.expect("counts");
    assert_eq!(world.next(id).await, Ok(json!({"next": "APPROVED"})));
}

#[tokio::test]
async fn a_gate_that_nobody_closed_expires() {
    let world = World::start().await;
    let run = world.waiting().await;
    world.pass(Duration::from_hours(4));
    assert_eq!(world.next(run.id).await, Ok(json!({"next": "STOP", "status": "EXPIRED"})));
    let after = world.run(run.id).await;
    assert_eq!((after.status, after.gates[0].status), (Status::Expired, GateStatus::Expired));
    assert_eq!(world.next(run.id).await, Ok(json!({"next": "STOP", "status": "EXPIRED"})));
}

#[tokio::test]
async fn f38_approved_then_the_wait_times_out_and_the_run_proceeds() {
    let world = World::start().await;
    let run = world.approved().await;
    world.pass(Duration::from_hours(5));
    assert_eq!(world.next(run.id).await, Ok(json!({"next": "APPROVED"})));
}
