//! `chat.update`: another content for a message of the bot.
//!
//! As Slack documents it: blocks stay unless blocks or a text are given, a text alone removes them, and only a
//! message without blocks is marked as edited.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;

use crate::services::slack::content::Content;
use crate::services::slack::message_json;

pub(super) fn run(slack: &Slack, _: &HeaderMap, arguments: &Arguments) -> Result<Value, Refusal> {
    let channel = arguments.text("channel").ok_or("channel_not_found")?;
    let to = slack.conversation(channel)?;
    // A name or a user id posts a message; only the channel's own id finds one again.
    if to.id() != channel {
        return Err("channel_not_found".into());
    }
    let ts = arguments.need("ts")?;
    let message = slack.inbox.slack(channel, ts)?.filter(|message| message.ephemeral_to.is_none());
    let mut message = message.ok_or("message_not_found")?;
    let content = Content::read(arguments)?;
    message.edited |= content.blocks.is_none();
    message.text = content.text;
    message.blocks = content.blocks.unwrap_or_default();
    message.metadata = content.metadata.or(message.metadata);
    slack.inbox.update_slack(&message)?;
    Ok(
        json!({"channel": message.channel, "ts": message.ts, "text": message.text, "message": message_json(&message)}),
    )
}
