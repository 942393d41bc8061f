//! Approve with edits, in the browser and through the API.

use portal::domain::Status;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::world::{World, production, told};

async fn waiting(world: &World, parameters: &Value) -> String {
    let run = world.person("ada").await.run("resize", "edits", parameters).await;
    assert_eq!(world.step("next-gate", &run).await["next"], "WAIT");
    run
}

#[tokio::test]
async fn an_approver_edits_in_the_browser_and_the_requester_confirms() {
    let world = World::start().await;
    let mut given = production();
    given["password"] = json!("hunter2hunter2");
    let run = waiting(&world, &given).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let decision = bob.page(&format!("/runs/{run}/approvals/owner")).await;
    assert!(decision.contains("Approve with edits") && !decision.contains("hunter2"), "{decision}");
    let form = format!("/runs/{run}/approvals/owner/edit");
    let shown = bob.page(&form).await;
    assert!(shown.contains("value=\"orders\"") && !shown.contains("hunter2"), "{shown}");

    let digest = world.run(&run).await.digest;
    let mut pairs = vec![("/cluster", "orders"), ("/environment", "production"), ("/size", "12")];
    pairs.extend([("reason", "Four is too many."), ("digest", digest.as_str())]);
    let refused = bob.post_form(&form, &pairs).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let again = refused.text().await.expect("a page");
    assert!(again.contains("Four is too many.") && again.contains("field-error"), "nothing typed is lost");
    pairs[2].1 = "3";
    let proposed = bob.post_form(&form, &pairs).await;
    assert_eq!(proposed.status(), StatusCode::SEE_OTHER, "{}", proposed.text().await.unwrap_or_default());

    let page = ada.page(&format!("/runs/{run}")).await;
    assert!(page.contains("Bob would let this through") && page.contains("was 4"), "{page}");
    assert!(!bob.page(&format!("/runs/{run}")).await.contains("value=\"confirm\""));
    let confirmed = ada.post_form(&format!("/runs/{run}/proposal"), &[("answer", "confirm")]).await;
    assert_eq!(confirmed.status(), StatusCode::SEE_OTHER);
    let to = confirmed.headers()["location"].to_str().expect("text").to_owned();
    let next = to.trim_start_matches("/runs/").to_owned();
    assert_ne!(next, run);
    assert_eq!(world.run(&run).await.status, Status::Cancelled);
    let records = world.portal.store.audit(run.parse().expect("an id")).await.expect("records");
    let channels: Vec<_> =
        records.iter().rev().take(2).map(|one| (&*one.action, one.channel.as_deref())).collect();
    assert_eq!(channels, [("superseded", Some("portal")), ("edits proposed", Some("portal"))]);
    world.step("next-gate", &next).await;
    let page = bob.page(&format!("/runs/{next}/approvals/owner")).await;
    assert!(page.contains("You changed what this run will do"), "{page}");
    let page = world.person("olga").await.page(&format!("/runs/{next}/approvals/owner")).await;
    assert!(page.contains("value=\"approve\"") && page.contains("Bob changed"), "{page}");
}

#[tokio::test]
async fn edits_are_read_strictly_and_answered_by_the_requester_only() {
    let world = World::start().await;
    let run = waiting(&world, &production()).await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let edits = format!("/api/runs/{run}/approvals/owner/edits");
    let check = async |body: Value, status: StatusCode, pointers: &[&str]| {
        let problem = told(bob.post(&edits, &body).await, status).await;
        let found: Vec<_> =
            problem["errors"].as_array().into_iter().flatten().map(|e| e["pointer"].clone()).collect();
        assert_eq!(found, pointers, "{problem:#}");
    };
    let digest = world.run(&run).await.digest;
    check(json!({}), StatusCode::BAD_REQUEST, &["/parameters", "/reason", "/digest"]).await;
    let wrong = json!({"parameters": {"cluster": "orders"}, "reason": "So", "digest": digest});
    check(wrong, StatusCode::BAD_REQUEST, &["/parameters/environment"]).await;
    let mut smaller = production();
    smaller["size"] = json!(3);
    let good = json!({"parameters": smaller, "reason": "So", "digest": digest});
    told(ada.post(&edits, &good).await, StatusCode::FORBIDDEN).await;
    assert_eq!(bob.post(&edits, &good).await.status(), StatusCode::NO_CONTENT);
    let shown = ada.json(&format!("/api/runs/{run}")).await;
    assert_eq!(
        (&shown["proposal"]["editor"]["id"], &shown["actions"]["answer"]),
        (&json!("bob"), &json!(true))
    );
    let answers = format!("/api/runs/{run}/proposal");
    told(bob.post(&answers, &json!({"answer": "confirm"})).await, StatusCode::FORBIDDEN).await;
    told(ada.post(&answers, &json!({"answer": "maybe"})).await, StatusCode::BAD_REQUEST).await;
    let declined = told(ada.post(&answers, &json!({"answer": "decline"})).await, StatusCode::OK).await;
    assert_eq!(declined, json!({}));
    told(ada.post(&answers, &json!({"answer": "confirm"})).await, StatusCode::NOT_FOUND).await;
    assert_eq!(world.run(&run).await.status, Status::Waiting);
}
