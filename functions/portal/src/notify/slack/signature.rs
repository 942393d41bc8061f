//! Whether a request comes from Slack: its signature over the very bytes that arrived, and not long ago.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

/// How far Slack's clock and ours may be apart; a request that is older may be a replay.
pub const WINDOW: SignedDuration = SignedDuration::from_secs(300);

/// The request was not signed by Slack just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotFromSlack {
    /// A header is missing or is not what Slack sends.
    #[error("the signature's headers are missing or unreadable")]
    Headers,
    /// The time of signing is too far from now.
    #[error("the request was signed more than five minutes from now")]
    Time,
    /// Another key, or another body.
    #[error("the signature does not belong to this body")]
    Signature,
}

/// Checks the `v0` signature of a body.
pub fn verify(
    secret: &str,
    timestamp: &str,
    signature: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<(), NotFromSlack> {
    let seconds: i64 = timestamp.parse().map_err(|_| NotFromSlack::Headers)?;
    let signed_at = Timestamp::from_second(seconds).map_err(|_| NotFromSlack::Headers)?;
    let tag = signature.strip_prefix("v0=").and_then(|digits| hex::decode(digits).ok());
    let tag = tag.ok_or(NotFromSlack::Headers)?;
    if now.duration_since(signed_at).abs() > WINDOW {
        return Err(NotFromSlack::Time);
    }
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| NotFromSlack::Signature)?;
    let mac = mac.chain_update(b"v0:").chain_update(timestamp).chain_update(b":").chain_update(body);
    // Compares in constant time.
    mac.verify_slice(&tag).map_err(|_| NotFromSlack::Signature)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f24_takes_what_slack_signed_just_now_and_nothing_else() {
        // The example of Slack's documentation.
        let secret = "8f742231b10e8888abcd99yyyzzz85a5";
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V\
            &channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=\
            &response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
            &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let tag = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
        let check = |secret: &str, timestamp: &str, tag: &str, body: &str, late: i64, expect| {
            let now = Timestamp::from_second(1_531_420_618 + late).expect("in range");
            assert_eq!(verify(secret, timestamp, tag, body.as_bytes(), now), expect);
        };
        let at = "1531420618";
        check(secret, at, tag, body, 0, Ok(()));
        check(secret, at, tag, body, 300, Ok(()));
        check(secret, at, tag, body, -300, Ok(()));
        check(secret, at, tag, body, 301, Err(NotFromSlack::Time));
        check(secret, at, tag, body, -301, Err(NotFromSlack::Time));
        check("another", at, tag, body, 0, Err(NotFromSlack::Signature));
        check(secret, "1531420619", tag, body, 0, Err(NotFromSlack::Signature));
        check(secret, at, tag, &body.replace("%2F", "/"), 0, Err(NotFromSlack::Signature));
        check(secret, at, &tag[..61], body, 0, Err(NotFromSlack::Signature));
        check(secret, at, tag.trim_start_matches("v0="), body, 0, Err(NotFromSlack::Headers));
        check(secret, "soon", tag, body, 0, Err(NotFromSlack::Headers));
        check(secret, at, "v0=xy", body, 0, Err(NotFromSlack::Headers));
    }
}
