//! The pages that are rendered for somebody.

use portal::store::commit::Change;
use reqwest::StatusCode;
use serde_json::json;

use super::world::{World, production};

const VALID: [(&str, &str); 4] =
    [("/cluster", "orders"), ("/environment", "production"), ("/size", "4"), ("/note", "A & <b>")];

#[tokio::test]
async fn a_form_becomes_a_preview_and_its_confirmation_one_run() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let preview = ada.post_form("/workflows/resize/preview", &VALID).await;
    assert_eq!(preview.status(), StatusCode::OK);
    let preview = preview.text().await.expect("text");
    for part in [
        "Owner&#39;s approval",
        "Production carries customers",
        "Database owners",
        "4 hours",
        "rds: modifyDBInstance",
        "A &amp; &lt;b&gt;",
        "Confirm",
    ] {
        assert!(preview.contains(part), "{part} in {preview}");
    }
    let key = hidden(&preview, "idempotency_key");
    let digest = hidden(&preview, "workflow_digest");
    let mut pairs = VALID.to_vec();
    pairs.extend([("idempotency_key", key.as_str()), ("workflow_digest", digest.as_str())]);
    let first = ada.post_form("/workflows/resize/runs", &pairs).await;
    assert_eq!(first.status(), StatusCode::SEE_OTHER);
    let again = ada.post_form("/workflows/resize/runs", &pairs).await;
    assert_eq!(again.headers()["location"], first.headers()["location"], "f31: a second click finds the run");
    let page = ada.page(first.headers()["location"].to_str().expect("text")).await;
    for part in [
        "Resize a cluster",
        "data-status=\"STARTING\"",
        "A &amp; &lt;b&gt;",
        "Cancel the run",
        "Run again",
        "requested",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert_eq!(ada.json("/api/runs").await["runs"].as_array().map(Vec::len), Some(1));
    assert!(ada.page("/runs").await.contains("Resize a cluster"));
}

#[tokio::test]
async fn a_wrong_form_comes_back_with_its_values_and_a_message_at_each_field() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let wrong = [("/cluster", "Not Valid"), ("/size", "99"), ("/note", "kept text"), ("/password", "abc")];
    let answer = ada.post_form("/workflows/resize/preview", &wrong).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let page = answer.text().await.expect("text");
    for part in [
        "error-summary",
        "href=\"#field-cluster\"",
        "href=\"#field-size\"",
        "href=\"#field-environment\"",
        "value=\"Not Valid\"",
        "kept text",
        "aria-invalid",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(page.contains("Type them once more"), "secrets are asked for again");
    assert_eq!(ada.json("/api/runs").await["runs"], json!([]));
}

#[tokio::test]
async fn json_that_cannot_be_read_is_an_error_of_its_field_and_is_never_requested() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let mut pairs = VALID.to_vec();
    pairs.push(("/details", "{\"tier\": 1"));
    let mut confirmed = pairs.clone();
    confirmed.extend([("idempotency_key", "k"), ("workflow_digest", "digest-of-resize")]);
    for (path, pairs) in [("preview", &pairs), ("runs", &confirmed)] {
        let answer = ada.post_form(&format!("/workflows/resize/{path}"), pairs).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
        let page = answer.text().await.expect("text");
        for part in ["href=\"#field-details\"", "Is not valid JSON", ">\n{&quot;tier&quot;: 1</textarea>"] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }
    assert_eq!(ada.json("/api/runs").await["runs"], json!([]));
    pairs[4].1 = "{\"tier\": 1}";
    assert_eq!(ada.post_form("/workflows/resize/preview", &pairs).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn going_back_keeps_the_values_and_complains_about_nothing() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let mut pairs = VALID.to_vec();
    pairs.push(("edit", "1"));
    let answer = ada.post_form("/workflows/resize/preview", &pairs).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let page = answer.text().await.expect("text");
    assert!(page.contains("value=\"orders\"") && !page.contains("error-summary"), "{page}");
}

#[tokio::test]
async fn a_workflow_that_changed_since_the_preview_is_shown_again() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let mut pairs = VALID.to_vec();
    pairs.extend([("idempotency_key", "kept"), ("workflow_digest", "of another version")]);
    let answer = ada.post_form("/workflows/resize/runs", &pairs).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let page = answer.text().await.expect("text");
    assert!(page.contains("The workflow has changed") && hidden(&page, "idempotency_key") == "kept");
    assert_eq!(ada.json("/api/runs").await["runs"], json!([]));
    let bare = ada.post_form("/workflows/resize/runs", &VALID).await;
    assert_eq!(bare.status(), StatusCode::BAD_REQUEST, "what came from no preview requests nothing");
}

#[tokio::test]
async fn a_session_that_ended_meanwhile_loses_nothing_but_secrets() {
    let world = World::start().await;
    let mut pairs = VALID.to_vec();
    pairs.push(("/password", "hunter22"));
    let answer = world.visitor().post_form("/workflows/resize/preview", &pairs).await;
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let page = answer.text().await.expect("text");
    assert!(
        page.contains("/sign-in?return_to=%2Fworkflows%2Fresize%2Fform%3F%252Fcluster%3Dorders"),
        "{page}"
    );
    assert!(!page.contains("hunter22"));
}

#[tokio::test]
async fn links_and_earlier_runs_fill_the_form() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let linked = ada.page("/workflows/resize/form?%2Fcluster=from-a-link&%2Fenvironment=production").await;
    assert!(linked.contains("value=\"from-a-link\""), "{linked}");
    let run = ada.run("resize", "again", &production()).await;
    let again = ada.page(&format!("/workflows/resize/form?from={run}")).await;
    assert!(again.contains("value=\"orders\"") && again.contains("earlier run"), "{again}");
    let redirected = ada.get("/workflows/resize/preview").await;
    assert_eq!(redirected.headers()["location"], "/workflows/resize/form");
    assert_eq!(ada.get("/workflows/no-such/form").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_may_not_request_is_told_whom_to_ask() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let answer = ada.post_form("/workflows/restricted/preview", &VALID).await;
    let page = answer.text().await.expect("text");
    assert!(
        page.contains("Database owners")
            && page.contains("You may not request this")
            && !page.contains(">Confirm<")
    );
}

#[tokio::test]
async fn an_approver_decides_on_a_page_that_says_everything() {
    let world = World::start().await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let run = ada.run("resize", "decide", &production()).await;
    let early = bob.page(&format!("/runs/{run}/approvals/owner")).await;
    assert!(early.contains("not asked yet") && !early.contains("value=\"approve\""));
    world.step("next-gate", &run).await;
    assert!(bob.page("/approvals").await.contains(&format!("/runs/{run}/approvals/owner")));
    let page = bob.page(&format!("/runs/{run}/approvals/owner")).await;
    for part in [
        "Ada",
        "Resize a cluster",
        "222222222222",
        "role/DrawbridgeInvoke-resize",
        "orders",
        "production",
        "Production carries customers",
        "value=\"approve\"",
        "value=\"reject\"",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let digest = hidden(&page, "digest");
    let path = format!("/runs/{run}/approvals/owner");
    let silent = bob.post_form(&path, &[("decision", "reject"), ("digest", &digest)]).await;
    assert_eq!(silent.status(), StatusCode::BAD_REQUEST);
    assert!(silent.text().await.expect("text").contains("reason is needed"));
    let stale =
        bob.post_form(&path, &[("decision", "approve"), ("digest", "old"), ("reason", "typed text")]).await;
    assert_eq!(stale.status(), StatusCode::CONFLICT);
    assert!(stale.text().await.expect("text").contains("typed text"), "what was typed is kept");
    let approved =
        bob.post_form(&path, &[("decision", "approve"), ("digest", &digest), ("reason", "Fine")]).await;
    assert_eq!(approved.status(), StatusCode::SEE_OTHER);
    let run_page = ada.page(&format!("/runs/{run}")).await;
    assert!(
        run_page.contains("data-status=\"APPROVED\"")
            && run_page.contains("Fine")
            && run_page.contains("Bob")
    );
    assert!(
        page.contains("Closes") && !run_page.contains("Closes"),
        "a gate that was decided closes no more"
    );
}

#[tokio::test]
async fn a_problem_on_a_page_is_a_page() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let answer = ada.get("/runs/nothing").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert!(answer.headers()["content-type"].to_str().expect("text").starts_with("text/html"));
    let page = answer.text().await.expect("text");
    assert!(page.contains("<main") && page.contains("Nothing is here") && page.contains("Ada"), "{page}");
    assert_eq!(ada.get("/sign-out").await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

fn hidden(page: &str, name: &str) -> String {
    let marker = format!("name=\"{name}\" value=\"");
    let rest = page.split_once(&marker).unwrap_or_else(|| panic!("{name} in {page}")).1;
    rest.split('"').next().expect("a value").to_owned()
}

#[tokio::test]
async fn the_pages_say_on_whose_behalf_a_run_is() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let outer = ada.run("resize", "outer", &production()).await;
    let run = ada.run("resize", "inner", &production()).await;
    world.step("next-gate", &run).await;
    let mut change = Change::of(&world.run(&run).await, world.portal.now());
    change.run().for_run = Some(world.run(&outer).await.as_outer());
    world.portal.store.commit(change).await.expect("written");
    let bob = world.person("bob").await;
    let page = async |path: String| bob.get(&path).await.text().await.expect("a page");
    let shown = page(format!("/runs/{run}")).await;
    assert!(shown.contains(&format!("on behalf of Ada: <a href=\"/runs/{outer}\">")), "{shown}");
    let shown = page(format!("/runs/{run}/approvals/owner")).await;
    assert!(shown.contains("<dt>On behalf of</dt>") && shown.contains(&outer), "{shown}");
}
