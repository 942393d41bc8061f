//! A stand-in of Slack's Web API: `chat.postMessage` and `chat.update` reach the inbox page.
//!
//! As with Slack, a refusal is HTTP 200 with `"ok": false` and an error by name.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::routing::{any, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::inbox::{Inbox, SlackMessage};

mod request;

use request::Message;

#[derive(Clone)]
struct Slack {
    inbox: Inbox,
    token: Arc<str>,
}

/// The API as an axum router; `token` is what the caller's bearer token must be.
pub fn router(inbox: Inbox, token: &str) -> Router {
    Router::new()
        .route("/api/chat.postMessage", post(post_message))
        .route("/api/chat.update", post(update))
        .route("/api/{method}", any(|| async { Json(refusal("unknown_method")) }))
        .with_state(Slack { inbox, token: token.into() })
}

async fn post_message(State(slack): State<Slack>, headers: HeaderMap, body: Bytes) -> Json<Value> {
    Json(slack.answer(&headers, &body, Slack::post).unwrap_or_else(refusal))
}

async fn update(State(slack): State<Slack>, headers: HeaderMap, body: Bytes) -> Json<Value> {
    Json(slack.answer(&headers, &body, Slack::edit).unwrap_or_else(refusal))
}

impl Slack {
    fn answer(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        act: fn(&Self, Message) -> Result<Value, &'static str>,
    ) -> Result<Value, &'static str> {
        self.check_token(headers)?;
        act(self, Message::read(headers, body)?)
    }

    fn check_token(&self, headers: &HeaderMap) -> Result<(), &'static str> {
        let value = headers.get(header::AUTHORIZATION).ok_or("not_authed")?;
        let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
        if token == Some(&*self.token) { Ok(()) } else { Err("invalid_auth") }
    }

    fn post(&self, message: Message) -> Result<Value, &'static str> {
        let asked = message.channel.ok_or("channel_not_found")?;
        let stored = SlackMessage {
            channel: channel_id(&asked),
            channel_name: asked.trim_start_matches('#').to_owned(),
            ts: String::new(),
            thread_ts: message.thread_ts,
            text: message.text,
            blocks: message.blocks,
            edited: false,
        };
        let stored = self.inbox.record_slack(stored).map_err(|_| "internal_error")?;
        Ok(accepted(&stored))
    }

    fn edit(&self, message: Message) -> Result<Value, &'static str> {
        let channel = channel_id(&message.channel.ok_or("channel_not_found")?);
        let ts = message.ts.ok_or("message_not_found")?;
        let edited = self.inbox.edit_slack(&channel, &ts, message.text, message.blocks);
        let edited = edited.map_err(|_| "internal_error")?.ok_or("message_not_found")?;
        Ok(accepted(&edited))
    }
}

fn accepted(message: &SlackMessage) -> Value {
    json!({
        "ok": true,
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": {"type": "message", "text": message.text, "ts": message.ts, "blocks": message.blocks},
    })
}

fn refusal(error: &'static str) -> Value {
    json!({"ok": false, "error": error})
}

/// Slack answers with the id of a channel that was given by name; here it follows from the name.
fn channel_id(channel: &str) -> String {
    let is_id = channel.len() >= 9
        && channel.starts_with(['C', 'D', 'G', 'U'])
        && channel.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if is_id {
        return channel.to_owned();
    }
    let digest = hex::encode_upper(Sha256::digest(channel.trim_start_matches('#')));
    format!("C{}", &digest[..10])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_has_one_id_however_it_is_written() {
        assert_eq!(channel_id("#team-cloud"), channel_id("team-cloud"));
        assert_ne!(channel_id("team-cloud"), channel_id("team-data"));
        assert_eq!(channel_id("C024BE91L"), "C024BE91L");
        assert_eq!(channel_id(&channel_id("team-cloud")), channel_id("team-cloud"));
    }
}
