//! Posts to Slack with `chat.postMessage`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::NotifyError;
use crate::Config;

/// A notice is not worth a function's whole time.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
pub(super) struct Slack {
    http: reqwest::Client,
    url: String,
    token: Option<Token>,
}

/// A token that no log shows.
#[derive(Clone)]
struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// Slack answers 200 and says here whether it meant it.
#[derive(Deserialize)]
struct Answer {
    ok: bool,
    error: Option<String>,
}

impl Slack {
    pub(super) fn new(config: &Config, http: reqwest::Client) -> Self {
        let url = format!("{}/api/chat.postMessage", config.slack_url);
        Self { http, url, token: config.slack_token.clone().map(Token) }
    }

    /// Posts a text; without a token nothing is posted.
    pub(super) async fn post(&self, channel: &str, text: &str) -> Result<(), NotifyError> {
        let Some(token) = &self.token else { return Ok(()) };
        let body = json!({
            "channel": channel,
            "text": text,
            "mrkdwn": true,
            "unfurl_links": false,
            "unfurl_media": false,
        });
        let request = self.http.post(&self.url).timeout(TIMEOUT).bearer_auth(&token.0).json(&body);
        let response = request.send().await?;
        if !response.status().is_success() {
            return Err(NotifyError::Slack(response.status().to_string()));
        }
        let answer: Answer = response.json().await?;
        if answer.ok {
            Ok(())
        } else {
            Err(NotifyError::Slack(answer.error.unwrap_or_else(|| "no reason given".to_owned())))
        }
    }
}
