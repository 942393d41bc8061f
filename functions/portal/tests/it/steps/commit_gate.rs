//! Nothing passes the commit gate that was not approved, and nothing passes twice.

use std::time::Duration;

use catalog_model::input::{OwnerInput, PassedGate};
use portal::app::break_glass::break_glass;
use portal::domain::break_glass::Plea;
use portal::domain::{Caller, Decision, Run, Status};
use portal::store::commit::{Change, Extra};
use serde_json::json;

use crate::support::{GATEWAY, World, gateway_of};

/// The approvals that the owner's steps are told of.
async fn told(world: &World, run: &Run) -> Vec<PassedGate> {
    let passed = world.commit(run, &gateway_of(run)).await.expect("passes");
    let input: OwnerInput = serde_json::from_value(passed["input"].clone()).expect("an owner's input");
    input.run.approvals
}

#[tokio::test]
async fn steps_are_told_who_broke_the_glass_and_who_had_approved_before() {
    let world = World::start().await;
    let run = world.guarded("ada").await;
    world.vote(&run, "pair", "bob", Decision::Approve).await.expect("counts");
    let plea = Plea {
        reason: "Checkout is down.".to_owned(),
        digest: run.digest.clone(),
        signed_in_at: Some(world.portal.now()),
    };
    break_glass(&world.portal, &Caller::person("sven"), run.id, &plea).await.expect("let through");
    let gates = told(&world, &world.run(run.id).await).await;
    let names: Vec<_> = gates.iter().map(|gate| gate.gate.as_str()).collect();
    assert_eq!(names, ["pair", "uma"], "nobody was asked at the third");
    let by: Vec<Vec<_>> =
        gates.iter().map(|gate| gate.by.iter().map(|one| one.id.as_str()).collect()).collect();
    assert_eq!(by, [vec!["bob"], vec![]], "one approval of two, and none");
    for gate in &gates {
        let overridden = gate.overridden.as_ref().expect("overridden");
        let said = (overridden.id.as_str(), overridden.reason.as_deref());
        assert_eq!(said, ("sven", Some("Checkout is down.")));
    }
}

/// A vote that lost the race is recorded when it arrives, which may be after the steps were started.
#[tokio::test]
async fn a_later_vote_does_not_change_what_the_steps_were_told() {
    let world = World::start().await;
    let run = world.approved().await;
    let first = told(&world, &run).await;
    let mut late = world.portal.store.votes(run.id).await.expect("votes").remove(1);
    late.person = "finn".to_owned();
    let mut change = Change::of(&world.run(run.id).await, world.portal.now());
    change.with(Extra::Vote(late));
    world.portal.store.commit(change).await.expect("it is recorded");
    assert_eq!(world.portal.store.votes(run.id).await.expect("votes").len(), 3);
    assert_eq!(told(&world, &run).await, first);
    assert_eq!(first[0].by.len(), 2);
}

#[tokio::test]
async fn passes_what_was_approved_with_the_owners_input() {
    let world = World::start().await;
    let run = world.approved().await;
    let passed = world.commit(&run, &gateway_of(&run)).await.expect("passes");
    let after = world.run(run.id).await;
    let votes = world.portal.store.votes(run.id).await.expect("votes");
    assert_eq!(after.digest, run.digest, "who approved is no part of what was approved");
    assert_eq!(
        passed,
        json!({
            "machine_arn": "arn:aws:states:eu-west-1:222222222222:stateMachine:drawbridge-resize:1",
            "role_arn": "arn:aws:iam::222222222222:role/DrawbridgeInvoke-resize",
            "control_role_arn": "arn:aws:iam::222222222222:role/DrawbridgeControl-eu-west-1",
            "name": run.id,
            "input": {
                "run": {
                    "id": run.id, "requester": "ada", "digest": run.digest, "deadline": after.deadline,
                    "approvals": [{"gate": "owners", "title": "Approval of owners", "by": [
                        {"id": "bob", "name": "BOB", "at": votes[0].at, "reason": null},
                        {"id": "cleo", "name": "CLEO", "at": votes[1].at, "reason": null},
                    ]}],
                },
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
