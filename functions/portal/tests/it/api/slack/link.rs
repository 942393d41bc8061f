//! Linking a Slack user in the portal.

use reqwest::{Method, Response, StatusCode};

use super::Desk;
use crate::support::slack::TEAM;

/// A linking that was begun: what the browser holds.
struct Begun {
    state: String,
    nonce: String,
    cookie: String,
}

async fn begin(desk: &Desk, who: &str) -> Begun {
    let answer = desk.world.person(who).await.posting("/settings/slack").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    let refresh = answer.headers()["refresh"].to_str().expect("text").to_owned();
    let url = refresh.strip_prefix("0; url=").expect("leads on").to_owned();
    assert!(url.starts_with(&format!("{}/openid/connect/authorize?", desk.slack.url())), "{url}");
    let query = url.split_once('?').expect("a query").1;
    let value = |name: &str| {
        let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        pair.unwrap_or_else(|| panic!("{name} in {url}")).to_owned()
    };
    assert_eq!(
        (value("scope"), value("team"), value("response_type")),
        ("openid".into(), TEAM.into(), "code".into())
    );
    let cookie =
        answer.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    assert!(answer.text().await.expect("a page").contains("Go on to Slack"));
    Begun { state: value("state"), nonce: value("nonce"), cookie }
}

async fn come_back(desk: &Desk, who: &str, begun: &Begun, query: &str) -> Response {
    let visitor = desk.world.person(who).await;
    let cookies = format!("{}; {}", visitor.cookie(), begun.cookie);
    let path = format!("/settings/slack/callback?state={}&{query}", begun.state);
    let request = desk.world.visitor().request(Method::GET, &path).header("cookie", cookies);
    request.send().await.expect("an answer")
}

async fn user_of(desk: &Desk, person: &str) -> Option<String> {
    desk.world.portal.store.slack_link(person).await.expect("read").map(|link| link.user)
}

#[tokio::test]
async fn f27_a_person_links_and_unlinks_their_slack_user() {
    let desk = Desk::start().await;
    let ada = desk.world.person("ada").await;
    assert!(ada.page("/settings").await.contains("action=\"/settings/slack\""), "where a refusal leads");
    let begun = begin(&desk, "ada").await;
    desk.slack.sign_in(TEAM, "UADA", &begun.nonce);
    let answer = come_back(&desk, "ada", &begun, "code=x").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], "/settings");
    assert_eq!(user_of(&desk, "ada").await.as_deref(), Some("UADA"));
    let page = ada.page("/settings").await;
    assert!(page.contains("UADA") && page.contains("action=\"/settings/slack/unlink\""), "{page}");
    let again = come_back(&desk, "ada", &begun, "code=x").await;
    assert_eq!(again.status(), StatusCode::CONFLICT, "a linking is used once");
    let unlinked = desk.world.person("ada").await.posting("/settings/slack/unlink").send().await;
    assert_eq!(unlinked.expect("an answer").status(), StatusCode::SEE_OTHER);
    assert_eq!(user_of(&desk, "ada").await, None);
}

#[tokio::test]
async fn f28_nobody_links_what_is_not_theirs() {
    let desk = Desk::start().await;
    let refused = async |who: &str, begun: &Begun, query: &str, status: StatusCode| {
        assert_eq!(come_back(&desk, who, begun, query).await.status(), status);
        assert_eq!(user_of(&desk, "ada").await, None);
    };
    // Somebody else's Slack user.
    let begun = begin(&desk, "ada").await;
    desk.slack.sign_in(TEAM, "UBOB", &begun.nonce);
    refused("ada", &begun, "code=x", StatusCode::CONFLICT).await;
    // Another workspace.
    let begun = begin(&desk, "ada").await;
    desk.slack.sign_in("TOTHER", "UADA", &begun.nonce);
    refused("ada", &begun, "code=x", StatusCode::FORBIDDEN).await;
    // The answer to another sign-in.
    let begun = begin(&desk, "ada").await;
    desk.slack.sign_in(TEAM, "UADA", "another nonce");
    refused("ada", &begun, "code=x", StatusCode::FORBIDDEN).await;
    // A way back that was sent to somebody else, in their browser or with the cookie as well.
    let begun = begin(&desk, "ada").await;
    desk.slack.sign_in(TEAM, "UEVE", &begun.nonce);
    let elsewhere = Begun { cookie: "other=1".to_owned(), ..begin(&desk, "ada").await };
    refused("ada", &elsewhere, "code=x", StatusCode::BAD_REQUEST).await;
    refused("eve", &begun, "code=x", StatusCode::CONFLICT).await;
    assert_eq!(user_of(&desk, "eve").await, None);
    // Whoever changes their mind at Slack.
    let begun = begin(&desk, "ada").await;
    refused("ada", &begun, "error=access_denied", StatusCode::FORBIDDEN).await;
}

#[tokio::test]
async fn linking_needs_a_session_and_a_page_of_the_portal() {
    let desk = Desk::start().await;
    let nobody = desk.world.visitor().posting("/settings/slack").send().await.expect("an answer");
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    let ada = desk.world.person("ada").await;
    let foreign = ada.request(Method::POST, "/settings/slack").header("sec-fetch-site", "cross-site").send();
    assert_eq!(foreign.await.expect("an answer").status(), StatusCode::FORBIDDEN);
    let plain = super::World::start().await;
    let without = plain.person("ada").await.posting("/settings/slack").send().await.expect("an answer");
    assert_eq!(without.status(), StatusCode::NOT_FOUND);
}
