//! Deciding about runs.

use portal::domain::Status;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::world::{Visitor, World, production, told};

/// A run of Ada's that waits for an owner.
async fn waiting(world: &World, key: &str) -> String {
    let run = world.person("ada").await.run("resize", key, &production()).await;
    let next = world.step("next-gate", &run).await;
    assert_eq!(next["next"], "WAIT", "{next}");
    run
}

async fn decide(visitor: &Visitor, run: &str, body: &Value) -> Response {
    visitor.post(&format!("/api/runs/{run}/approvals/owner/decisions"), body).await
}

async fn vote(world: &World, visitor: &Visitor, run: &str, decision: &str) -> Response {
    let digest = world.run(run).await.digest;
    decide(visitor, run, &json!({"decision": decision, "reason": "Agreed", "digest": digest})).await
}

#[tokio::test]
async fn an_approver_finds_reads_and_approves() {
    let world = World::start().await;
    let run = waiting(&world, "approve").await;
    let bob = world.person("bob").await;
    let inbox = bob.json("/api/approvals").await;
    assert_eq!(inbox["approvals"][0]["run_id"], run.as_str(), "{inbox:#}");
    assert_eq!(
        (&inbox["approvals"][0]["gate"], &inbox["approvals"][0]["quorum"]),
        (&json!("owner"), &json!(1))
    );
    let shown = bob.json(&format!("/api/runs/{run}")).await;
    assert_eq!(shown["actions"]["decide"], json!(["owner"]));
    let decided = told(vote(&world, &bob, &run, "approve").await, StatusCode::OK).await;
    assert_eq!(decided, json!({"run_status": "APPROVED", "gate_status": "APPROVED"}));
    let shown = bob.json(&format!("/api/runs/{run}")).await;
    let cast = &shown["approvals"][0]["votes"][0];
    assert_eq!((&cast["person"]["name"], &cast["channel"]), (&json!("Bob"), &json!("api")), "{shown:#}");
    assert_eq!(bob.json("/api/approvals").await["approvals"], json!([]));
}

#[tokio::test]
async fn an_approval_that_waits_for_others_leaves_the_inbox() {
    let world = World::start().await;
    let run = world.person("bob").await.run("restricted", "two", &production()).await;
    world.step("next-gate", &run).await;
    let olga = world.person("olga").await;
    assert_eq!(olga.json("/api/approvals").await["approvals"][0]["quorum"], 2);
    let decided = told(vote(&world, &olga, &run, "approve").await, StatusCode::OK).await;
    assert_eq!(decided, json!({"run_status": "WAITING", "gate_status": "OPEN"}));
    assert_eq!(olga.json("/api/approvals").await["approvals"], json!([]));
    let page = olga.page(&format!("/runs/{run}/approvals/owner")).await;
    assert!(page.contains("You have decided here") && !page.contains("value=\"approve\""));
}

#[tokio::test]
async fn f35_the_requester_never_decides() {
    let world = World::start().await;
    let bob = world.person("bob").await;
    let run = bob.run("resize", "own", &production()).await;
    world.step("next-gate", &run).await;
    told(vote(&world, &bob, &run, "approve").await, StatusCode::FORBIDDEN).await;
    assert_eq!(bob.json("/api/approvals").await["approvals"], json!([]));
    let page = bob.page(&format!("/runs/{run}/approvals/owner")).await;
    assert!(!page.contains("value=\"approve\"") && page.contains("somebody else has to decide"));
    let digest = world.run(&run).await.digest;
    let pairs = [("decision", "approve"), ("reason", "mine"), ("digest", digest.as_str())];
    let posted = bob.post_form(&format!("/runs/{run}/approvals/owner"), &pairs).await;
    assert_eq!(posted.status(), StatusCode::FORBIDDEN);
    assert_eq!(world.run(&run).await.status, Status::Waiting);
}

#[tokio::test]
async fn f16_whoever_left_the_group_is_refused_at_the_click() {
    let world = World::start().await;
    let run = waiting(&world, "left").await;
    world.regroup("bob", &[]).await;
    let bob = world.person("bob").await;
    told(vote(&world, &bob, &run, "approve").await, StatusCode::FORBIDDEN).await;
    assert_eq!(world.run(&run).await.status, Status::Waiting);
}

#[tokio::test]
async fn f37_late_votes_and_votes_on_something_else_change_nothing() {
    let world = World::start().await;
    let (bob, olga) = (world.person("bob").await, world.person("olga").await);
    let run = waiting(&world, "late").await;
    let other = json!({"decision": "approve", "digest": "0".repeat(64)});
    told(decide(&bob, &run, &other).await, StatusCode::CONFLICT).await;
    told(vote(&world, &bob, &run, "reject").await, StatusCode::OK).await;
    told(vote(&world, &olga, &run, "approve").await, StatusCode::CONFLICT).await;
    let cancelled = waiting(&world, "cancelled").await;
    let path = format!("/api/runs/{cancelled}/cancel");
    told(world.person("ada").await.post(&path, &json!({})).await, StatusCode::OK).await;
    told(vote(&world, &bob, &cancelled, "approve").await, StatusCode::CONFLICT).await;
    assert_eq!(world.run(&run).await.status, Status::Rejected);
}

#[tokio::test]
async fn a_vote_is_read_strictly() {
    let world = World::start().await;
    let run = waiting(&world, "strict").await;
    let bob = world.person("bob").await;
    let check = async |body: Value, pointers: &[&str]| {
        let problem = told(decide(&bob, &run, &body).await, StatusCode::BAD_REQUEST).await;
        let found: Vec<_> =
            problem["errors"].as_array().into_iter().flatten().map(|e| e["pointer"].clone()).collect();
        assert_eq!(found, pointers, "{problem:#}");
    };
    check(json!({}), &["/decision", "/digest"]).await;
    check(json!({"decision": "maybe", "digest": "x"}), &["/decision"]).await;
    check(json!({"decision": true, "digest": 1, "by": "me"}), &["/decision", "/digest", "/by"]).await;
    let digest = world.run(&run).await.digest;
    check(json!({"decision": "reject", "digest": digest}), &["/reason"]).await;
    told(
        bob.post(
            &format!("/api/runs/{run}/approvals/no-such/decisions"),
            &json!({"decision": "approve", "digest": digest}),
        )
        .await,
        StatusCode::NOT_FOUND,
    )
    .await;
}

#[tokio::test]
async fn f18_reading_a_link_a_hundred_times_changes_nothing() {
    let world = World::start().await;
    let run = waiting(&world, "prefetched").await;
    let before = world.run(&run).await;
    let (bob, nobody) = (world.person("bob").await, world.visitor());
    let path = format!("/runs/{run}/approvals/owner?decision=approve&digest={}", before.digest);
    for _ in 0..25 {
        for method in [Method::GET, Method::HEAD] {
            let seen = bob.request(method.clone(), &path).send().await.expect("an answer");
            assert_eq!(seen.status(), StatusCode::OK);
            let sent_away = nobody.request(method, &path).send().await.expect("an answer");
            assert_eq!(sent_away.status(), StatusCode::SEE_OTHER);
        }
    }
    assert_eq!(world.run(&run).await, before);
    let pairs = [("decision", "approve"), ("digest", before.digest.as_str())];
    let scanner = nobody.post_form(&format!("/runs/{run}/approvals/owner"), &pairs).await;
    assert_eq!(scanner.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(world.run(&run).await, before);
}
