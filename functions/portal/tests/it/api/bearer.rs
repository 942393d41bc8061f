//! Access tokens of scripts: which are believed, what they allow, and what refusing them costs.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use portal::api::ACTIONS_PER_MINUTE;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

use super::world::{World, production, staging, told};
use crate::support::issuer::unsigned;

const ALL: &str = "openid drawbridge/read drawbridge/run drawbridge/decide drawbridge/operate";

/// What an access token of Ada's says, and more or otherwise.
fn claims(world: &World, more: &Value) -> Value {
    let now = world.portal.now().as_second();
    let mut claims = json!({
        "iss": world.issuer.url(), "aud": world.base, "sub": "ada", "client_id": "ada-s-script", "jti": "1",
        "iat": now, "exp": now + 300, "scope": ALL,
    });
    claims.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    claims
}

fn token(world: &World, more: &Value) -> String {
    world.issuer.token(&claims(world, more))
}

/// A script: no cookie, no origin, only a token.
async fn send(world: &World, method: Method, path: &str, token: &str, body: Option<&Value>) -> Response {
    let request = world.visitor().request(method, path).header("authorization", format!("Bearer {token}"));
    let request = request.header("idempotency-key", "of-a-script");
    let request = if let Some(body) = body { request.json(body) } else { request };
    request.send().await.expect("an answer")
}

async fn get(world: &World, token: &str) -> Response {
    send(world, Method::GET, "/api/runs", token, None).await
}

/// Not believed, for that reason, and told how to do better.
async fn refused(world: &World, token: &str, why: &str) {
    let answer = get(world, token).await;
    let challenge = answer.headers().get("www-authenticate").map(|value| value.to_str().expect("text"));
    assert_eq!(challenge, Some("Bearer realm=\"drawbridge\", error=\"invalid_token\""), "{why}");
    let problem = told(answer, StatusCode::UNAUTHORIZED).await;
    let detail = problem["detail"].as_str().expect("a sentence");
    assert!(detail.contains(why), "{detail}, not {why}");
    assert_eq!(problem["type"], "urn:drawbridge:problem:invalid-token");
}

#[tokio::test]
async fn a_script_requests_and_follows_a_run_for_its_owner() {
    let world = World::start().await;
    let token = token(&world, &json!({}));
    let body = json!({"parameters": staging()});
    let asked = send(&world, Method::POST, "/api/workflows/resize/runs", &token, Some(&body)).await;
    let run = told(asked, StatusCode::CREATED).await["run_id"].as_str().expect("an id").to_owned();
    assert_eq!(world.run(&run).await.requester.id, "ada");
    let one = send(&world, Method::GET, &format!("/api/runs/{run}"), &token, None).await;
    told(one, StatusCode::OK).await;
    let session = send(&world, Method::GET, "/api/session", &token, None).await;
    assert_eq!(told(session, StatusCode::OK).await["person"]["id"], "ada");
    assert_eq!(world.person("ada").await.json("/api/runs").await["runs"][0]["id"], run.as_str());
}

#[tokio::test]
async fn f12_what_the_provider_did_not_sign_is_refused() {
    let world = World::start().await;
    let good = claims(&world, &json!({}));
    let (none, issuer) = (json!({"alg": "none", "typ": "at+jwt"}), &world.issuer);
    refused(&world, &format!("{}.", unsigned(&none, &good)), "algorithm with a private key").await;
    refused(&world, &issuer.sign(&none, &good), "algorithm with a private key").await;
    // A secret that everybody can read: the public key.
    for key in [issuer.public_key().to_vec(), hex::encode(issuer.public_key()).into_bytes()] {
        let signed = unsigned(&json!({"alg": "HS256", "typ": "at+jwt", "kid": "first"}), &good);
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any key");
        mac.update(signed.as_bytes());
        let forged = format!("{signed}.{}", base64url(&mac.finalize().into_bytes()));
        refused(&world, &forged, "algorithm with a private key").await;
    }
    for alg in ["RS256", "ES256", "PS256"] {
        let header = json!({"alg": alg, "typ": "at+jwt", "kid": "first"});
        refused(&world, &issuer.sign(&header, &good), "no key of the provider signed it").await;
    }
    let unknown = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "unknown"});
    refused(&world, &issuer.sign(&unknown, &good), "no key of the provider signed it").await;
    let critical = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "first", "crit": ["b64"], "b64": false});
    refused(&world, &issuer.sign(&critical, &good), "critical").await;
    let whole = issuer.token(&good);
    let (signed, signature) = whole.rsplit_once('.').expect("a signature");
    let other = claims(&world, &json!({"sub": "bob"}));
    let other = unsigned(&json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "first"}), &other);
    refused(&world, &format!("{other}.{signature}"), "no key of the provider signed it").await;
    refused(&world, signed, "not a signed JWT").await;
    refused(&world, &format!("{whole}.x"), "not a signed JWT").await;
    refused(&world, "ada", "not a signed JWT").await;
    assert_eq!(get(&world, &whole).await.status(), StatusCode::OK, "the same token unaltered");
}

#[tokio::test]
async fn f12_what_is_not_for_this_portal_is_refused() {
    let world = World::start().await;
    refused(&world, &token(&world, &json!({"iss": "https://evil.example"})), "another provider").await;
    refused(&world, &token(&world, &json!({"aud": "https://other.example"})), "not issued for this").await;
    refused(&world, &token(&world, &json!({"aud": [world.base.clone() + "/x"]})), "not issued for this")
        .await;
    let both = token(&world, &json!({"aud": ["https://other.example", world.base]}));
    assert_eq!(get(&world, &both).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn f13_an_id_token_opens_nothing() {
    let world = World::start().await;
    let id_token = json!({"aud": "drawbridge", "nonce": "n"});
    refused(&world, &token(&world, &id_token), "ID token").await;
    let typed = json!({"alg": "EdDSA", "typ": "JWT", "kid": "first"});
    let claims = claims(&world, &json!({}));
    refused(&world, &world.issuer.sign(&typed, &claims), "does not say that it is an access token").await;
}

#[tokio::test]
async fn f14_a_token_holds_in_its_time_give_or_take_a_minute() {
    let world = World::start().await;
    let token = token(&world, &json!({}));
    let at = async |seconds: i64| {
        world.set_clock(SignedDuration::from_secs(seconds));
        get(&world, &token).await.status()
    };
    assert_eq!(at(0).await, StatusCode::OK);
    assert_eq!(at(300 + 50).await, StatusCode::OK, "a clock may be late by a minute");
    assert_eq!(at(300 + 61).await, StatusCode::UNAUTHORIZED, "and not by more");
    assert_eq!(at(-50).await, StatusCode::OK, "or early");
    assert_eq!(at(-70).await, StatusCode::UNAUTHORIZED, "and not by more");
    world.set_clock(SignedDuration::ZERO);
    let now = world.portal.now().as_second();
    let with = |more: Value| world.issuer.token(&claims(&world, &more));
    refused(&world, &with(json!({"nbf": now + 90})), "not valid yet").await;
    assert_eq!(get(&world, &with(json!({"nbf": now + 30}))).await.status(), StatusCode::OK);
    refused(&world, &with(json!({"exp": now - 61, "iat": now - 90})), "expired").await;
    refused(&world, &with(json!({"exp": null})), "time").await;
    refused(&world, &with(json!({"exp": "tomorrow"})), "time").await;
    refused(&world, &with(json!({"exp": 1e300})), "time").await;
}

#[tokio::test]
async fn a_token_allows_what_its_scopes_say() {
    let world = World::start().await;
    let run = world.person("ada").await.run("resize", "scopes", &production()).await;
    world.step("next-gate", &run).await;
    let body = json!({"parameters": staging()});
    let vote = json!({"decision": "approve", "reason": "Fine", "digest": world.run(&run).await.digest});
    let requests = [
        (Method::GET, "/api/runs".to_owned(), json!(null), "read"),
        (Method::GET, "/api/me/deputy".to_owned(), json!(null), "read"),
        (Method::GET, "/api/workflows/resize/audit.jsonl".to_owned(), json!(null), "read"),
        (Method::POST, "/api/workflows/resize/check".to_owned(), body, "run"),
        (Method::POST, format!("/api/runs/{run}/approvals/owner/decisions"), vote, "decide"),
        (Method::POST, "/api/people/bob/sign-out".to_owned(), json!(null), "operate"),
    ];
    for (method, path, body, needed) in &requests {
        let body = (!body.is_null()).then_some(body);
        let others = ALL.split(' ').filter(|scope| !scope.ends_with(&format!("/{needed}")));
        let others = json!({"sub": "bob", "scope": others.collect::<Vec<_>>().join(" ")});
        let answer = send(&world, method.clone(), path, &token(&world, &others), body).await;
        let challenge = answer.headers()["www-authenticate"].to_str().expect("text").to_owned();
        assert!(challenge.ends_with(&format!("scope=\"drawbridge/{needed}\"")), "{challenge}");
        told(answer, StatusCode::FORBIDDEN).await;
        let own = json!({"sub": "bob", "scope": format!("drawbridge/{needed}")});
        let answer = send(&world, method.clone(), path, &token(&world, &own), body).await;
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap_or_default());
    }
}

/// The document is what is enforced: each operation that takes tokens names the scope that it asks for.
#[tokio::test]
async fn the_document_names_the_scope_of_each_operation() {
    let world = World::start().await;
    let document = world.visitor().json("/api/openapi.json").await;
    let mut count = 0;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let schemes = operation["security"].as_array().cloned().unwrap_or_default();
            let scope = schemes.iter().find_map(|scheme| scheme["token"][0].as_str());
            let address = path.replace("{id}", "x").replace("{slug}", "x").replace("{gate}", "x");
            let method: Method = method.to_uppercase().parse().expect("a method");
            let without = token(&world, &json!({"scope": "openid"}));
            let answer = send(&world, method, &address, &without, Some(&json!({}))).await;
            let challenge = answer.headers().get("www-authenticate");
            let asked = challenge.and_then(|value| value.to_str().ok()?.split("scope=").nth(1));
            let asked = asked.map(|scope| scope.trim_matches('"').to_owned());
            assert_eq!(asked.as_deref(), scope, "{path}");
            count += usize::from(scope.is_some());
        }
    }
    assert!(count >= 18, "only {count} operations take tokens");
}

#[tokio::test]
async fn f17_a_machine_has_no_say_with_a_token_of_its_own() {
    let world = World::start().await;
    let run = world.person("ada").await.run("resize", "machine", &production()).await;
    world.step("next-gate", &run).await;
    let vote = json!({"decision": "approve", "reason": "Fine", "digest": world.run(&run).await.digest});
    let path = format!("/api/runs/{run}/approvals/owner/decisions");
    // A client that calls itself as an approver does.
    let machine = token(&world, &json!({"sub": "bob", "client_id": "bob"}));
    let answer = send(&world, Method::POST, &path, &machine, Some(&vote)).await;
    let problem = told(answer, StatusCode::UNAUTHORIZED).await;
    assert!(problem["detail"].as_str().expect("text").contains("no person"), "{problem}");
    let stranger = token(&world, &json!({"sub": "service-account-7"}));
    let answer = send(&world, Method::POST, &path, &stranger, Some(&vote)).await;
    let problem = told(answer, StatusCode::UNAUTHORIZED).await;
    assert!(problem["detail"].as_str().expect("text").contains("nobody here knows"), "{problem}");
    let person = token(&world, &json!({"sub": "bob"}));
    told(send(&world, Method::POST, &path, &person, Some(&vote)).await, StatusCode::OK).await;
}

#[tokio::test]
async fn f22_a_token_needs_no_origin_and_a_cookie_beside_it_is_refused() {
    let world = World::start().await;
    let (token, ada) = (token(&world, &json!({})), world.person("ada").await);
    let both =
        |path: &str| ada.request(Method::POST, path).header("authorization", format!("Bearer {token}"));
    let body = json!({"parameters": staging()});
    let check = "/api/workflows/resize/check";
    let cross = both(check).json(&body).send().await.expect("an answer");
    told(cross, StatusCode::FORBIDDEN).await;
    let own =
        both(check).header("sec-fetch-site", "same-origin").json(&body).send().await.expect("an answer");
    told(own, StatusCode::BAD_REQUEST).await;
    told(send(&world, Method::POST, check, &token, Some(&body)).await, StatusCode::OK).await;
    let page = send(&world, Method::POST, "/sign-out", &token, None).await;
    assert_eq!(page.status(), StatusCode::FORBIDDEN, "pages are for browsers");
    let page = send(&world, Method::GET, "/runs", &token, None).await;
    assert_eq!(page.status(), StatusCode::SEE_OTHER, "and lead to sign-in");
}

#[tokio::test]
async fn f11_a_script_shares_the_limit_of_its_owner() {
    let world = World::start().await;
    let (token, bob) = (token(&world, &json!({})), world.person("bob").await);
    let body = json!({"parameters": staging()});
    let mut refused = 0;
    for _ in 0..=2 * ACTIONS_PER_MINUTE {
        let answer = send(&world, Method::POST, "/api/workflows/resize/check", &token, Some(&body)).await;
        refused += u32::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 0, "a flood is refused");
    told(bob.post("/api/workflows/resize/check", &body).await, StatusCode::OK).await;
}

#[tokio::test]
async fn f12_a_key_that_was_rotated_is_found_and_a_flood_of_unknown_ones_asks_once() {
    let world = World::start().await;
    assert_eq!(get(&world, &token(&world, &json!({}))).await.status(), StatusCode::OK);
    let old = token(&world, &json!({}));
    assert_eq!(world.issuer.asked(), 1, "keys are kept");
    world.issuer.rotate("second");
    assert_eq!(
        get(&world, &token(&world, &json!({}))).await.status(),
        StatusCode::OK,
        "the new key is found"
    );
    assert_eq!(world.issuer.asked(), 2);
    refused(&world, &old, "no key of the provider signed it").await;
    for n in 0..50 {
        let header = json!({"alg": "EdDSA", "typ": "at+jwt", "kid": format!("unknown-{n}")});
        let forged = world.issuer.sign(&header, &claims(&world, &json!({})));
        refused(&world, &forged, "no key of the provider signed it").await;
    }
    assert_eq!(world.issuer.asked(), 2, "the provider is left alone");
    assert_eq!(
        get(&world, &token(&world, &json!({}))).await.status(),
        StatusCode::OK,
        "others are not affected"
    );
}

#[tokio::test]
async fn a_provider_that_is_out_of_order_is_no_refusal_and_is_not_hammered() {
    let world = World::start().await;
    world.issuer.break_down(true);
    let token = token(&world, &json!({}));
    for _ in 0..20 {
        told(get(&world, &token).await, StatusCode::SERVICE_UNAVAILABLE).await;
    }
    assert!(world.issuer.asked() < 5, "{}", world.issuer.asked());
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
