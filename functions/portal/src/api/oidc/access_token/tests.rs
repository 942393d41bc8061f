//! What is an access token of a person for this portal, as the common providers write theirs.

use serde_json::{Value, json};

use super::{Expected, scopes};

const EXPECTED: Expected<'_> = Expected {
    issuer: "https://id.example.com",
    audience: "https://portal.example.com",
    client_id: "drawbridge",
};

fn claims(more: &Value) -> Value {
    let mut claims = json!({
        "iss": "https://id.example.com", "aud": "https://portal.example.com", "sub": "ada", "client_id": "script",
    });
    claims.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    claims
}

fn check(typ: Option<&str>, more: &Value, expected: Result<&str, &str>) {
    let claims = claims(more);
    let told = EXPECTED.subject(typ, &claims);
    match (told, expected) {
        (Ok(told), Ok(expected)) => assert_eq!(told, expected, "{claims}"),
        (Err(told), Err(expected)) => assert!(told.contains(expected), "{told} for {claims}"),
        (told, _) => panic!("{told:?} for {typ:?} {claims}"),
    }
}

#[test]
fn access_tokens_of_the_common_providers_are_known() {
    check(Some("at+jwt"), &json!({}), Ok("ada"));
    check(Some("application/AT+JWT"), &json!({"aud": ["x", "https://portal.example.com"]}), Ok("ada"));
    check(None, &json!({"token_use": "access"}), Ok("ada"));
    check(Some("JWT"), &json!({"typ": "Bearer"}), Ok("ada"));
    check(None, &json!({"scp": ["drawbridge/read"]}), Ok("ada"));
    let cognito = json!({"aud": null, "token_use": "access", "client_id": "https://portal.example.com"});
    let mut cognito = claims(&cognito);
    cognito.as_object_mut().expect("an object").remove("aud");
    assert_eq!(EXPECTED.subject(None, &cognito), Ok("ada"), "without an audience it names its client");
}

#[test]
fn f12_tokens_of_others_and_for_others_are_refused() {
    check(Some("at+jwt"), &json!({"iss": "https://id.example.com/"}), Err("another provider"));
    check(Some("at+jwt"), &json!({"iss": ["https://id.example.com"]}), Err("another provider"));
    check(Some("at+jwt"), &json!({"aud": "https://other.example.com"}), Err("not issued for this portal"));
    check(Some("at+jwt"), &json!({"aud": []}), Err("not issued for this portal"));
    check(Some("at+jwt"), &json!({"aud": null}), Err("not issued for this portal"));
    let mut silent = claims(&json!({}));
    silent.as_object_mut().expect("an object").remove("aud");
    assert!(EXPECTED.subject(Some("at+jwt"), &silent).is_err());
}

#[test]
fn f13_an_id_token_is_no_access_token() {
    for mark in ["nonce", "at_hash", "c_hash"] {
        check(Some("at+jwt"), &json!({mark: "x"}), Err("ID token"));
    }
    check(None, &json!({"token_use": "id"}), Err("ID token"));
    check(Some("JWT"), &json!({"typ": "ID", "scp": "x"}), Err("ID token"));
    check(Some("at+jwt"), &json!({"aud": "drawbridge"}), Err("ID token"));
    check(Some("at+jwt"), &json!({"aud": ["drawbridge", "https://portal.example.com"]}), Err("ID token"));
    check(None, &json!({}), Err("does not say"));
    check(Some("JWT"), &json!({}), Err("does not say"));
    check(Some("logout+jwt"), &json!({"token_use": "access"}), Err("does not say"));
}

#[test]
fn f17_nobody_stands_behind_a_clients_own_token() {
    check(Some("at+jwt"), &json!({"sub": "script"}), Err("no person"));
    check(Some("at+jwt"), &json!({"azp": "ada"}), Err("no person"));
    check(Some("at+jwt"), &json!({"cid": "ada"}), Err("no person"));
    check(Some("at+jwt"), &json!({"idtyp": "app"}), Err("no person"));
    check(Some("at+jwt"), &json!({"gty": "client-credentials"}), Err("no person"));
    check(Some("at+jwt"), &json!({"sub": null}), Err("no person"));
}

#[test]
fn scopes_are_text_or_a_list() {
    let check = |claims: Value, expected: &[&str]| assert_eq!(scopes(&claims), expected, "{claims}");
    check(json!({"scope": "a b"}), &["a", "b"]);
    check(json!({"scp": ["a", "b"]}), &["a", "b"]);
    check(json!({"scp": "a b"}), &["a", "b"]);
    check(json!({"scope": 1}), &[]);
    check(json!({}), &[]);
}
