//! Crashes and lost messages between the portal and Step Functions.

use reqwest::StatusCode;
use serde_json::Value;

use crate::proxy::Weather;
use crate::sample::{APPROVER, GATE, REQUESTER, SLUG, parameters};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn f39_a_start_that_was_lost_is_made_up_by_the_relay() {
    let (world, proxy) = World::behind_proxy().await;
    let requester = world.person(REQUESTER).await;

    proxy.set(Weather::LoseRequests);
    let run = requester.run(SLUG, "f39", &parameters()).await;
    let shown = requester.json(&format!("/api/runs/{run}")).await;
    assert_eq!(shown["status"], "STARTING");
    assert!(proxy.lost() > 0, "the start was tried at once and lost");

    proxy.set(Weather::Fair);
    requester.until(&run, "WAITING").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f40_a_lost_answer_to_start_execution_leaves_one_execution() {
    let (world, proxy) = World::behind_proxy().await;
    let requester = world.person(REQUESTER).await;

    proxy.set(Weather::LoseAnswers);
    let run = requester.run(SLUG, "f40", &parameters()).await;
    assert!(proxy.lost() > 0, "the execution was started and the answer lost");

    proxy.set(Weather::Fair);
    requester.until(&run, "WAITING").await;
    let approver = world.person(APPROVER).await;
    approver.decide(&run, GATE, "approve", "Looks right").await;
    requester.until(&run, "SUCCEEDED").await;
    assert_eq!(world.gateway_executions(&run).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn f41_a_wake_that_was_lost_is_made_up_by_the_relay() {
    let (world, proxy) = World::behind_proxy().await;
    let requester = world.person(REQUESTER).await;
    let approver = world.person(APPROVER).await;
    let run = requester.run(SLUG, "f41", &parameters()).await;
    requester.until(&run, "WAITING").await;
    world.token_registered(&run).await;

    proxy.set(Weather::LoseRequests);
    let lost_before = proxy.lost();
    let answer = approver.decide(&run, GATE, "approve", "Looks right").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let decided: Value = answer.json().await.expect("JSON");
    assert_eq!(decided["run_status"], "APPROVED", "the vote counts although nobody could be woken");
    assert!(proxy.lost() > lost_before, "the wake-up was tried at once and lost");

    proxy.set(Weather::Fair);
    requester.until(&run, "SUCCEEDED").await;
}
