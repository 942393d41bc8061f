//! What a message says: text and blocks, checked as Slack checks them.

use serde_json::Value;

use super::arguments::Arguments;
use super::blocks;
use super::refusal::Refusal;
use crate::services::inbox::SlackMessage;
use crate::services::workspace::Conversation;

const LONGEST_TEXT: usize = 40_000;

/// A message's content; `blocks` is none where the caller sent none.
pub(super) struct Content {
    pub(super) text: String,
    pub(super) blocks: Option<Vec<Value>>,
    pub(super) metadata: Option<Value>,
}

impl Content {
    /// Reads the arguments of the methods that write messages.
    pub(super) fn read(arguments: &Arguments) -> Result<Self, Refusal> {
        if arguments.json("attachments")?.is_some() {
            return Err(Refusal::argument("/attachments", "local mode draws blocks, not attachments"));
        }
        let content = Self {
            text: arguments.text("text").unwrap_or_default().to_owned(),
            blocks: arguments.json("blocks")?.map(checked).transpose()?,
            metadata: arguments.json("metadata")?.map(checked_metadata).transpose()?,
        };
        if content.text.is_empty() && content.blocks.as_ref().is_none_or(Vec::is_empty) {
            return Err("no_text".into());
        }
        if content.text.chars().count() > LONGEST_TEXT {
            return Err("msg_too_long".into());
        }
        Ok(content)
    }

    /// A message of the bot with this content, not yet sent.
    pub(super) fn into_message(self, to: &Conversation) -> SlackMessage {
        SlackMessage {
            channel: to.id(),
            channel_name: to.name().to_owned(),
            ts: String::new(),
            thread_ts: None,
            reply_broadcast: false,
            ephemeral_to: None,
            text: self.text,
            blocks: self.blocks.unwrap_or_default(),
            metadata: self.metadata,
            edited: false,
        }
    }
}

fn checked(mut blocks: Value) -> Result<Vec<Value>, Refusal> {
    let faults = blocks::check_message(&blocks);
    if !faults.is_empty() {
        return Err(Refusal::because("invalid_blocks", faults));
    }
    blocks::name_all(&mut blocks);
    match blocks {
        Value::Array(blocks) => Ok(blocks),
        _ => Err("invalid_blocks_format".into()),
    }
}

fn checked_metadata(metadata: Value) -> Result<Value, Refusal> {
    let well_formed = metadata["event_type"].is_string() && metadata["event_payload"].is_object();
    if well_formed { Ok(metadata) } else { Err("invalid_metadata_format".into()) }
}
