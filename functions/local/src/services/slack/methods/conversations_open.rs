//! `conversations.open`: the bot's conversation with one member.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;

pub(super) fn run(slack: &Slack, _: &HeaderMap, arguments: &Arguments) -> Result<Value, Refusal> {
    let users = arguments.text("users").ok_or("users_list_not_supplied")?;
    if users.contains(',') {
        // Conversations of several members are none of the portal's.
        return Err("method_not_supported_for_channel_type".into());
    }
    let member = slack.member(users.trim())?;
    Ok(json!({"channel": {"id": member.direct_id()}}))
}
