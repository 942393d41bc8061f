//! A message as a client sends it: JSON, or a form whose `blocks` are JSON text.

use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{HeaderMap, Uri, header};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Slack's limits.
const LONGEST_TEXT: usize = 40_000;
const MOST_BLOCKS: usize = 50;

/// What both methods take.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) channel: Option<String>,
    pub(super) ts: Option<String>,
    pub(super) thread_ts: Option<String>,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default, deserialize_with = "blocks")]
    pub(super) blocks: Vec<Value>,
}

impl Message {
    /// Reads a request's body, with Slack's names for what is wrong with it.
    pub(super) fn read(headers: &HeaderMap, body: &Bytes) -> Result<Self, &'static str> {
        let content_type =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let message: Self = if content_type.starts_with("application/json") {
            serde_json::from_slice(body).map_err(|_| "invalid_arguments")?
        } else {
            let uri = Uri::builder().path_and_query([b"/?".as_slice(), body].concat()).build();
            Query::try_from_uri(&uri.map_err(|_| "invalid_form_data")?).map_err(|_| "invalid_form_data")?.0
        };
        if message.text.is_empty() && message.blocks.is_empty() {
            return Err("no_text");
        }
        if message.text.chars().count() > LONGEST_TEXT {
            return Err("msg_too_long");
        }
        if message.blocks.len() > MOST_BLOCKS || message.blocks.iter().any(|block| !block["type"].is_string())
        {
            return Err("invalid_blocks");
        }
        Ok(message)
    }
}

/// An array, or JSON text of one.
fn blocks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Vec::new()),
        Value::Array(blocks) => Ok(blocks),
        Value::String(text) => serde_json::from_str(&text).map_err(serde::de::Error::custom),
        _ => Err(serde::de::Error::custom("blocks must be an array")),
    }
}
