//! A limit over HTTP: refused with 429 and the run in the way, said by the preview, shown to the owners.

use reqwest::StatusCode;
use serde_json::json;

use super::world::{World, production, staging, told};

#[tokio::test]
async fn f11_what_is_beyond_a_limit_is_429_and_others_are_let_through() {
    let world = World::start().await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let run = ada.run("limited", "1", &production()).await;
    let refused = ada.ask("limited", "2", &production()).await;
    assert!(refused.headers().get("retry-after").is_none(), "nobody knows when a run ends");
    let problem = told(refused, StatusCode::TOO_MANY_REQUESTS).await;
    assert_eq!(problem["type"], "urn:drawbridge:problem:limit-exceeded");
    assert_eq!(
        problem["detail"],
        "At most one run per cluster at a time, and one is under way for orders; request it again when it has \
         ended."
    );
    let url = format!("{}/runs/{run}", world.base);
    assert_eq!(problem["runs"], json!([{"id": run, "url": url, "requester": "Ada", "status": "STARTING"}]));
    assert_eq!(problem.get("limits"), None, "the page is not for Ada");
    told(ada.ask("limited", "1", &production()).await, StatusCode::OK).await;

    let problem = told(bob.ask("limited", "3", &production()).await, StatusCode::TOO_MANY_REQUESTS).await;
    assert_eq!(problem["limits"], format!("{}/workflows/limited/limits", world.base), "it is for an owner");
    let mut other = staging();
    other["cluster"] = json!("returns");
    bob.run("limited", "4", &other).await;
    other["cluster"] = json!("ledger");
    let full = bob.ask("limited", "5", &other).await;
    let wait: u64 = full.headers()["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=86_400).contains(&wait), "{wait}");
    let problem = told(full, StatusCode::TOO_MANY_REQUESTS).await;
    let says = problem["detail"].as_str().expect("a sentence");
    assert!(says.starts_with("At most 2 runs in 1 day, and as many were requested since"), "{says}");
    ada.run("resize", "6", &production()).await;
}

#[tokio::test]
async fn pages_say_what_is_in_the_way_before_and_after() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let form = [("/cluster", "orders"), ("/environment", "production"), ("/size", "4")];
    let preview = async || {
        let answer = ada.post_form("/workflows/limited/preview", &form).await;
        answer.text().await.expect("a page")
    };
    let free = preview().await;
    assert!(!free.contains("A limit of this workflow is reached"), "{free}");
    let run = ada.run("limited", "1", &production()).await;
    let shown = preview().await;
    assert!(
        shown.contains("At most one run per cluster at a time, and one is under way for orders"),
        "{shown}"
    );
    assert!(shown.contains(&format!("href=\"/runs/{run}\"")) && shown.contains(">Confirm<"), "{shown}");

    let hidden = |name: &str| {
        let rest = shown.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a hidden field");
        rest.split('"').next().expect("its value").to_owned()
    };
    let (key, digest) = (hidden("idempotency_key"), hidden("workflow_digest"));
    let mut confirmed = form.to_vec();
    confirmed.extend([("idempotency_key", key.as_str()), ("workflow_digest", digest.as_str())]);
    let refused = ada.post_form("/workflows/limited/runs", &confirmed).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let page = refused.text().await.expect("a page");
    assert!(
        page.contains("under way for orders") && page.contains(&format!("href=\"/runs/{run}\"")),
        "{page}"
    );
    assert!(page.contains("/workflows/limited/form?"), "the way back has the values: {page}");
}

#[tokio::test]
async fn the_page_is_for_the_owner_team() {
    let world = World::start().await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let run = ada.run("limited", "1", &production()).await;
    let page = bob.page("/workflows/limited/limits").await;
    for part in [
        "At most 2 runs in 1 day.",
        "At most one run per cluster at a time.",
        "1 of 1",
        "Applications",
        "Let through",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(page.contains(&format!("href=\"/runs/{run}\"")), "{page}");
    let link = "href=\"/workflows/limited/limits\"";
    let list = "/runs?workflow=limited&scope=workflow";
    assert!(bob.page(list).await.contains(link), "from the workflow's runs");
    assert!(!ada.page(list).await.contains(link), "but not for others");
    for path in ["/workflows/limited/limits", "/workflows/none/limits"] {
        assert_eq!(ada.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    told(world.visitor().get("/api/workflows/limited/limits").await, StatusCode::UNAUTHORIZED).await;
    let unlimited = bob.page("/workflows/resize/limits").await;
    assert!(unlimited.contains("as many runs as are requested"), "{unlimited}");
}
