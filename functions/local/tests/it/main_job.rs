//! The main job over plain HTTP: request, approval, every step to the end; and what must not happen on the way.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::sample::{APPROVER, GATE, REQUESTER, SLUG, parameters};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_becomes_a_run_and_an_owner_lets_it_through() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;

    let page = requester.get(&format!("/workflows/{SLUG}/")).await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.expect("a page");
    assert!(page.contains("<h1") && page.contains("Resize an RDS cluster") && page.contains("<form"));

    let preview = requester.post(&format!("/api/workflows/{SLUG}/check"), &asked(&parameters())).await;
    let preview: Value = preview.json().await.expect("JSON");
    assert_eq!((&preview["valid"], &preview["may_request"]), (&json!(true), &json!(true)), "{preview:#}");
    assert_eq!(preview["approvals"][0]["name"], GATE);

    let run = requester.run(SLUG, "main-job", &parameters()).await;
    requester.until(&run, "WAITING").await;

    let approver = world.person(APPROVER).await;
    let inbox = approver.json("/api/approvals").await;
    assert_eq!(inbox["approvals"][0]["run_id"], run.as_str(), "{inbox:#}");
    let decided = approver.decide(&run, GATE, "approve", "The campaign needs it").await;
    assert_eq!(decided.status(), StatusCode::OK);

    let done = requester.until(&run, "SUCCEEDED").await;
    assert_eq!(done["result"]["instance_class"], parameters()["instance_class"], "{done:#}");
    let steps = requester.all_steps(&run).await;
    assert!(steps.len() > 5, "{steps:#?}");
    assert!(steps.iter().any(|step| step["simulated"] == true), "AWS is simulated here, and it shows");
    assert!(steps.iter().all(|step| step["status"] != "RUNNING"), "{steps:#?}");

    let empty = approver.json("/api/approvals").await;
    assert_eq!(empty["approvals"], json!([]));
    world.noticed(&run).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_condition_met_nobody_is_asked() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;
    let staging = json!({
        "cluster": "stg-orders", "environment": "staging", "instance_class": "db.r6g.large",
        "reason": "Load test of the new size",
    });
    let preview = requester.post(&format!("/api/workflows/{SLUG}/check"), &asked(&staging)).await;
    let preview: Value = preview.json().await.expect("JSON");
    assert_eq!(preview["approvals"], json!([]), "{preview:#}");
    let run = requester.run(SLUG, "staging", &staging).await;
    requester.until(&run, "SUCCEEDED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requester_cannot_approve() {
    let world = World::start().await;
    let owner = world.person(APPROVER).await;
    let run = owner.run(SLUG, "own", &parameters()).await;
    owner.until(&run, "WAITING").await;
    let refused = owner.decide(&run, GATE, "approve", "It is mine").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let shown = owner.json(&format!("/api/runs/{run}")).await;
    assert_eq!((&shown["status"], &shown["approvals"][0]["votes"]), (&json!("WAITING"), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn f31_a_double_submit_gives_the_same_run() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;
    let first = requester.run(SLUG, "twice", &parameters()).await;
    let again = requester.request(SLUG, "twice", &parameters()).await;
    assert_eq!(again.status(), StatusCode::OK);
    let again: Value = again.json().await.expect("JSON");
    assert_eq!(again["run_id"], first.as_str());
    requester.until(&first, "WAITING").await;
    assert_eq!(world.gateway_executions(&first).await, 1);
    let runs = requester.json("/api/runs?scope=mine").await;
    assert_eq!(runs["runs"].as_array().map(Vec::len), Some(1), "{runs:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f32_the_same_key_with_another_body_is_refused() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;
    requester.run(SLUG, "reused", &parameters()).await;
    let mut other = parameters();
    other["cluster"] = json!("prod-catalogue");
    let refused = requester.request(SLUG, "reused", &other).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_parameters_are_told_field_by_field_and_start_nothing() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;
    let mut wrong = parameters();
    wrong["cluster"] = json!("Prod Orders!");
    wrong["change_ticket"] = Value::Null;
    wrong["surprise"] = json!(1);
    let refused = requester.request(SLUG, "wrong", &wrong).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let problem: Value = refused.json().await.expect("JSON");
    let pointers: Vec<_> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|error| error["pointer"].as_str())
        .collect();
    for pointer in ["/parameters/cluster", "/parameters/change_ticket", "/parameters/surprise"] {
        let bare = pointer.trim_start_matches("/parameters");
        assert!(pointers.contains(&pointer) || pointers.contains(&bare), "{pointer} in {problem:#}");
    }
    assert!(!problem.to_string().contains("Prod Orders!"), "no value is echoed");
    let runs = requester.json("/api/runs?scope=mine").await;
    assert_eq!(runs["runs"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_a_waiting_run_ends_it_for_good() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;
    let run = requester.run(SLUG, "cancelled", &parameters()).await;
    requester.until(&run, "WAITING").await;
    let cancelled = requester.post(&format!("/api/runs/{run}/cancel"), &json!({})).await;
    assert_eq!(cancelled.status(), StatusCode::OK);
    requester.until(&run, "CANCELLED").await;
    let approver = world.person(APPROVER).await;
    let late = approver.decide(&run, GATE, "approve", "Too late").await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_ends_the_run_with_its_reason() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;
    let run = requester.run(SLUG, "rejected", &parameters()).await;
    requester.until(&run, "WAITING").await;
    let approver = world.person(APPROVER).await;
    assert_eq!(approver.decide(&run, GATE, "reject", "Not this week").await.status(), StatusCode::OK);
    let ended = requester.until(&run, "REJECTED").await;
    assert_eq!(ended["approvals"][0]["votes"][0]["reason"], "Not this week", "{ended:#}");
}

fn asked(parameters: &Value) -> Value {
    json!({ "parameters": parameters })
}
