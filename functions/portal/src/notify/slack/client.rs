//! Calls methods of Slack's Web API. A refusal has a name; "too often" has a time to come back.

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::header::RETRY_AFTER;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Block, View};
use crate::notify::NotifyError;
use crate::{Config, Http};

/// A notice is not worth a function's whole time.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long to wait where Slack says "later" without saying when.
const LATER: SignedDuration = SignedDuration::from_secs(30);
/// Slack's names for a message that nobody can change any more.
const GONE: [&str; 6] = [
    "message_not_found",
    "channel_not_found",
    "is_archived",
    "cant_update_message",
    "edit_window_closed",
    "not_in_channel",
];

/// The portal's app in a workspace.
#[derive(Debug, Clone)]
pub struct Slack {
    pub(super) http: Http,
    pub(super) url: String,
    hooks: String,
    token: Token,
}

/// A token that no log shows.
#[derive(Clone)]
struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// What is said: blocks, and the same in a line for notifications and screen readers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The line, escaped.
    pub text: String,
    /// The blocks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
}

/// Where a message stands: what `chat.update` and threads need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The channel's id, also where the message was addressed by a name.
    pub channel: String,
    /// Slack's timestamp, which identifies the message in its channel.
    pub ts: String,
}

/// Slack answers 200 and says here whether it meant it.
#[derive(Deserialize)]
struct Answer {
    ok: bool,
    error: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Slack {
    /// The app as configured; none without a token.
    pub(crate) fn new(config: &Config, http: Http) -> Option<Self> {
        let token = Token(config.slack_token.clone()?);
        Some(Self { http, url: config.slack_url.clone(), hooks: config.slack_hooks(), token })
    }

    /// Posts a message. `to` is a channel's name or id, or a user's id for a direct message. `once` names the
    /// message: Slack is told it, but promises nothing about two of the same name.
    pub async fn post(&self, to: &str, message: &Message, once: &str) -> Result<Place, NotifyError> {
        self.call("chat.postMessage", &posted(to, message, once)).await
    }

    /// Answers in a message's thread; `broadcast` shows it in the channel as well.
    pub async fn reply(
        &self,
        place: &Place,
        message: &Message,
        once: &str,
        broadcast: bool,
    ) -> Result<Place, NotifyError> {
        let mut body = posted(&place.channel, message, once);
        body["thread_ts"] = Value::from(&*place.ts);
        body["reply_broadcast"] = broadcast.into();
        self.call("chat.postMessage", &body).await
    }

    /// Replaces a message. One that somebody deleted stays deleted.
    pub async fn update(&self, place: &Place, message: &Message) -> Result<(), NotifyError> {
        let body = json!({
            "channel": place.channel, "ts": place.ts, "text": message.text, "blocks": message.blocks,
        });
        match self.call::<Value>("chat.update", &body).await {
            Err(NotifyError::Slack(name)) if GONE.contains(&&*name) => Ok(()),
            other => other.map(drop),
        }
    }

    /// Opens a modal; the trigger lives for three seconds.
    pub async fn open(&self, trigger_id: &str, view: &View) -> Result<(), NotifyError> {
        let body = json!({ "trigger_id": trigger_id, "view": view });
        self.call::<Value>("views.open", &body).await.map(drop)
    }

    /// Replaces what an open modal says.
    pub async fn replace(&self, view_id: &str, view: &View) -> Result<(), NotifyError> {
        self.call::<Value>("views.update", &json!({ "view_id": view_id, "view": view })).await.map(drop)
    }

    /// Tells one person something in a channel that nobody else there sees.
    pub async fn whisper(&self, channel: &str, user: &str, text: &str) -> Result<(), NotifyError> {
        let body = json!({ "channel": channel, "user": user, "text": text });
        self.call::<Value>("chat.postEphemeral", &body).await.map(drop)
    }

    /// The same through the address that came with a click. An address that is not Slack's is never called.
    pub async fn respond(&self, response_url: &str, text: &str) -> Result<(), NotifyError> {
        if !is_hook(response_url, &self.hooks) {
            return Err(NotifyError::Slack("the response URL is not Slack's".to_owned()));
        }
        let body = json!({ "response_type": "ephemeral", "replace_original": false, "text": text });
        let sent = self.http.client()?.post(response_url).timeout(TIMEOUT).json(&body).send().await?;
        if sent.status().is_success() { Ok(()) } else { Err(refused(&sent)) }
    }

    /// Calls a method.
    async fn call<T: DeserializeOwned>(&self, method: &str, body: &Value) -> Result<T, NotifyError> {
        let request = self.http.client()?.post(format!("{}/api/{method}", self.url)).timeout(TIMEOUT);
        let response = request.bearer_auth(&self.token.0).json(body).send().await?;
        answered(response).await
    }
}

/// Whether an address is at Slack's own place for answers to a click.
fn is_hook(url: &str, hooks: &str) -> bool {
    let (Ok(url), Ok(hooks)) = (reqwest::Url::parse(url), reqwest::Url::parse(hooks)) else { return false };
    url.origin() == hooks.origin() && url.username().is_empty() && url.password().is_none()
}

/// What a message is sent as. Slack fetches no page that it links to.
fn posted(to: &str, message: &Message, once: &str) -> Value {
    json!({
        "channel": to, "text": message.text, "blocks": message.blocks, "client_msg_id": once,
        "unfurl_links": false, "unfurl_media": false,
    })
}

/// What Slack answered, if it meant it.
pub(super) async fn answered<T: DeserializeOwned>(response: reqwest::Response) -> Result<T, NotifyError> {
    if !response.status().is_success() {
        return Err(refused(&response));
    }
    let answer: Answer = response.json().await?;
    if !answer.ok {
        let name = answer.error.unwrap_or_else(|| "no reason given".to_owned());
        let later = name == "ratelimited" || name == "rate_limited";
        return Err(if later { NotifyError::Later(LATER) } else { NotifyError::Slack(name) });
    }
    serde_json::from_value(answer.rest.into())
        .map_err(|_| NotifyError::Slack("its answer makes no sense".into()))
}

/// 429 always means later; 5xx does where it says until when.
fn refused(response: &reqwest::Response) -> NotifyError {
    let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let after = header.map(SignedDuration::from_secs).filter(|time| !time.is_negative());
    match (response.status().as_u16(), after) {
        (429, after) => NotifyError::Later(after.unwrap_or(LATER)),
        (503, Some(after)) => NotifyError::Later(after),
        (status, _) => NotifyError::Slack(format!("HTTP {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::is_hook;

    #[test]
    fn f29_only_slacks_own_host_takes_answers() {
        let check = |url: &str, expect: bool| {
            assert_eq!(is_hook(url, "https://hooks.slack.com"), expect, "{url}");
        };
        check("https://hooks.slack.com/actions/T1/2/abc", true);
        check("https://hooks.slack.com:443/actions/T1/2/abc", true);
        check("http://hooks.slack.com/actions/T1/2/abc", false);
        check("https://hooks.slack.com:8443/actions/T1/2/abc", false);
        check("https://slack.com/actions/T1/2/abc", false);
        check("https://hooks.slack.com.evil.example/actions", false);
        check("https://hooks.slack.com@evil.example/actions", false);
        check("https://me:secret@hooks.slack.com/actions", false);
        check("https://evil.example/https://hooks.slack.com/", false);
        check("//hooks.slack.com/actions", false);
        check("", false);
    }
}
