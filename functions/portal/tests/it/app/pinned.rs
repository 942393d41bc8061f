//! A change of the catalog is for runs that are requested after it.

use std::fs;

use portal::domain::{Decision, Run, Status};
use serde_json::{Value, json};

use crate::support::{World, gateway_of};

/// Puts a changed workflow `resize` into the compiled catalog, and publishes its second version, as a deployment does.
async fn deploy(world: &World, change: impl FnOnce(&mut Value)) {
    let catalog = world.portal.catalog.folder();
    let read = |file: &str| -> Value {
        let text = fs::read_to_string(catalog.join(file)).expect("it is there");
        serde_json::from_str(&text).expect("it is JSON")
    };
    let (mut workflow, mut index) = (read("workflows/resize.json"), read("index.json"));
    change(&mut workflow["workflow"]);
    workflow["digest"] = json!("digest-of-the-second");
    index["workflows"]["resize"]["digest"] = json!("digest-of-the-second");
    fs::write(catalog.join("workflows/resize.json"), workflow.to_string()).expect("it can be written");
    fs::write(catalog.join("index.json"), index.to_string()).expect("it can be written");
    world.portal.catalog.reload().expect("it is a catalog");
    let second = "arn:aws:states:eu-west-1:222222222222:stateMachine:drawbridge-resize:2";
    let published = world.portal.store.put_version("resize", "digest-of-the-second", second).await;
    published.expect("a version is written");
}

/// A vote, and what the run is then.
async fn vote(world: &World, run: &Run, who: &str) -> Status {
    world.vote(run, "owners", who, Decision::Approve).await.expect("the vote counts");
    world.run(run.id).await.status
}

#[tokio::test]
async fn f51_a_run_that_waits_keeps_the_quorum_and_the_steps_that_it_was_requested_with() {
    let world = World::start().await;
    let run = world.waiting().await;
    deploy(&world, |workflow| workflow["approvals"][0]["quorum"] = json!(1)).await;
    assert_eq!(world.run(run.id).await, run, "nothing of the run changed");

    assert_eq!(vote(&world, &run, "bob").await, Status::Waiting, "one of two is not enough for this run");
    assert_eq!(vote(&world, &run, "cleo").await, Status::Approved);
    let passed = world.commit(&run, &gateway_of(&run)).await.expect("passes");
    assert_eq!(
        passed["machine_arn"],
        "arn:aws:states:eu-west-1:222222222222:stateMachine:drawbridge-resize:1"
    );
    assert_eq!(passed["input"]["run"]["digest"], json!(run.digest));

    let asked = world.ask("ada", "afterwards", json!({"environment": "production"})).await;
    let next = asked.expect("the request is accepted").run_id;
    world.next(next).await.expect("the gate opens");
    let next = world.run(next).await;
    assert_ne!(next.digest, run.digest);
    assert_eq!(vote(&world, &next, "bob").await, Status::Approved, "the next run is asked by the new policy");
    let passed = world.commit(&next, &gateway_of(&next)).await.expect("passes");
    assert_eq!(
        passed["machine_arn"],
        "arn:aws:states:eu-west-1:222222222222:stateMachine:drawbridge-resize:2"
    );
}
