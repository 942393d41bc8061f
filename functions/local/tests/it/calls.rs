//! Calls between teams over the whole system: a state machine in one team's account, through its door, past the
//! approval of a person, to the owner's steps in another account, and back.

mod caller;

use aws_sdk_sfn::types::ExecutionStatus;
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{World, eventually};
use caller::{Caller, GATE, OWNER_ACCOUNT, SLUG, STEWARD, STRANGER};

#[tokio::test(flavor = "multi_thread")]
async fn the_state_on_the_page_calls_another_teams_workflow_and_gets_its_result() {
    let world = World::start().await;
    let caller = Caller::new(&world).await;
    let execution = caller.start(&caller.state().await).await;
    let run = caller.run().await;
    let shown = caller.member.until(&run, "WAITING").await;
    assert_eq!((&shown["caller"], &shown["requester"]["id"]), (&json!("machine"), &json!("cloud-ops")));
    assert_eq!(shown["requester"]["name"], "Cloud Operations (state machine)");
    assert!(shown["actions"]["cancel"] == true && shown["actions"]["decide"] == json!([]), "{shown:#}");
    let page = world.person(STEWARD).await.get(&format!("/runs/{run}/approvals/{GATE}")).await;
    let page = page.text().await.expect("a page");
    assert!(page.contains("Cloud Operations (state machine)"), "the steward sees who asks");

    caller.decide(&run, "approve").await;
    let (status, output) = caller.end(&execution).await;
    assert_eq!(status, ExecutionStatus::Succeeded, "{output:#}");
    let done = caller.member.until(&run, "SUCCEEDED").await;
    assert_eq!(output, done["result"], "the owner's result, and nothing around it");
    assert!(output["granted_at"].is_string(), "{output:#}");
    let steps = caller.member.all_steps(&run).await;
    assert!(steps.iter().any(|step| step["name"] == "CreateGrant"), "the owner's own steps: {steps:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_is_caught_by_name() {
    let world = World::start().await;
    let caller = Caller::new(&world).await;
    let execution = caller.start(&caller.state().await).await;
    let run = caller.run().await;
    caller.member.until(&run, "WAITING").await;
    caller.decide(&run, "reject").await;
    let (status, output) = caller.end(&execution).await;
    assert_eq!(status, ExecutionStatus::Succeeded, "the Catch goes on");
    assert_eq!(output["Error"], "Drawbridge.Rejected", "{output:#}");
    let cause = output["Cause"].as_str().expect("a cause");
    assert!(
        cause.contains("Data steward") && cause.contains("Clara Lindqvist") && cause.contains("reject it"),
        "{cause}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_caught_by_name_too_and_start_nothing() {
    let world = World::start().await;
    let caller = Caller::new(&world).await;
    let check = async |change: &dyn Fn(&mut Value), name: &str, says: &str| {
        let mut state = caller.state().await;
        change(caller::input(&mut state));
        let (_, output) = caller.end(&caller.start(&state).await).await;
        assert_eq!(output["Error"], name, "{output:#}");
        assert!(output["Cause"].as_str().is_some_and(|cause| cause.contains(says)), "{output:#}");
    };
    let invalid = "Drawbridge.InvalidParameters";
    check(&|input| input["parameters"]["dataset"] = json!("none"), invalid, "/parameters/dataset").await;
    check(&|input| input["surprise"] = json!(1), invalid, "/surprise is not known").await;
    check(&|input| input["workflow"] = json!("nothing"), "Drawbridge.NoSuchWorkflow", "no workflow").await;
    let forbidden = "Cloud Operations (cloud-ops) owns it";
    check(&|input| input["workflow"] = json!("resize-rds-cluster"), "Drawbridge.NotAllowed", forbidden).await;
    check(&|input| input["deadline"] = json!("2020-01-01T00:00:00Z"), "Drawbridge.TimedOut", "has passed")
        .await;
    assert_eq!(caller.runs().await, json!([]));
}

/// Nobody is to go on in another account for a caller who is gone.
#[tokio::test(flavor = "multi_thread")]
async fn f42_stopping_the_caller_stops_the_owners_execution() {
    let world = World::patient().await;
    let caller = Caller::new(&world).await;
    let execution = caller.start(&caller.state().await).await;
    let run = caller.run().await;
    caller.member.until(&run, "WAITING").await;
    caller.decide(&run, "approve").await;
    let owners = format!("arn:aws:states:eu-west-1:{OWNER_ACCOUNT}:execution:drawbridge-{SLUG}:{run}");
    let owner = world.sfn(OWNER_ACCOUNT);
    let status = async || {
        let described = owner.describe_execution().execution_arn(&owners).send().await;
        described.ok().map(|described| described.status)
    };
    eventually("the owner's steps wait", async || {
        let steps = caller.member.json(&format!("/api/runs/{run}/steps")).await;
        let steps = steps["steps"].as_array().cloned().unwrap_or_default();
        steps.iter().any(|step| step["name"] == "WaitUntilExpiry")
    })
    .await;
    assert_eq!(status().await, Some(ExecutionStatus::Running));
    caller.sfn.stop_execution().execution_arn(&execution).send().await.expect("stopped");
    eventually("the owner's execution is stopped", async || status().await == Some(ExecutionStatus::Aborted))
        .await;
    let ended = caller.member.until(&run, "CANCELLED").await;
    let actions: Vec<_> =
        ended["audit"].as_array().expect("records").iter().map(|one| one["action"].clone()).collect();
    assert!(actions.contains(&json!("waits no more")), "{actions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f31_the_same_key_twice_is_one_run_and_both_are_answered() {
    let world = World::start().await;
    let caller = Caller::new(&world).await;
    let mut state = caller.state().await;
    caller::input(&mut state)["idempotency_key"] = json!("nightly-forecast-2026-11-28");
    let executions = [caller.start(&state).await, caller.start(&state).await];
    let run = caller.run().await;
    caller.member.until(&run, "WAITING").await;
    eventually("both wait", async || world.everything_stored().await.matches("SUB#").count() == 2).await;
    caller.decide(&run, "approve").await;
    let (first, second) = (caller.end(&executions[0]).await, caller.end(&executions[1]).await);
    assert_eq!((&first.0, &first.1), (&second.0, &second.1));
    assert_eq!(first.0, ExecutionStatus::Succeeded, "{:#}", first.1);
    assert_eq!(caller.runs().await.as_array().map(Vec::len), Some(1));
    assert_eq!(world.gateway_executions(&run).await, 1);
    eventually("no token is kept", async || !world.everything_stored().await.contains("SUB#")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callers_deadline_is_the_runs() {
    let world = World::patient().await;
    let caller = Caller::new(&world).await;
    let until = Timestamp::now() + SignedDuration::from_secs(8);
    let mut state = caller.state().await;
    caller::input(&mut state)["deadline"] = json!(until);
    let execution = caller.start(&state).await;
    let run = caller.run().await;
    let shown = caller.member.json(&format!("/api/runs/{run}")).await;
    let deadline: Timestamp = shown["deadline"].as_str().expect("a deadline").parse().expect("a time");
    assert_eq!(deadline.as_millisecond(), until.as_millisecond());
    let (_, output) = caller.end(&execution).await;
    assert_eq!(output["Error"], "Drawbridge.Expired", "{output:#}");
    assert!(Timestamp::now() >= until, "and not before it");
}

#[tokio::test(flavor = "multi_thread")]
async fn f45_a_role_that_lets_nobody_in_fails_at_once_and_names_its_owner() {
    let world = World::start().await;
    let role = format!("arn:aws:iam::{OWNER_ACCOUNT}:role/DrawbridgeInvoke-{SLUG}");
    world.running.refuse_role(&role);
    let caller = Caller::new(&world).await;
    let execution = caller.start(&caller.state().await).await;
    let run = caller.run().await;
    caller.member.until(&run, "WAITING").await;
    caller.decide(&run, "approve").await;
    let (_, output) = caller.end(&execution).await;
    assert_eq!(output["Error"], "Drawbridge.RoleRefused", "{output:#}");
    let cause = output["Cause"].as_str().expect("a cause");
    for part in [role.as_str(), "Data Platform", OWNER_ACCOUNT, "sts:ExternalId", "not authorized to assume"]
    {
        assert!(cause.contains(part), "{part} in {cause}");
    }
    let failed = caller.member.until(&run, "FAILED").await;
    assert_eq!(failed["error"]["name"], "Drawbridge.RoleRefused");
    let steps = caller.member.all_steps(&run).await;
    let starts: Vec<_> = steps.iter().filter(|step| step["name"] == "StartWorkflow").collect();
    assert_eq!((starts.len(), &starts[0]["attempts"]), (1, &json!(1)), "it is not tried again: {steps:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f15_f17_the_calling_team_sees_its_run_and_decides_nothing() {
    let world = World::start().await;
    let caller = Caller::new(&world).await;
    caller.start(&caller.state().await).await;
    let run = caller.run().await;
    caller.member.until(&run, "WAITING").await;
    let decided = caller.member.decide(&run, GATE, "approve", "Our machine asked").await;
    assert_eq!(decided.status(), StatusCode::FORBIDDEN, "to be its team's member is no right to decide");
    let stranger = world.person(STRANGER).await;
    assert_eq!(stranger.get(&format!("/api/runs/{run}")).await.status(), StatusCode::NOT_FOUND);
    let cancelled = caller.member.post(&format!("/api/runs/{run}/cancel"), &json!({})).await;
    assert_eq!(cancelled.status(), StatusCode::OK);
    caller.member.until(&run, "CANCELLED").await;
}
