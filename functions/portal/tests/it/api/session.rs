//! Sessions and the way to sign-in. Signing in with a provider is covered end to end in local mode.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::world::{World, told};

#[tokio::test]
async fn says_who_is_signed_in() {
    let world = World::start().await;
    assert_eq!(world.visitor().json("/api/session").await, json!({"signed_in": false}));
    let session = world.person("bob").await.json("/api/session").await;
    let person = json!({"id": "bob", "name": "Bob", "email": "bob@example.com", "groups": ["owners"]});
    assert_eq!(session, json!({"signed_in": true, "person": person}));
}

#[tokio::test]
async fn signing_out_ends_the_session_in_the_table() {
    let world = World::start().await;
    let ada = world.person("ada").await;
    let answer = ada.posting("/sign-out").send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let cookie = answer.headers()["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("drawbridge=; ") && cookie.contains("Max-Age=0"), "{cookie}");
    assert_eq!(ada.json("/api/session").await["signed_in"], false, "the old cookie opens nothing");
}

#[tokio::test]
async fn signing_out_everywhere_ends_all_that_began_before() {
    let world = World::start().await;
    let (laptop, telephone) = (world.person_since("ada", 30).await, world.person("ada").await);
    let bob = world.person("bob").await;
    assert_eq!(telephone.json("/api/session").await["signed_in"], true);
    let answer = laptop.post_form("/settings/sign-out", &[]).await;
    assert_eq!(
        (answer.status(), &answer.headers()["location"]),
        (StatusCode::SEE_OTHER, &"/".parse().expect("a value"))
    );
    let cookie = answer.headers()["set-cookie"].to_str().expect("text");
    assert!(cookie.starts_with("drawbridge=; ") && cookie.contains("Max-Age=0"), "{cookie}");
    for gone in [&laptop, &telephone] {
        assert_eq!(gone.json("/api/session").await["signed_in"], false);
    }
    assert_eq!(bob.json("/api/session").await["signed_in"], true, "others stay");
    world.set_clock(jiff::SignedDuration::from_secs(1));
    assert_eq!(
        world.person("ada").await.json("/api/session").await["signed_in"],
        true,
        "and one can come back"
    );
}

#[tokio::test]
async fn an_operator_ends_the_sessions_and_tokens_of_anybody() {
    let world = World::start().await;
    let (ada, bob) = (world.person("ada").await, world.person("bob").await);
    let now = world.portal.now().as_second();
    let token = world.issuer.token(&json!({
        "iss": world.issuer.url(), "aud": world.base, "sub": "ada", "client_id": "script", "iat": now - 5,
        "exp": now + 300, "scope": "drawbridge/read",
    }));
    let with_token = async || {
        let request = world.visitor().request(Method::GET, "/api/runs");
        request.header("authorization", format!("Bearer {token}")).send().await.expect("an answer").status()
    };
    assert_eq!(with_token().await, StatusCode::OK);
    told(ada.post("/api/people/bob/sign-out", &json!({})).await, StatusCode::FORBIDDEN).await;
    let refused = ada.post_form("/settings/sign-out", &[("person", "bob")]).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(!ada.page("/settings").await.contains("name=\"person\""), "no form for whom it is not");
    assert_eq!(bob.json("/api/session").await["signed_in"], true);

    world.set_clock(jiff::SignedDuration::from_secs(1));
    let done = bob.post("/api/people/ada/sign-out", &json!({})).await;
    assert_eq!(done.status(), StatusCode::NO_CONTENT);
    assert_eq!(ada.json("/api/session").await["signed_in"], false);
    assert_eq!(with_token().await, StatusCode::UNAUTHORIZED, "her tokens are void, too");
    told(bob.post("/api/people/nobody/sign-out", &json!({})).await, StatusCode::NOT_FOUND).await;
    assert!(bob.page("/settings").await.contains("name=\"person\""));
    let done = bob.post_form("/settings/sign-out", &[("person", "ada")]).await;
    assert_eq!(done.status(), StatusCode::SEE_OTHER);
    assert_eq!(bob.json("/api/session").await["signed_in"], true, "the operator stays");
}

#[tokio::test]
async fn json_answers_401_and_pages_lead_to_sign_in_and_back() {
    let world = World::start().await;
    let visitor = world.visitor();
    for path in ["/api/runs", "/api/approvals", "/api/runs/x", "/api/runs/x/steps"] {
        told(visitor.get(path).await, StatusCode::UNAUTHORIZED).await;
    }
    let answer = visitor.get("/runs?workflow=resize&scope=workflow").await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let target = "/sign-in?return_to=%2Fruns%3Fworkflow%3Dresize%26scope%3Dworkflow";
    assert_eq!(answer.headers()["location"], target);
}

#[tokio::test]
async fn sign_in_uses_pkce_state_and_nonce_and_ties_them_to_the_browser() {
    let world = World::start().await;
    let answer = world.visitor().get("/sign-in").await;
    assert_eq!(answer.status(), StatusCode::FOUND);
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    for part in
        ["response_type=code", "code_challenge_method=S256", "code_challenge=", "nonce=", "scope=openid"]
    {
        assert!(location.contains(part), "{part} in {location}");
    }
    let cookie = answer.headers()["set-cookie"].to_str().expect("text");
    let state = state_of(&location);
    assert!(cookie.starts_with("drawbridge-sign-in-") && cookie.contains(&state), "{cookie}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let elsewhere = world.visitor().get(&format!("/sign-in/callback?state={state}&code=x")).await;
    assert_eq!(elsewhere.status(), StatusCode::BAD_REQUEST, "another browser cannot end it");
    let kept = world.portal.store.take_sign_in(&state, world.portal.now()).await.expect("the table answers");
    assert!(kept.is_some(), "and has not used it up");
}

#[tokio::test]
async fn f10_return_to_leads_nowhere_else() {
    let world = World::start().await;
    let check = async |asked: &str, expected: &str| {
        let answer = world.visitor().get(&format!("/sign-in?return_to={asked}")).await;
        assert_eq!(answer.status(), StatusCode::FOUND, "{asked}");
        let state = state_of(answer.headers()["location"].to_str().expect("text"));
        let kept =
            world.portal.store.take_sign_in(&state, world.portal.now()).await.expect("the table answers");
        assert_eq!(kept.map(|begun| begun.return_to).as_deref(), Some(expected), "{asked}");
    };
    check("%2Fruns%2Fabc", "/runs/abc").await;
    check("//evil.example", "/").await;
    check("%2F%2Fevil.example", "/").await;
    check("https%3A%2F%2Fevil.example", "/").await;
    check("%2F%5Cevil.example", "/").await;
    check("%2F%09%2Fevil.example", "/").await;
    check("%2F%252Fevil.example", "/").await;
    check("javascript%3Aalert(1)", "/").await;
}

#[tokio::test]
async fn a_refusal_of_the_provider_is_told_without_its_words() {
    let world = World::start().await;
    let begun = world.visitor().get("/sign-in").await;
    let state = state_of(begun.headers()["location"].to_str().expect("text"));
    let cookie =
        begun.headers()["set-cookie"].to_str().expect("text").split(';').next().expect("a pair").to_owned();
    let path = format!("/sign-in/callback?state={state}&error=access_denied&error_description=%3Cscript%3E");
    let call_back = async || {
        let request = world.visitor().request(Method::GET, &path).header("cookie", &cookie);
        request.send().await.expect("an answer")
    };
    let answer = call_back().await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let page = answer.text().await.expect("text");
    assert!(
        page.contains("did not sign you in")
            && page.contains("href=\"/sign-in\"")
            && !page.contains("<script>")
    );
    assert_eq!(call_back().await.status(), StatusCode::BAD_REQUEST, "a sign-in is used once");
}

fn state_of(location: &str) -> String {
    let query = location.split_once('?').expect("a query").1;
    let pair = query.split('&').find_map(|pair| pair.strip_prefix("state="));
    pair.expect("a state").to_owned()
}
