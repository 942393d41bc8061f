//! Nothing passes the commit gate that was not approved, and nothing passes twice.

use std::time::Duration;

use portal::domain::Status;
use serde_json::json;

use crate::support::{GATEWAY, World, gateway_of};

#[tokio::test]
async fn passes_what_was_approved_with_the_owners_input() {
    let world = World::start().await;
    let run = world.approved().await;
    let passed = world.commit(&run, &gateway_of(&run)).await.expect("passes");
    let after = world.run(run.id).await;
    assert_eq!(
        passed,
        json!({
            "machine_arn": "arn:aws:states:eu-west-1:222222222222:stateMachine:drawbridge-resize:1",
            "role_arn": "arn:aws:iam::222222222222:role/DrawbridgeInvoke-resize",
            "control_role_arn": "arn:aws:iam::222222222222:role/DrawbridgeControl-eu-west-1",
            "name": run.id,
            "input": {
                "run": {"id": run.id, "requester": "ada", "digest": run.digest, "deadline": after.deadline},
                "parameters": {"environment": "production"},
            },
            "seconds": 3600,
        })
    );
    assert_eq!(after.status, Status::Executing);
}

#[tokio::test]
async fn f44_the_same_execution_passes_again_and_a_foreign_one_never() {
    let world = World::start().await;
    let run = world.approved().await;
    let foreign = format!("{}:another", GATEWAY.replace(":stateMachine:", ":execution:"));
    let refused = world.commit(&run, &foreign).await.expect_err("refused");
    assert_eq!(refused.name, "Drawbridge.ForeignExecution");
    assert_eq!(world.run(run.id).await, run, "nothing was written");

    let first = world.commit(&run, &gateway_of(&run)).await.expect("passes");
    world.pass(Duration::from_mins(1));
    let again = world.commit(&run, &gateway_of(&run)).await.expect("passes again");
    assert_eq!(again["input"], first["input"]);
    assert_eq!((&first["seconds"], &again["seconds"]), (&json!(3600), &json!(3540)), "the deadline stays");
    assert_eq!(world.commit(&run, &foreign).await.expect_err("refused").name, "Drawbridge.ForeignExecution");

    let said = world.finish(&run, json!({"outcome": "FAILED", "execution_arn": foreign})).await;
    assert_eq!(said, json!({"status": "EXECUTING"}), "a foreign execution ends nothing either");
}

#[tokio::test]
async fn nothing_passes_that_is_not_approved() {
    let world = World::start().await;
    let run = world.waiting().await;
    let refused = world.commit(&run, &gateway_of(&run)).await.expect_err("refused");
    assert_eq!(refused.name, "Drawbridge.NotApproved");
    let altered = portal::domain::Run { digest: "other".to_owned(), ..run.clone() };
    let refused = world.commit(&altered, &gateway_of(&run)).await.expect_err("refused");
    assert_eq!(refused.name, "Drawbridge.DigestMismatch");
}

#[tokio::test]
async fn parameters_that_were_changed_in_the_table_do_not_pass() {
    let world = World::start().await;
    let run = world.approved().await;
    let mut item = world
        .database
        .items("main")
        .into_iter()
        .find(|item| item["SK"]["S"] == "META" && item["PK"]["S"] == format!("RUN#{}", run.id))
        .expect("the run's item");
    item["parameters"] = json!({"S": "{\"environment\":\"staging\"}"});
    world.database.put("main", &item);
    let refused = world.commit(&run, &gateway_of(&run)).await.expect_err("refused");
    assert_eq!(refused.name, "Drawbridge.DigestMismatch");
}

#[tokio::test]
async fn approved_too_late_is_not_started() {
    let world = World::start().await;
    let run = world.approved().await;
    world.pass(Duration::from_hours(48));
    let refused = world.commit(&run, &gateway_of(&run)).await.expect_err("refused");
    assert_eq!(refused.name, "Drawbridge.TimedOut");
    assert_eq!(world.run(run.id).await.status, Status::TimedOut);
}
