//! The link in a mail: signed, good for one approval until that closes, and without any authority.
//!
//! It says which mail somebody came from, so that the vote can say so too. Who they are and what they may do
//! is their session's to say: a link that was forwarded, fetched ahead or stolen decides nothing.
//! No person is in it, for addresses end up in histories and logs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{RunId, digest};

/// What the signing key is derived for: no other use of the same secret makes the same key.
const PURPOSE: &[u8] = b"drawbridge approval link v1";
/// What the name of a signing key is derived for.
const NAME: &[u8] = b"drawbridge approval link v1 name";

/// Which approval a link is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The run.
    pub run: RunId,
    /// The gate.
    pub gate: String,
    /// When it stops to be of use: when the gate closes.
    pub expires: Timestamp,
}

/// Why a link is of no use. Whoever holds it may still sign in and look.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLink {
    /// It was cut, changed or never signed here.
    #[error("this link is damaged: parts of it are missing or were changed on the way")]
    Damaged,
    /// It was signed before the key was changed; what it says cannot be verified any more.
    #[error("this link was made before the portal changed its keys")]
    OldKey,
    /// The approval that it is for has closed by now.
    #[error("this link has expired, as the approval that it was for has closed")]
    Expired,
}

/// What is signed, short enough for every mail client's idea of a line.
#[derive(Serialize, Deserialize)]
struct Payload {
    run: RunId,
    gate: String,
    exp: i64,
    key: String,
}

/// Signs links and reads them. Made from a secret that may serve other purposes, too.
pub struct LinkKey {
    key: Vec<u8>,
    name: String,
}

impl LinkKey {
    /// The key of this secret.
    pub fn derive(secret: &[u8]) -> Self {
        let name = digest::keyed(secret, NAME).chars().take(8).collect();
        Self { key: digest::keyed(secret, PURPOSE).into_bytes(), name }
    }

    /// A link as one word that an address can hold.
    pub fn sign(&self, link: &Link) -> String {
        let payload = Payload {
            run: link.run,
            gate: link.gate.clone(),
            exp: link.expires.as_second(),
            key: self.name.clone(),
        };
        // A struct of texts and a number always has a JSON form; an empty one would be refused as damaged.
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&payload).unwrap_or_default());
        let tag = self.mac(&payload).map(|mac| mac.finalize().into_bytes().to_vec());
        format!("{payload}.{}", URL_SAFE_NO_PAD.encode(tag.unwrap_or_default()))
    }

    /// What a link says, if it was signed with this key and is still of use.
    pub fn read(&self, word: &str, now: Timestamp) -> Result<Link, BadLink> {
        let (payload, tag) = word.split_once('.').ok_or(BadLink::Damaged)?;
        let said = decode(payload).ok_or(BadLink::Damaged)?;
        if said.key != self.name {
            return Err(BadLink::OldKey);
        }
        let tag = URL_SAFE_NO_PAD.decode(tag).map_err(|_| BadLink::Damaged)?;
        let mac = self.mac(payload).ok_or(BadLink::Damaged)?;
        mac.verify_slice(&tag).map_err(|_| BadLink::Damaged)?;
        let expires = Timestamp::from_second(said.exp).map_err(|_| BadLink::Damaged)?;
        if now >= expires {
            return Err(BadLink::Expired);
        }
        Ok(Link { run: said.run, gate: said.gate, expires })
    }

    fn mac(&self, payload: &str) -> Option<Hmac<Sha256>> {
        Some(Hmac::<Sha256>::new_from_slice(&self.key).ok()?.chain_update(payload))
    }
}

fn decode(payload: &str) -> Option<Payload> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn link() -> Link {
        let now = Timestamp::from_second(1_795_000_000).expect("in range");
        let run = RunId::new(now, [7; 10]);
        Link { run, gate: "owners".to_owned(), expires: now + SignedDuration::from_hours(4) }
    }

    #[test]
    fn f21_only_what_this_key_signed_is_read_and_only_in_time() {
        let (key, link) = (LinkKey::derive(b"secret"), link());
        let word = key.sign(&link);
        let before = link.expires - SignedDuration::from_secs(1);
        assert_eq!(key.read(&word, before), Ok(link.clone()));
        assert_eq!(key.read(&word, link.expires), Err(BadLink::Expired));
        assert_eq!(LinkKey::derive(b"newer").read(&word, before), Err(BadLink::OldKey));
        assert!(word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{word}");
    }

    #[test]
    fn f21_every_altered_letter_is_noticed() {
        let (key, link) = (LinkKey::derive(b"secret"), link());
        let word = key.sign(&link);
        for place in 0..word.len() {
            for letter in ["A", "B", ".", "", "é"] {
                let altered = format!("{}{letter}{}", &word[..place], &word[place + 1..]);
                let read = key.read(&altered, link.expires - SignedDuration::from_secs(1));
                assert!(altered == word || read.is_err(), "{place} {letter}: {read:?}");
            }
        }
        for nonsense in ["", ".", "a.b", "e30.", &word.repeat(2), &format!("{word}.{word}")] {
            assert_eq!(key.read(nonsense, link.expires), Err(BadLink::Damaged), "{nonsense}");
        }
    }
}
