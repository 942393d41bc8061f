//! `openid.connect.token`: the portal exchanges a code. It proves who it is with its id and secret, in the
//! arguments or as HTTP Basic.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;

pub(super) fn run(slack: &Slack, headers: &HeaderMap, arguments: &Arguments) -> Result<Value, Refusal> {
    let argument = |name: &str| arguments.text(name).map(str::to_owned);
    let (id, secret) = basic(headers).map_or_else(
        || (argument("client_id"), argument("client_secret")),
        |(id, secret)| (Some(id), Some(secret)),
    );
    if id.as_ref() != Some(&slack.app.client_id) {
        return Err("invalid_client_id".into());
    }
    if secret.as_ref() != Some(&slack.app.client_secret) {
        return Err("bad_client_secret".into());
    }
    if arguments.text("grant_type").is_some_and(|kind| kind != "authorization_code") {
        return Err("invalid_grant_type".into());
    }
    slack.tokens(arguments)
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}
