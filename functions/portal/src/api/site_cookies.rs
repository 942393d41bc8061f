//! What lets a signed-in browser read the static pages of a catalog that is not public: CloudFront's signed cookies
//! with a custom policy, for every path of this portal until the session's end.
//!
//! The portal's own session cookie means nothing to CloudFront. The key is ECDSA P-256, of which CloudFront takes the
//! public half beside RSA: its crate is linked for ID tokens anyway, and signing by the `rsa` crate has a known
//! timing leak (RUSTSEC-2023-0071). Signing out takes the cookies from the browser; a copy of them reads catalog
//! pages, and nothing else, until the session would have ended.

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::DecodePrivateKey;
use serde_json::json;

use super::cookies::Cookies;
use crate::config::SiteKey;

const POLICY: &str = "CloudFront-Policy";
const SIGNATURE: &str = "CloudFront-Signature";
const KEY: &str = "CloudFront-Key-Pair-Id";
const HASH: &str = "CloudFront-Hash-Algorithm";

/// Signs cookies for one portal.
pub(crate) struct SiteCookies {
    key_pair_id: String,
    key: SigningKey,
    /// Every address of the portal.
    resource: String,
}

impl SiteCookies {
    /// Signs with this key, for the portal at this address; none when the key is no ECDSA P-256 key in PKCS #8.
    pub(crate) fn new(key: &SiteKey, url: &str) -> Option<Self> {
        Some(Self {
            key_pair_id: key.key_pair_id.clone(),
            key: SigningKey::from_pkcs8_pem(&key.private_key).ok()?,
            resource: format!("{url}/*"),
        })
    }

    /// The cookies of a browser that may read until then.
    pub(crate) fn until(&self, expires_at: Timestamp, now: Timestamp, cookies: Cookies) -> Vec<HeaderValue> {
        let until = json!({"DateLessThan": {"AWS:EpochTime": expires_at.as_second()}});
        let policy = json!({"Statement": [{"Resource": self.resource, "Condition": until}]}).to_string();
        let signature: DerSignature = self.key.sign(policy.as_bytes());
        let seconds = expires_at.duration_since(now).as_secs();
        let values = [
            (POLICY, encoded(policy.as_bytes())),
            (SIGNATURE, encoded(signature.as_bytes())),
            (KEY, self.key_pair_id.clone()),
            (HASH, "SHA256".to_owned()),
        ];
        values.into_iter().filter_map(|(name, value)| cookies.set(name, &value, seconds)).collect()
    }
}

/// Takes the cookies from a browser.
pub(crate) fn gone(cookies: Cookies) -> Vec<HeaderValue> {
    [POLICY, SIGNATURE, KEY, HASH].iter().filter_map(|name| cookies.set(name, "", 0)).collect()
}

/// Base64 with the characters that CloudFront wants instead of those that mean something in addresses.
fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes).replace('+', "-").replace('=', "_").replace('/', "~")
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use jiff::{SignedDuration, Timestamp};
    use p256::ecdsa::signature::Verifier;
    use p256::ecdsa::{DerSignature, SigningKey, VerifyingKey};
    use p256::pkcs8::{EncodePrivateKey, LineEnding};
    use serde_json::{Value, json};

    use super::SiteCookies;
    use crate::api::cookies::Cookies;
    use crate::config::SiteKey;

    fn key(private_key: &str) -> SiteKey {
        SiteKey { key_pair_id: "K2JCJMDEHXQW5F".to_owned(), private_key: private_key.to_owned() }
    }

    #[test]
    fn a_policy_for_every_path_until_the_end_is_signed() {
        let private = SigningKey::from_slice(&[7; 32]).expect("a key");
        let pem = private.to_pkcs8_pem(LineEnding::LF).expect("PEM");
        let site = SiteCookies::new(&key(&pem), "https://portal.example").expect("a key");
        let now = Timestamp::from_second(1_795_000_000).expect("in range");
        let cookies = site.until(now + SignedDuration::from_hours(12), now, Cookies { secure: true });
        let told: Vec<_> = cookies.iter().map(|cookie| cookie.to_str().expect("text")).collect();
        let value = |name: &str| {
            let cookie = told.iter().find_map(|cookie| cookie.strip_prefix(&format!("{name}=")));
            let (value, attributes) = cookie.expect(name).split_once("; ").expect("attributes");
            assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax; Max-Age=43200; Secure");
            value.to_owned()
        };
        let bytes = |text: String| {
            STANDARD.decode(text.replace('-', "+").replace('_', "=").replace('~', "/")).expect("base64")
        };
        let policy = bytes(value("CloudFront-Policy"));
        let expected = json!({"Statement": [{
            "Resource": "https://portal.example/*",
            "Condition": {"DateLessThan": {"AWS:EpochTime": 1_795_043_200}},
        }]});
        assert_eq!(serde_json::from_slice::<Value>(&policy).expect("JSON"), expected);
        let signature = DerSignature::try_from(&*bytes(value("CloudFront-Signature"))).expect("DER");
        VerifyingKey::from(&private).verify(&policy, &signature).expect("signed by the key");
        assert_eq!(
            (value("CloudFront-Key-Pair-Id").as_str(), value("CloudFront-Hash-Algorithm").as_str()),
            ("K2JCJMDEHXQW5F", "SHA256")
        );
    }

    #[test]
    fn another_kind_of_key_is_refused() {
        assert!(
            SiteCookies::new(&key("-----BEGIN RSA PRIVATE KEY-----"), "https://portal.example").is_none()
        );
    }
}
