//! The digest of a run: what was asked, by whom, of which version of the workflow.
//!
//! SHA-256 over canonical JSON (RFC 8785), so that neither key order nor the spelling of a number
//! changes it. Approvals are bound to it, and the commit gate computes it again.

use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A value has no canonical form (a number outside what JSON can carry exactly).
#[derive(Debug, thiserror::Error)]
#[error("the value has no canonical JSON form")]
pub struct NotCanonical(#[source] serde_json::Error);

/// The canonical JSON of a value.
pub fn canonical<T: Serialize>(value: &T) -> Result<String, NotCanonical> {
    serde_json_canonicalizer::to_string(value).map_err(NotCanonical)
}

/// SHA-256 of the canonical JSON of a value, in hexadecimal.
pub fn of_value(value: &Value) -> Result<String, NotCanonical> {
    Ok(of_text(&canonical(value)?))
}

/// The digest of a run. Secret parameters are already references here.
pub fn of_run(
    slug: &str,
    workflow_digest: &str,
    parameters: &Value,
    requester: &str,
) -> Result<String, NotCanonical> {
    of_value(&json!({
        "workflow": slug,
        "workflow_digest": workflow_digest,
        "parameters": parameters,
        "requester": requester,
    }))
}

/// What an idempotency key was used for: workflow and parameters, each secret replaced by a keyed
/// hash. A plain hash of a secret could be guessed from the database; this one cannot.
pub fn of_payload(
    slug: &str,
    parameters: &Value,
    secrets: &[String],
    key: &[u8],
) -> Result<String, NotCanonical> {
    let mut masked = parameters.clone();
    for pointer in secrets {
        if let Some(secret) = masked.pointer_mut(pointer) {
            *secret = json!({ "hmac": keyed(key, secret.to_string().as_bytes()) });
        }
    }
    of_value(&json!({ "workflow": slug, "parameters": masked }))
}

/// HMAC-SHA256 in hexadecimal.
pub fn keyed(key: &[u8], message: &[u8]) -> String {
    // HMAC takes a key of any length, so this cannot fail; an empty tag would be caught at once.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| hex::encode(mac.chain_update(message).finalize().into_bytes()))
        .unwrap_or_default()
}

/// SHA-256 of some text, in hexadecimal: how tokens and keys are stored.
pub fn of_text(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn does_not_depend_on_spelling() {
        let check = |left: &str, right: &str, same: bool| {
            let digest = |text: &str| {
                let parameters = serde_json::from_str(text).expect("valid JSON");
                of_run("resize", "w", &parameters, "person:ada").expect("canonical")
            };
            assert_eq!(digest(left) == digest(right), same, "{left} / {right}");
        };
        check(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#, true);
        check(r#"{"a":1.0}"#, r#"{"a":1}"#, true);
        check(r#"{"a":1e2}"#, r#"{"a":100}"#, true);
        check(r#"{"a":1}"#, r#"{"a":"1"}"#, false);
        check(r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#, false);
    }

    #[test]
    fn covers_every_part() {
        let parameters = json!({"size": "large"});
        let base = of_run("resize", "w1", &parameters, "person:ada").expect("canonical");
        let check = |slug, version, parameters: Value, who| {
            assert_ne!(of_run(slug, version, &parameters, who).expect("canonical"), base);
        };
        check("fail-over", "w1", parameters.clone(), "person:ada");
        check("resize", "w2", parameters.clone(), "person:ada");
        check("resize", "w1", json!({"size": "small"}), "person:ada");
        check("resize", "w1", parameters, "person:bob");
    }

    #[test]
    fn f09_payload_digest_of_a_secret_needs_the_key() {
        let secrets = ["/password".to_owned()];
        let digest = |value: &str, key: &[u8]| {
            of_payload("s", &json!({"password": value}), &secrets, key).expect("canonical")
        };
        assert_eq!(digest("a", b"k1"), digest("a", b"k1"));
        assert_ne!(digest("a", b"k1"), digest("b", b"k1"));
        assert_ne!(digest("a", b"k1"), digest("a", b"k2"));
    }
}
