//! Values that a browser keeps for us and cannot change: base64url text with an HMAC and an end.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    value: T,
    until: i64,
}

/// Seals a value for one purpose until a moment.
pub(crate) fn seal<T: Serialize>(key: &[u8], purpose: &str, until: Timestamp, value: &T) -> Option<String> {
    let json = serde_json::to_vec(&Envelope { value, until: until.as_second() }).ok()?;
    let text = URL_SAFE_NO_PAD.encode(json);
    let tag = URL_SAFE_NO_PAD.encode(mac(key, purpose, &text)?.finalize().into_bytes());
    Some(format!("{text}.{tag}"))
}

/// Opens what was sealed with the same key for the same purpose, while it lasts.
pub(crate) fn open<T: DeserializeOwned>(key: &[u8], purpose: &str, now: Timestamp, sealed: &str) -> Option<T> {
    let (text, tag) = sealed.split_once('.')?;
    mac(key, purpose, text)?.verify_slice(&URL_SAFE_NO_PAD.decode(tag).ok()?).ok()?;
    let Envelope { value, until } = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    (now.as_second() < until).then_some(value)
}

/// The purpose is part of what is signed: a value sealed for one place opens nowhere else.
fn mac(key: &[u8], purpose: &str, text: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(text.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{open, seal};

    #[test]
    fn opens_only_unchanged_for_its_purpose_and_in_time() {
        let (now, minute) = (Timestamp::UNIX_EPOCH, SignedDuration::from_mins(1));
        let sealed = seal(b"key", "a", now + minute, &"hello").expect("a string seals");
        let opened = |key: &[u8], purpose, at, text: &str| open::<String>(key, purpose, at, text);
        assert_eq!(opened(b"key", "a", now, &sealed).as_deref(), Some("hello"));
        assert_eq!(opened(b"key", "b", now, &sealed), None);
        assert_eq!(opened(b"other", "a", now, &sealed), None);
        assert_eq!(opened(b"key", "a", now + minute, &sealed), None);
        assert_eq!(opened(b"key", "a", now, &format!("x{sealed}")), None);
        assert_eq!(opened(b"key", "a", now, "nonsense"), None);
    }
}
