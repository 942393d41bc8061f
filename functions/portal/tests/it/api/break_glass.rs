//! High risk and the glass before it: a recent sign-in, a reason, and pages that change nothing by being read.

use portal::domain::Status;
use reqwest::StatusCode;

use super::world::{World, production};

async fn waiting(world: &World) -> (String, String) {
    let run = world.person("ada").await.run("guarded", "guarded", &production()).await;
    assert_eq!(world.step("next-gate", &run).await["next"], "WAIT");
    let digest = world.run(&run).await.digest;
    (run, digest)
}

#[tokio::test]
async fn an_old_sign_in_is_asked_for_again_where_much_is_at_stake() {
    let world = World::start().await;
    let (run, digest) = waiting(&world).await;
    let path = format!("/runs/{run}/approvals/owner");
    let stale = world.person_since("bob", 20).await;
    let page = stale.page(&path).await;
    assert!(page.contains("/sign-in?again=1") && !page.contains("value=\"approve\""), "{page}");
    let pairs = [("decision", "approve"), ("digest", digest.as_str())];
    let refused = stale.post_form(&path, &pairs).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let api = format!("/api{path}/decisions");
    let body = serde_json::json!({"decision": "approve", "digest": digest});
    let bob = world.person("bob").await;
    assert_eq!(bob.post(&api, &body).await.status(), StatusCode::FORBIDDEN, "not through the API");
    assert_eq!(world.run(&run).await.status, Status::Waiting);
    assert_eq!(bob.post_form(&path, &pairs).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(world.run(&run).await.status, Status::Approved);
    let asked = world.visitor().get("/sign-in?again=1&return_to=/runs").await;
    let to = asked.headers()["location"].to_str().expect("text");
    assert!(to.contains("prompt=login"), "{to}");
}

#[tokio::test]
async fn the_glass_is_broken_with_a_reason_by_whom_the_catalog_names() {
    let world = World::start().await;
    let (run, digest) = waiting(&world).await;
    let path = format!("/runs/{run}/break-glass");
    let olga = world.person("olga").await;
    assert!(olga.page(&format!("/runs/{run}")).await.contains(&path));
    let before = world.run(&run).await;
    assert!(olga.page(&path).await.contains("Let it through without approval"));
    assert_eq!(world.run(&run).await, before, "reading changes nothing");

    let bob = world.person("bob").await;
    assert!(!bob.page(&path).await.contains("Let it through without approval"));
    let pairs = [("reason", "Checkout is down."), ("digest", digest.as_str())];
    assert_eq!(bob.post_form(&path, &pairs).await.status(), StatusCode::FORBIDDEN);
    let silent = olga.post_form(&path, &[("digest", digest.as_str())]).await;
    assert_eq!(silent.status(), StatusCode::BAD_REQUEST);
    let elsewhere = olga.request(reqwest::Method::POST, &path).header("sec-fetch-site", "cross-site");
    assert_eq!(elsewhere.form(&pairs).send().await.expect("an answer").status(), StatusCode::FORBIDDEN);
    assert_eq!(world.run(&run).await, before);

    assert_eq!(olga.post_form(&path, &pairs).await.status(), StatusCode::SEE_OTHER);
    let page = world.person("ada").await.page(&format!("/runs/{run}")).await;
    assert!(page.contains("glass broken") && page.contains("Checkout is down."), "{page}");
    assert_eq!(world.run(&run).await.status, Status::Approved);
    assert_eq!(olga.get(&path).await.status(), StatusCode::CONFLICT);
}
