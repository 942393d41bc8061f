//! `chat.postEphemeral`: one member sees it.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;

use crate::services::slack::content::Content;

pub(super) fn run(slack: &Slack, _: &HeaderMap, arguments: &Arguments) -> Result<Value, Refusal> {
    let to = slack.conversation(arguments.text("channel").ok_or("channel_not_found")?)?;
    let member = slack.member(arguments.need("user")?)?;
    if !to.is_open_to(&member.id) {
        return Err("user_not_in_channel".into());
    }
    let mut message = Content::read(arguments)?.into_message(&to);
    message.thread_ts = arguments.text("thread_ts").map(str::to_owned);
    message.ephemeral_to = Some(member.id);
    let sent = slack.inbox.record_slack(message)?;
    Ok(json!({"message_ts": sent.ts}))
}
