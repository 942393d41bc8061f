//! `chat.postMessage`: to a channel by name or id, to a member by user id.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;

use crate::services::slack::content::Content;
use crate::services::slack::message_json;

pub(super) fn run(slack: &Slack, _: &HeaderMap, arguments: &Arguments) -> Result<Value, Refusal> {
    let to = slack.conversation(arguments.text("channel").ok_or("channel_not_found")?)?;
    let mut message = Content::read(arguments)?.into_message(&to);
    if let Some(ts) = arguments.text("thread_ts") {
        let parent = slack.inbox.slack(&to.id(), ts)?.ok_or("thread_not_found")?;
        // An answer to an answer belongs to the same thread.
        message.thread_ts = Some(parent.thread_ts.unwrap_or(parent.ts));
        message.reply_broadcast = arguments.flag("reply_broadcast");
    }
    let sent = slack.inbox.record_slack(message)?;
    Ok(json!({"channel": sent.channel, "ts": sent.ts, "message": message_json(&sent)}))
}
