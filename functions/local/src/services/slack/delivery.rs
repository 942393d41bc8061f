//! An interaction on its way to the portal, signed as Slack signs it.

use std::time::Duration;

use axum::http::{StatusCode, header};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use openidconnect::url::form_urlencoded;
use serde_json::Value;
use sha2::Sha256;

use super::Slack;

/// How long Slack waits for an app.
const PATIENCE: Duration = Duration::from_secs(3);

/// What came of it.
#[derive(Debug)]
pub(super) enum Delivered {
    /// The portal took it: a 2xx and perhaps a body.
    Taken(StatusCode, Vec<u8>),
    /// The portal answered something else.
    Refused(StatusCode),
    /// No answer within three seconds.
    Silent,
    /// Nobody listens there, or the connection broke.
    Unreachable,
}

/// The client of deliveries: Slack follows no redirect.
pub(super) fn client() -> anyhow::Result<reqwest::Client> {
    let client = reqwest::Client::builder().timeout(PATIENCE);
    Ok(client.redirect(reqwest::redirect::Policy::none()).build()?)
}

impl Slack {
    /// Posts a payload to the portal.
    pub(super) async fn deliver(&self, payload: &Value) -> Delivered {
        let body: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("payload", &payload.to_string())
            .finish();
        let seconds = Timestamp::now().as_second();
        let request = self
            .http
            .post(format!("{}/slack/interactions", self.app.portal))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::USER_AGENT, "Slackbot 1.0 (+https://api.slack.com/robots)")
            .header("X-Slack-Request-Timestamp", seconds)
            .header("X-Slack-Signature", signature(&self.app.signing_secret, seconds, &body))
            .body(body);
        match tokio::time::timeout(PATIENCE, answered(request)).await {
            Err(_) => Delivered::Silent,
            Ok(Err(error)) if error.is_timeout() => Delivered::Silent,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the portal could not be reached with an interaction");
                Delivered::Unreachable
            }
            Ok(Ok((status, body))) if status.is_success() => Delivered::Taken(status, body),
            Ok(Ok((status, _))) => Delivered::Refused(status),
        }
    }
}

async fn answered(request: reqwest::RequestBuilder) -> reqwest::Result<(StatusCode, Vec<u8>)> {
    let response = request.send().await?;
    let status = response.status();
    Ok((status, response.bytes().await?.to_vec()))
}

/// `v0=` and the HMAC-SHA256 of `v0:TIMESTAMP:BODY` under the signing secret.
fn signature(secret: &str, seconds: i64, body: &str) -> String {
    // A key of any length does for HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("v0:{seconds}:{body}").as_bytes());
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_slacks_documentation() {
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V\
                    &channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=\
                    &response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN\
                    &trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        assert_eq!(
            signature("8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618, body),
            "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
        );
    }
}
