//! The portal against a certified provider, over real HTTP: signing in and out, keys that change, access tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::SigningKey;
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use portal::config::SiteKey;
use reqwest::{Client, Response, StatusCode, Url};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::world::{World, staging, told};
use crate::support::oidc_provider::{Browser, OidcProvider, SECRET, value_after};

/// Where the provider sends the code of a script.
const TAKEN: &str = "http://127.0.0.1/taken";
const VERIFIER: &str = "a-verifier-that-is-longer-than-the-forty-three-characters-it-needs";

/// A portal whose client has that secret, and the provider that it was registered with.
async fn with_secret(secret: &str) -> (World, OidcProvider) {
    let mut provider = None;
    let world = World::start_with(async |config, _, _| {
        let started = OidcProvider::start(&config.url);
        config.issuer.clone_from(&started.url);
        config.client_secret = Some(secret.to_owned());
        let private_key = SigningKey::from_slice(&[7; 32]).expect("a key").to_pkcs8_pem(LineEnding::LF);
        let private_key = private_key.expect("PEM").to_string();
        config.site_key = Some(SiteKey { key_pair_id: "K2JCJMDEHXQW5F".to_owned(), private_key });
        provider = Some(started);
    });
    let world = world.await;
    (world, provider.expect("started"))
}

async fn session(world: &World, browser: &Browser) -> Value {
    let url = Url::parse(&format!("{}/api/session", world.base)).expect("an address");
    browser.open(&url).await.json().await.expect("JSON")
}

/// Signs in as somebody does; which forms of the provider they saw.
async fn sign_in(world: &World, browser: &Browser, path: &str) -> Vec<String> {
    let runs = format!("{}/runs", world.base);
    let (_, stopped, forms) = browser.walk(&format!("{}{path}return_to=/runs", world.base), &runs).await;
    if let Some(stopped) = stopped {
        panic!("{}: {}", stopped.status(), stopped.text().await.unwrap_or_default());
    }
    forms
}

#[tokio::test]
async fn people_sign_in_with_what_the_provider_says_of_them() {
    let (world, _provider) = with_secret(SECRET).await;
    let ada = Browser::of("ada");
    assert_eq!(sign_in(&world, &ada, "/sign-in?").await, ["login", "consent"]);
    let told = session(&world, &ada).await;
    let person =
        json!({"id": "ada", "name": "Ada Lovelace", "email": "ada@example.org", "groups": ["owners"]});
    assert_eq!(told["person"], person, "groups of the catalog alone");
    assert_eq!(sign_in(&world, &ada, "/sign-in?").await, [""; 0], "the provider knows her still");
    assert_eq!(sign_in(&world, &ada, "/sign-in?again=1&").await, ["login"], "and asks when it has to");

    let zoe = Browser::of("zoe");
    sign_in(&world, &zoe, "/sign-in?").await;
    let told = session(&world, &zoe).await;
    assert_eq!(
        (&told["person"]["id"], &told["person"]["groups"]),
        (&json!("zoe"), &json!([])),
        "listed nowhere"
    );
}

#[tokio::test]
async fn a_site_that_is_not_public_is_read_from_sign_in_to_sign_out() {
    let (world, _provider) = with_secret(SECRET).await;
    let ada = Browser::of("ada");
    sign_in(&world, &ada, "/sign-in?").await;
    assert_eq!(ada.given("CloudFront-Policy"), None, "everybody reads a site that is public");
    hide_site(&world);
    sign_in(&world, &ada, "/sign-in?").await;
    for name in ["Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"] {
        let cookie = ada.given(&format!("CloudFront-{name}")).expect(name);
        assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200"), "{cookie}");
    }
    assert!(ada.given("CloudFront-Key-Pair-Id").expect("set").starts_with("K2JCJMDEHXQW5F;"));
    ada.post(&format!("{}/sign-out", world.base), &[]).await;
    for name in ["Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"] {
        let cookie = ada.given(&format!("CloudFront-{name}")).expect(name);
        assert!(cookie.starts_with("; ") && cookie.contains("Max-Age=0"), "{cookie}");
    }
}

#[tokio::test]
async fn f12_keys_that_change_between_two_sign_ins_are_found() {
    let (world, mut provider) = with_secret(SECRET).await;
    sign_in(&world, &Browser::of("ada"), "/sign-in?").await;
    provider.rotate();
    let bob = Browser::of("bob");
    sign_in(&world, &bob, "/sign-in?").await;
    assert_eq!(session(&world, &bob).await["person"]["id"], "bob");
}

#[tokio::test]
async fn a_client_that_does_not_know_its_secret_signs_nobody_in() {
    let (world, _provider) = with_secret("a wrong one").await;
    let ada = Browser::of("ada");
    let end = format!("{}/runs", world.base);
    let (url, stopped, _) = ada.walk(&format!("{}/sign-in?return_to=/runs", world.base), &end).await;
    assert_eq!(url.path(), "/sign-in/callback");
    assert_eq!(stopped.expect("an answer").status(), StatusCode::UNAUTHORIZED);
    assert_eq!(session(&world, &ada).await["signed_in"], false);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_the_provider_too() {
    let (world, provider) = with_secret(SECRET).await;
    let ada = Browser::of("ada");
    sign_in(&world, &ada, "/sign-in?").await;
    let page = ada.post(&format!("{}/sign-out", world.base), &[]).await;
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.expect("a page");
    assert!(page.contains("You are signed out"), "{page}");
    assert_eq!(session(&world, &ada).await["signed_in"], false, "here at once");

    let leads_to = Url::parse(&value_after(&page, "class=\"button primary\" href=\"")).expect("an address");
    assert!(leads_to.as_str().starts_with(&provider.url) && leads_to.as_str().contains("id_token_hint=ey"));
    let asked = ada.open(&leads_to).await.text().await.expect("a page");
    let confirm = value_after(&asked, "action=\"");
    let xsrf = value_after(&asked, "name=\"xsrf\" value=\"");
    let home = ada.post(&confirm, &[("xsrf", &xsrf), ("logout", "yes")]).await;
    assert_eq!(home.headers()["location"], format!("{}/", world.base), "and back");
    let forms = sign_in(&world, &ada, "/sign-in?").await;
    assert_eq!(forms.first().map(String::as_str), Some("login"), "the provider has forgotten her");
}

#[tokio::test]
async fn f12_f13_f17_scripts_use_the_providers_access_tokens_and_nothing_else() {
    let (world, provider) = with_secret(SECRET).await;
    let ada = Browser::of("ada");
    sign_in(&world, &ada, "/sign-in?").await;
    let tokens = tokens(&provider, &ada, &world.base, "openid drawbridge/read drawbridge/run").await;
    let token = |name: &str| tokens[name].as_str().expect("a token").to_owned();
    let body = json!({"parameters": staging()});
    let asked = asks(&world, &token("access_token"), "/api/workflows/resize/runs", Some(&body)).await;
    let run = told(asked, StatusCode::CREATED).await["run_id"].as_str().expect("an id").to_owned();
    assert_eq!(world.run(&run).await.requester.id, "ada");
    let beyond = json!({"decision": "approve", "digest": "x"});
    let path = format!("/api/runs/{run}/approvals/owner/decisions");
    let refused = asks(&world, &token("access_token"), &path, Some(&beyond)).await;
    let problem = told(refused, StatusCode::FORBIDDEN).await;
    assert_eq!(problem["type"], "urn:drawbridge:problem:insufficient-scope");

    let refused = async |token: &str, why: &str| {
        let problem = told(asks(&world, token, "/api/runs", None).await, StatusCode::UNAUTHORIZED).await;
        assert!(problem["detail"].as_str().expect("text").contains(why), "{problem}, not {why}");
    };
    refused(&token("id_token"), "ID token").await;
    let elsewhere = self::tokens(&provider, &ada, "https://other.example", "openid drawbridge/read").await;
    refused(elsewhere["access_token"].as_str().expect("a token"), "not issued for this portal").await;
    refused(&machine(&provider, &world.base).await, "no person stands behind it").await;
}

/// Another build of the catalog says that it is not public.
fn hide_site(world: &World) {
    let file = world.portal.catalog.folder().join("index.json");
    let text = std::fs::read_to_string(&file).expect("the index");
    let mut index: Value = serde_json::from_str(&text).expect("JSON");
    index["portal"]["public"] = json!(false);
    std::fs::write(&file, index.to_string()).expect("written");
    world.portal.catalog.reload().expect("it is read again");
}

/// A request of a script.
async fn asks(world: &World, token: &str, path: &str, body: Option<&Value>) -> Response {
    let method = if body.is_some() { reqwest::Method::POST } else { reqwest::Method::GET };
    let request = world.visitor().request(method, path).header("authorization", format!("Bearer {token}"));
    let request = request.header("idempotency-key", "of-a-script");
    let request = if let Some(body) = body { request.json(body) } else { request };
    request.send().await.expect("an answer")
}

/// Tokens that a person lets their script have, for a resource (RFC 8707): code and PKCE, as command lines do.
async fn tokens(provider: &OidcProvider, person: &Browser, resource: &str, scope: &str) -> Value {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let asked = [
        ("client_id", "scripts"),
        ("response_type", "code"),
        ("redirect_uri", TAKEN),
        ("scope", scope),
        ("resource", resource),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let url = Url::parse_with_params(&format!("{}/auth", provider.url), asked).expect("an address");
    let (taken, stopped, _) = person.walk(url.as_str(), TAKEN).await;
    if let Some(stopped) = stopped {
        panic!("{}", stopped.text().await.unwrap_or_default());
    }
    let code = taken.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "scripts"),
        ("code", &code),
        ("redirect_uri", TAKEN),
        ("code_verifier", VERIFIER),
        ("resource", resource),
    ];
    told(exchange(provider, &form, None).await, StatusCode::OK).await
}

/// The token of a client that acts for itself.
async fn machine(provider: &OidcProvider, resource: &str) -> String {
    let form = [("grant_type", "client_credentials"), ("scope", "drawbridge/read"), ("resource", resource)];
    let answer = exchange(provider, &form, Some(("machine", "the secret of the machine"))).await;
    told(answer, StatusCode::OK).await["access_token"].as_str().expect("a token").to_owned()
}

async fn exchange(provider: &OidcProvider, form: &[(&str, &str)], client: Option<(&str, &str)>) -> Response {
    let request = Client::new().post(format!("{}/token", provider.url)).form(form);
    let encoded = |text: &str| text.replace(' ', "+");
    let request = match client {
        Some((id, secret)) => request.basic_auth(id, Some(encoded(secret))),
        None => request,
    };
    request.send().await.expect("an answer")
}
