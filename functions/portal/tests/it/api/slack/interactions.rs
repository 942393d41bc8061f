//! Who is let in, and what a click shows.

use jiff::Timestamp;
use portal::domain::Status;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::super::world::told;
use super::{Desk, form, pressed, seconds, signature, someone, submitted};
use crate::support::slack::TEAM;

#[tokio::test]
async fn f24_only_what_slack_signed_just_now_is_read() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("ada", "signed").await;
    let body = form(&pressed(&someone("UBOB"), "approve", &value, ""));
    let now = Timestamp::now();
    let refused = async |body: &str, at: Timestamp, tag: &str| {
        let problem = told(desk.send_signed(body, at, tag).await, StatusCode::UNAUTHORIZED).await;
        assert_eq!(problem["type"], "urn:drawbridge:problem:sign-in-required");
    };
    refused(&body, now, "v0=00").await;
    refused(&body, now, "").await;
    refused(&body, now, &signature("another body", now)).await;
    // The same payload, written otherwise.
    refused(&body.replace("%22", "\""), now, &signature(&body, now)).await;
    // To the second in the test of the signature; here a slow machine must not matter.
    for apart in [-301, 330, -600, 600] {
        let at = now + seconds(apart);
        refused(&body, at, &signature(&body, at)).await;
    }
    // A signature does not lend itself to another moment.
    refused(&body, now + seconds(10), &signature(&body, now)).await;
    assert!(desk.slack.calls("views.open").is_empty());
    for apart in [-250, 250] {
        let at = now + seconds(apart);
        assert_eq!(desk.send_signed(&body, at, &signature(&body, at)).await.status(), StatusCode::OK);
    }
    assert_eq!(desk.slack.calls("views.open").len(), 2);
    assert_eq!(desk.world.run(&run).await.status, Status::Waiting);
}

#[tokio::test]
async fn what_is_too_large_or_makes_no_sense_is_refused() {
    let desk = Desk::start().await;
    let large = "x".repeat(64 * 1024 + 1);
    told(desk.send(&large).await, StatusCode::PAYLOAD_TOO_LARGE).await;
    told(desk.send("payload=%7B").await, StatusCode::BAD_REQUEST).await;
    told(desk.send("nothing=here").await, StatusCode::BAD_REQUEST).await;
    assert_eq!(desk.send(&form(&json!({"type": "shortcut"}))).await.status(), StatusCode::OK);
    let strange = form(&submitted(&someone("UBOB"), "not ours", "x"));
    assert_eq!(told(desk.send(&strange).await, StatusCode::OK).await["response_action"], "errors");
}

#[tokio::test]
async fn a_portal_without_an_app_takes_nothing() {
    let world = super::World::start().await;
    let request = world.visitor().request(reqwest::Method::POST, "/slack/interactions");
    let answer = request.form(&[("payload", "{}")]).send().await.expect("an answer");
    told(answer, StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn a_click_shows_exactly_what_will_run() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("ada", "shown").await;
    assert_eq!(desk.press(&someone("UBOB"), "reject", &value).await.status(), StatusCode::OK);
    let opened = desk.slack.calls("views.open");
    assert_eq!(opened[0]["trigger_id"], "1.2.trigger");
    let view = opened[0]["view"].to_string();
    let digest = desk.world.run(&run).await.digest;
    for part in ["Resize a cluster", "Ada", "222222222222", "• *Size*: `4`  (default `2`)", "orders", &digest]
    {
        assert!(view.contains(part), "{part} in {view}");
    }
    let input = opened[0]["view"]["blocks"].as_array().expect("blocks").iter();
    let input = input.filter(|block| block["type"] == "input").collect::<Vec<_>>();
    assert_eq!((input.len(), &input[0]["optional"]), (1, &json!(false)), "a rejection needs a reason");
    // The link to the portal is a button too, and opens nothing.
    assert_eq!(desk.press(&someone("UBOB"), "open", "").await.status(), StatusCode::OK);
    assert_eq!(desk.slack.calls("views.open").len(), 1);
}

#[tokio::test]
async fn f27_who_is_not_linked_or_of_another_workspace_is_told_how_to_link() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("ada", "unlinked").await;
    let check = async |who: Value, says: &str| {
        let before = desk.slack.calls("response_url").len();
        assert_eq!(desk.press(&who, "approve", &value).await.status(), StatusCode::OK);
        let whispers = desk.slack.calls("response_url");
        assert_eq!(whispers.len(), before + 1, "{whispers:#?}");
        let last = whispers.last().expect("a refusal");
        assert!(last["text"].as_str().is_some_and(|text| text.contains(says)), "{last}");
        assert_eq!((&last["response_type"], &last["replace_original"]), (&json!("ephemeral"), &json!(false)));
        let digest = desk.world.run(&run).await.digest;
        let about = json!({"run": run, "gate": "owner", "digest": digest, "title": "x"});
        let metadata = json!({"about": about, "decision": "approve"}).to_string();
        let answer = told(desk.send(&form(&submitted(&who, &metadata, "x"))).await, StatusCode::OK).await;
        assert!(answer["errors"]["reason"].as_str().is_some_and(|text| text.contains(says)), "{answer}");
    };
    check(someone("USTRANGER"), &format!("link it at {}/settings", desk.world.base)).await;
    check(json!({"id": "UBOB", "team_id": "TOTHER"}), "does not belong to your Slack workspace").await;
    assert!(desk.slack.calls("views.open").is_empty());
    assert_eq!(desk.world.run(&run).await.status, Status::Waiting);
}

#[tokio::test]
async fn f28_names_and_addresses_prove_nothing() {
    let desk = Desk::start().await;
    let (run, value) = desk.waiting("ada", "imitated").await;
    let imitator = json!({
        "id": "UEVE", "username": "bob", "name": "Bob", "real_name": "Bob", "team_id": TEAM,
        "profile": {"display_name": "Bob", "email": "bob@example.com"}, "email": "bob@example.com",
    });
    assert_eq!(desk.press(&imitator, "approve", &value).await.status(), StatusCode::OK);
    assert!(desk.slack.calls("views.open").is_empty());
    // Eve is known and linked, and still nobody who may decide.
    desk.link("eve", "UEVE").await;
    assert_eq!(desk.press(&imitator, "approve", &value).await.status(), StatusCode::OK);
    assert!(desk.slack.calls("views.open").is_empty());
    let whispers = desk.slack.calls("response_url");
    assert_eq!(whispers[1]["text"], "You are not among those who may decide here.");
    assert_eq!(desk.world.run(&run).await.status, Status::Waiting);
}

#[tokio::test]
async fn f29_a_response_url_that_is_not_slacks_is_never_called() {
    let desk = Desk::start().await;
    let other = crate::support::slack::Slack::start().await;
    let (_, value) = desk.waiting("ada", "elsewhere").await;
    let host = desk.slack.url();
    let evil = other.url();
    let beside = format!("{}@{}", host, evil.trim_start_matches("http://"));
    for url in
        [format!("{evil}/actions/1"), format!("{beside}/actions/1"), String::new(), "not a url".to_owned()]
    {
        let body = form(&pressed(&someone("USTRANGER"), "approve", &value, &url));
        assert_eq!(desk.send(&body).await.status(), StatusCode::OK, "{url}");
    }
    assert!(other.calls("response_url").is_empty());
    // Whoever clicked is told through the API instead.
    let whispers = desk.slack.calls("chat.postEphemeral");
    assert_eq!(whispers.len(), 4);
    assert_eq!((&whispers[0]["user"], &whispers[0]["channel"]), (&json!("USTRANGER"), &json!("CTEAM")));
}
