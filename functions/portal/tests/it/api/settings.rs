//! How somebody is told and who decides for them, on the page and as JSON.

use jiff::SignedDuration;
use portal::domain::Status;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::world::{Visitor, World, production, told};

async fn put(visitor: &Visitor, path: &str, body: &Value) -> Response {
    let request = visitor.request(Method::PUT, path).header("sec-fetch-site", "same-origin");
    request.json(body).send().await.expect("an answer")
}

#[tokio::test]
async fn preferences_are_chosen_as_json() {
    let world = World::start().await;
    let (bob, path) = (world.person("bob").await, "/api/me/preferences");
    assert_eq!(bob.json(path).await, json!({"medium": "both", "digest": "immediately"}));
    let daily = json!({"medium": "email", "digest": "daily", "hour": 7});
    assert_eq!(told(put(&bob, path, &daily).await, StatusCode::OK).await, daily);
    assert_eq!(bob.json(path).await, daily);
    assert_eq!(world.person("olga").await.json(path).await["medium"], "both", "everybody has their own");
    let check = async |body: Value, pointers: &[&str]| {
        let problem = told(put(&bob, path, &body).await, StatusCode::BAD_REQUEST).await;
        let errors = problem["errors"].as_array().into_iter().flatten();
        let found: Vec<_> = errors.map(|error| error["pointer"].clone()).collect();
        assert_eq!(found, pointers, "{problem:#}");
    };
    check(json!({}), &["/medium", "/digest"]).await;
    check(json!({"medium": "fax", "digest": "weekly"}), &["/medium", "/digest"]).await;
    check(json!({"medium": "both", "digest": "daily"}), &["/hour"]).await;
    check(json!({"medium": "both", "digest": "daily", "hour": 24}), &["/hour"]).await;
    check(json!({"medium": "both", "digest": "daily", "hour": 7.5}), &["/hour", "/hour"]).await;
    check(json!({"medium": "both", "digest": "immediately", "person": "olga"}), &["/person"]).await;
    assert_eq!(bob.json(path).await, daily, "nothing of it was kept");
}

#[tokio::test]
async fn the_page_keeps_what_was_chosen_and_says_what_is_wrong() {
    let world = World::start().await;
    let bob = world.person("bob").await;
    let page = bob.page("/settings").await;
    assert!(page.contains("value=\"both\" checked") && page.contains("value=\"immediately\" checked"));
    let saved = bob
        .post_form("/settings/preferences", &[("medium", "slack"), ("digest", "daily"), ("hour", "17")])
        .await;
    assert_eq!(saved.status(), StatusCode::SEE_OTHER);
    let page = bob.page(saved.headers()["location"].to_str().expect("text")).await;
    for part in ["Saved", "value=\"slack\" checked", "value=\"daily\" checked", "value=\"17\" selected"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let wrong = bob.post_form("/settings/preferences", &[("medium", "slack"), ("digest", "daily")]).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    assert!(wrong.text().await.expect("text").contains("needs an hour"));
    let name = bob.page("/runs").await;
    assert!(name.contains("href=\"/settings\""), "every page leads there");
}

#[tokio::test]
async fn f22_no_other_site_changes_settings() {
    let world = World::start().await;
    let bob = world.person("bob").await;
    for (method, path) in [
        (Method::POST, "/settings/preferences"),
        (Method::POST, "/settings/deputy"),
        (Method::PUT, "/api/me/preferences"),
        (Method::PUT, "/api/me/deputy"),
        (Method::DELETE, "/api/me/deputy"),
    ] {
        let request = bob.request(method.clone(), path).header("sec-fetch-site", "cross-site");
        let answer = request.form(&[("medium", "slack")]).send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path}");
        let nobody = world.visitor().request(method.clone(), path).header("sec-fetch-site", "same-origin");
        let answer = nobody.json(&json!({})).send().await.expect("an answer");
        let refused = [StatusCode::UNAUTHORIZED, StatusCode::UNSUPPORTED_MEDIA_TYPE];
        assert!(refused.contains(&answer.status()), "{method} {path}: {}", answer.status());
    }
    assert_eq!(bob.get("/settings").await.headers()["x-frame-options"], "DENY");
    assert_eq!(world.visitor().get("/settings").await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_deputy_decides_for_a_time_and_is_told_by_mail() {
    let world = World::start().await;
    let (bob, eve) = (world.person("bob").await, world.person("eve").await);
    let until = world.portal.now() + SignedDuration::from_hours(48);
    let named = put(&bob, "/api/me/deputy", &json!({"deputy": "eve", "until": until})).await;
    let arranged = told(named, StatusCode::OK).await;
    assert_eq!(arranged["deputy"]["person"], json!({"id": "eve", "name": "Eve"}));
    assert_eq!(eve.json("/api/me/deputy").await["stands_in_for"][0]["person"]["name"], "Bob");
    let mail = world.ses.to("eve").pop().expect("Eve is told");
    assert!(mail.text.contains("Bob named you as deputy"), "{}", mail.text);
    let page = eve.page("/settings").await;
    assert!(page.contains("<b>Bob</b>, until"), "{page}");
    assert!(bob.page("/settings").await.contains("<b>Eve</b> may decide what you may decide"));

    let run = world.person("ada").await.run("resize", "deputy", &production()).await;
    world.step("next-gate", &run).await;
    assert_eq!(world.ses.to("eve").len(), 2, "the deputy is asked as well");
    let digest = world.run(&run).await.digest;
    let decisions = format!("/api/runs/{run}/approvals/owner/decisions");
    told(eve.post(&decisions, &json!({"decision": "approve", "digest": digest})).await, StatusCode::OK).await;
    assert_eq!(world.run(&run).await.status, Status::Approved);
    let vote = &bob.json(&format!("/api/runs/{run}")).await["approvals"][0]["votes"][0];
    assert_eq!((&vote["person"]["id"], &vote["on_behalf_of"]["id"]), (&json!("eve"), &json!("bob")));

    let ended = bob.post_form("/settings/deputy", &[("action", "end")]).await;
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
    assert_eq!(bob.json("/api/me/deputy").await, json!({"stands_in_for": []}));
    let run = world.person("ada").await.run("resize", "without", &production()).await;
    world.step("next-gate", &run).await;
    let digest = world.run(&run).await.digest;
    let decisions = format!("/api/runs/{run}/approvals/owner/decisions");
    let refused = eve.post(&decisions, &json!({"decision": "approve", "digest": digest})).await;
    told(refused, StatusCode::FORBIDDEN).await;
}

#[tokio::test]
async fn who_can_be_a_deputy_and_for_how_long() {
    let world = World::start().await;
    let (bob, now) = (world.person("bob").await, world.portal.now());
    let hours = |hours| json!(now + SignedDuration::from_hours(hours));
    let check = async |body: Value, pointer: &str, says: &str| {
        let problem = told(put(&bob, "/api/me/deputy", &body).await, StatusCode::BAD_REQUEST).await;
        let error = &problem["errors"][0];
        assert_eq!(error["pointer"], pointer, "{problem:#}");
        assert!(error["message"].as_str().is_some_and(|text| text.contains(says)), "{problem:#}");
    };
    check(json!({"deputy": "bob", "until": hours(1)}), "/deputy", "their own deputy").await;
    check(json!({"deputy": "mallory", "until": hours(1)}), "/deputy", "nobody of this name").await;
    check(json!({"deputy": "eve", "until": hours(-1)}), "/until", "passed already").await;
    check(json!({"deputy": "eve", "until": hours(24 * 90 + 1)}), "/until", "90 days").await;
    check(json!({"deputy": "eve", "from": hours(2), "until": hours(1)}), "/until", "before the beginning")
        .await;
    check(json!({"deputy": "eve", "until": "tomorrow"}), "/until", "a moment such as").await;
    check(json!({"until": hours(1)}), "/deputy", "missing").await;
    assert_eq!(bob.json("/api/me/deputy").await, json!({"stands_in_for": []}));
    told(put(&bob, "/api/me/deputy", &json!({"deputy": "eve", "until": hours(1)})).await, StatusCode::OK)
        .await;
    told(put(&bob, "/api/me/deputy", &json!({"deputy": "olga", "until": hours(1)})).await, StatusCode::OK)
        .await;
    let eve = world.person("eve").await.json("/api/me/deputy").await;
    assert_eq!(eve["stands_in_for"], json!([]), "one at a time");
}

#[tokio::test]
async fn the_page_names_a_deputy_and_keeps_what_was_typed() {
    let world = World::start().await;
    let bob = world.person("bob").await;
    let page = bob.page("/settings").await;
    assert!(page.contains(">Eve</option>") && !page.contains(">Bob</option>"), "everybody else");
    let until = (world.portal.now() + SignedDuration::from_hours(24)).strftime("%Y-%m-%dT%H:%M").to_string();
    let pairs = [("action", "name"), ("deputy", "eve"), ("from", "soon"), ("until", until.as_str())];
    let wrong = bob.post_form("/settings/deputy", &pairs).await;
    assert_eq!(wrong.status(), StatusCode::BAD_REQUEST);
    let page = wrong.text().await.expect("text");
    assert!(page.contains("Give a date and a time") && page.contains(&until), "{page}");
    assert!(page.contains("<option value=\"eve\" selected>"), "{page}");
    let pairs = [("action", "name"), ("deputy", "eve"), ("from", ""), ("until", until.as_str())];
    assert_eq!(bob.post_form("/settings/deputy", &pairs).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(bob.json("/api/me/deputy").await["deputy"]["person"]["id"], "eve");
}
