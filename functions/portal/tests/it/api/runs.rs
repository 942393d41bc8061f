//! Requesting and reading runs.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::world::{World, execution, finished, finishing, production, staging, told};

#[tokio::test]
async fn a_request_becomes_a_run_that_waits_in_the_outbox_for_its_start() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let answer = ada.ask("resize", "first", &production()).await;
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    let body = told(answer, StatusCode::CREATED).await;
    let id = body["run_id"].as_str().expect("an id");
    assert_eq!((&body["status"], body["url"].as_str()), (&json!("STARTING"), Some(location.as_str())));
    let run = ada.json(&format!("/api/runs/{id}")).await;
    assert_eq!((&run["requester"]["id"], &run["workflow"]), (&json!("ada"), &json!("resize")));
    assert_eq!(run["approvals"][0]["status"], "PENDING", "{run:#}");
    assert_eq!(run["actions"], json!({"cancel": true, "decide": [], "break_glass": false, "answer": false}));
    assert_eq!(run["audit"][0]["action"], "requested");
    let due =
        world.portal.store.due(shard(id), world.portal.now() + jiff::SignedDuration::from_hours(1), 10).await;
    assert!(
        due.expect("the table answers")
            .iter()
            .any(|row| row.message == portal::store::outbox::Message::Start)
    );
}

#[tokio::test]
async fn f31_double_submit_gives_the_same_run() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let first = ada.run("resize", "twice", &production()).await;
    let again = told(ada.ask("resize", "twice", &production()).await, StatusCode::OK).await;
    assert_eq!(again["run_id"], first.as_str());
    let asked = staging();
    let (left, right) = tokio::join!(ada.ask("resize", "race", &asked), ada.ask("resize", "race", &asked));
    let mut codes = [left.status().as_u16(), right.status().as_u16()];
    codes.sort_unstable();
    let ids = [id_of(left).await, id_of(right).await];
    assert_eq!((codes, &ids[0]), ([200, 201], &ids[1]));
    let bob = world.person("bob").await;
    assert_ne!(bob.run("resize", "twice", &production()).await, first, "keys of two people never meet");
    assert_eq!(ada.json("/api/runs").await["runs"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn f32_same_key_with_another_body_is_refused() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    ada.run("resize", "reused", &production()).await;
    told(ada.ask("resize", "reused", &staging()).await, StatusCode::UNPROCESSABLE_ENTITY).await;
    told(ada.ask("restricted", "reused", &production()).await, StatusCode::UNPROCESSABLE_ENTITY).await;
}

#[tokio::test]
async fn an_idempotency_key_is_needed_and_has_a_shape() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let body = json!({"parameters": staging()});
    let without = ada.post("/api/workflows/resize/runs", &body).await;
    let problem = told(without, StatusCode::BAD_REQUEST).await;
    assert!(problem["detail"].as_str().is_some_and(|says| says.contains("Idempotency-Key")), "{problem:#}");
    let long = "k".repeat(256);
    for key in ["", "two words", "tab\there", "umlaut-ü", &long] {
        told(ada.ask("resize", key, &staging()).await, StatusCode::BAD_REQUEST).await;
    }
    told(ada.ask("resize", &long[..255], &staging()).await, StatusCode::CREATED).await;
    let two = ada
        .posting("/api/workflows/resize/runs")
        .header("idempotency-key", "a")
        .header("idempotency-key", "b");
    told(two.json(&body).send().await.expect("an answer"), StatusCode::BAD_REQUEST).await;
}

#[tokio::test]
async fn only_requesters_may_request_and_a_check_says_so() {
    let world = World::start().await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    told(ada.ask("restricted", "k", &staging()).await, StatusCode::FORBIDDEN).await;
    told(bob.ask("restricted", "k", &staging()).await, StatusCode::CREATED).await;
    told(ada.ask("no-such", "k", &staging()).await, StatusCode::NOT_FOUND).await;
    let body = json!({"parameters": production()});
    let checked = told(ada.post("/api/workflows/restricted/check", &body).await, StatusCode::OK).await;
    assert_eq!((&checked["valid"], &checked["may_request"]), (&json!(true), &json!(false)));
    assert_eq!(checked["approvals"][0]["from"], json!([{"id": "owners", "name": "Database owners"}]));
    let none = json!({"parameters": staging()});
    let checked = told(ada.post("/api/workflows/resize/check", &none).await, StatusCode::OK).await;
    assert_eq!((&checked["approvals"], &checked["may_request"]), (&json!([]), &json!(true)));
}

#[tokio::test]
async fn f15_somebody_elses_run_is_like_a_missing_one() {
    let world = World::start().await;
    let run = world.person("ada").await.run("resize", "mine", &production()).await;
    let missing = "019a0000-0000-7000-8000-00000000000a";
    let (eve, bob) = (world.person("eve").await, world.person("bob").await);
    for suffix in ["", "/steps"] {
        let theirs = told(eve.get(&format!("/api/runs/{run}{suffix}")).await, StatusCode::NOT_FOUND).await;
        let none = told(eve.get(&format!("/api/runs/{missing}{suffix}")).await, StatusCode::NOT_FOUND).await;
        let odd = told(eve.get(&format!("/api/runs/odd{suffix}")).await, StatusCode::NOT_FOUND).await;
        assert_eq!((&theirs, &theirs), (&none, &odd));
    }
    let decision = json!({"decision": "approve", "digest": "x"});
    for id in [run.as_str(), missing] {
        told(eve.post(&format!("/api/runs/{id}/cancel"), &json!({})).await, StatusCode::NOT_FOUND).await;
        let vote = eve.post(&format!("/api/runs/{id}/approvals/owner/decisions"), &decision).await;
        told(vote, StatusCode::NOT_FOUND).await;
        assert_eq!(eve.get(&format!("/runs/{id}")).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(eve.get(&format!("/runs/{id}/approvals/owner")).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(
            eve.get(&format!("/workflows/resize/form?from={id}")).await.status(),
            StatusCode::NOT_FOUND
        );
    }
    assert_eq!(eve.json("/api/runs?workflow=resize&scope=workflow").await["runs"], json!([]));
    assert_eq!(bob.json(&format!("/api/runs/{run}")).await["id"], run.as_str(), "an approver sees it");
    assert_eq!(world.run(&run).await.status, portal::domain::Status::Starting);
}

#[tokio::test]
async fn lists_go_on_where_they_stopped() {
    let world = World::start().await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let mut ids = Vec::new();
    for number in 0..30 {
        ids.push(ada.run("resize", &format!("list-{number}"), &staging()).await);
    }
    bob.run("resize", "of-bob", &staging()).await;
    ids.reverse();
    let first = ada.json("/api/runs").await;
    let cursor = first["cursor"].as_str().expect("more to come");
    let second = ada.json(&format!("/api/runs?cursor={cursor}")).await;
    assert!(second["cursor"].is_null(), "{second:#}");
    let both: Vec<_> = ids_in(&first).into_iter().chain(ids_in(&second)).collect();
    assert_eq!(both, ids);
    let all = bob.json("/api/runs?workflow=resize&scope=workflow").await;
    assert_eq!(all["runs"][0]["requester"]["name"], "Bob", "{all:#}");
    for wrong in ["cursor=nonsense", "scope=all", "scope=workflow"] {
        told(ada.get(&format!("/api/runs?{wrong}")).await, StatusCode::BAD_REQUEST).await;
    }
}

#[tokio::test]
async fn cancelling_before_the_start_ends_the_run() {
    let world = World::start().await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let run = ada.run("resize", "cancelled", &production()).await;
    let path = format!("/api/runs/{run}/cancel");
    let cancelled = told(ada.post(&path, &json!({})).await, StatusCode::OK).await;
    assert_eq!(cancelled["status"], "CANCELLED");
    told(ada.post(&path, &json!({})).await, StatusCode::OK).await;
    let other = ada.run("resize", "of-the-owner", &production()).await;
    told(bob.post(&format!("/api/runs/{other}/cancel"), &json!({})).await, StatusCode::OK).await;
    assert_eq!(
        ada.json(&format!("/api/runs/{run}")).await["actions"],
        json!({"cancel": false, "decide": [], "break_glass": false, "answer": false})
    );
}

/// The run item is closed by the gateway's last step, so a closed run may have a step that still runs.
#[tokio::test]
async fn steps_are_complete_when_the_executions_have_ended_not_when_the_run_has() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let run = ada.run("resize", "settles", &production()).await;
    told(ada.post(&format!("/api/runs/{run}/cancel"), &json!({})).await, StatusCode::OK).await;
    world.engine.break_down(false);
    let (steps, page) = (format!("/api/runs/{run}/steps"), format!("/runs/{run}"));
    assert_eq!(ada.json(&steps).await, json!({"steps": [], "complete": true}), "it was never started");

    world.engine.history(&execution(&run), finishing());
    let under_way = ada.json(&steps).await;
    assert_eq!(
        (&under_way["steps"][0]["status"], &under_way["complete"]),
        (&json!("RUNNING"), &json!(false))
    );
    let shown = ada.page(&page).await;
    assert!(shown.contains("Look again") && shown.contains("http-equiv=\"refresh\""), "{shown}");

    world.engine.history(&execution(&run), finished());
    let done = ada.json(&steps).await;
    assert_eq!((&done["steps"][0]["status"], &done["complete"]), (&json!("SUCCEEDED"), &json!(true)));
    let shown = ada.page(&page).await;
    assert!(!shown.contains("Look again") && !shown.contains("http-equiv"), "{shown}");
    assert!(!shown.contains("Ends by"), "it has ended: {shown}");
}

fn ids_in(page: &Value) -> Vec<String> {
    let runs = page["runs"].as_array().expect("runs");
    runs.iter().filter_map(|run| run["id"].as_str().map(str::to_owned)).collect()
}

async fn id_of(answer: reqwest::Response) -> Value {
    answer.json::<Value>().await.expect("JSON")["run_id"].clone()
}

fn shard(id: &str) -> u8 {
    portal::store::keys::shard_of(id.parse().expect("a run id"))
}
