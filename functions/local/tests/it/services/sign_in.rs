//! "Sign in with Slack".

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use reqwest::{Client, Response, redirect};
use serde_json::{Value, json};

use super::harness::{CLIENT_ID, CLIENT_SECRET, Local, ana};

pub(crate) fn query(local: &Local) -> Vec<(&'static str, String)> {
    vec![
        ("response_type", "code".to_owned()),
        ("scope", "openid profile email".to_owned()),
        ("client_id", CLIENT_ID.to_owned()),
        ("state", "a state".to_owned()),
        ("nonce", "a nonce".to_owned()),
        ("redirect_uri", format!("{}/slack/linked", local.portal.url)),
    ]
}

/// Picks somebody; where the browser is sent.
async fn pick(local: &Local, mut form: Vec<(&'static str, String)>, member: Option<&str>) -> Response {
    form.extend(member.map(|member| ("member", member.to_owned())));
    let browser = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
    let request = browser.post(format!("{}/openid/connect/authorize", local.url)).form(&form);
    request.send().await.expect("sent")
}

fn target(answer: &Response) -> Vec<(String, String)> {
    let location = answer.headers()["location"].to_str().expect("text");
    let url = reqwest::Url::parse(location).expect("an address");
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

async fn method(local: &Local, name: &str, form: &[(&str, &str)]) -> Value {
    let request = local.http.post(format!("{}/api/{name}", local.url)).form(form);
    request.send().await.expect("sent").json().await.expect("JSON")
}

#[tokio::test]
async fn a_member_is_linked() {
    let local = Local::start().await;
    let address = format!("{}/openid/connect/authorize", local.url);
    let address = reqwest::Url::parse_with_params(&address, query(&local)).expect("an address");
    let page = local.http.get(address).send().await.expect("sent").text().await.expect("text");
    assert!(page.contains("Ana Lima") && page.contains("stranger@elsewhere.example"), "{page}");

    let back = target(&pick(&local, query(&local), Some(&ana().id)).await);
    assert_eq!(back[1], ("state".to_owned(), "a state".to_owned()));
    let redirect_uri = format!("{}/slack/linked", local.portal.url);
    let mut form = [
        ("client_id", CLIENT_ID),
        ("client_secret", "guessed"),
        ("code", back[0].1.as_str()),
        ("redirect_uri", redirect_uri.as_str()),
    ];
    assert_eq!(method(&local, "openid.connect.token", &form).await["error"], "bad_client_secret");
    form[1].1 = CLIENT_SECRET;
    let tokens = method(&local, "openid.connect.token", &form).await;
    assert_eq!((&tokens["ok"], &tokens["token_type"]), (&json!(true), &json!("Bearer")), "{tokens}");
    assert_eq!(method(&local, "openid.connect.token", &form).await["error"], "code_already_used");

    let claims = verified(&local, tokens["id_token"].as_str().expect("a token")).await;
    assert_eq!((&claims["iss"], &claims["nonce"]), (&json!(local.url), &json!("a nonce")));
    assert_eq!(
        (&claims["sub"], &claims["https://slack.com/team_id"]),
        (&json!(ana().id), &json!("T0DRAWBRIDGE"))
    );

    let access = tokens["access_token"].as_str().expect("a token");
    let info = local.http.get(format!("{}/api/openid.connect.userInfo", local.url)).bearer_auth(access);
    let info: Value = info.send().await.expect("sent").json().await.expect("JSON");
    assert_eq!(
        (&info["ok"], &info["email"], &info["name"]),
        (&json!(true), &json!("ana@example.com"), &json!("Ana Lima"))
    );
    assert_eq!(info["https://slack.com/user_id"], json!(ana().id));
    assert_eq!(
        method(&local, "openid.connect.userInfo", &[("token", "guessed")]).await["error"],
        "invalid_auth"
    );
}

/// The claims of a token that the published key signed.
async fn verified(local: &Local, token: &str) -> Value {
    let keys: Value = serde_json::from_str(&local.get("/openid/connect/keys").await).expect("JSON");
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64");
    let key = decode(keys["keys"][0]["x"].as_str().expect("a key"));
    let key = VerifyingKey::from_bytes(&key.try_into().expect("32 bytes")).expect("a key");
    let (signed, signature) = token.rsplit_once('.').expect("a signature");
    let signature = Signature::from_slice(&decode(signature)).expect("64 bytes");
    key.verify_strict(signed.as_bytes(), &signature).expect("signed");
    serde_json::from_slice(&decode(signed.split_once('.').expect("a header").1)).expect("JSON")
}

#[tokio::test]
async fn only_the_portal_gets_an_answer() {
    let local = Local::start().await;
    let changed = |name: &str, value: &str| {
        let mut query = query(&local);
        query.iter_mut().find(|(known, _)| *known == name).expect("known").1 = value.to_owned();
        query
    };
    for (name, value) in [
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", &format!("{}@evil.example/", local.portal.url)),
        ("client_id", "other"),
        ("response_type", "token"),
        ("scope", "profile"),
    ] {
        let answer = pick(&local, changed(name, value), Some(&ana().id)).await;
        assert_eq!(answer.status().as_u16(), 400, "{name}={value}");
    }
    let said_no = target(&pick(&local, query(&local), None).await);
    assert_eq!(said_no[0], ("error".to_owned(), "access_denied".to_owned()));
}
