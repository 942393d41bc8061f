//! What Slack and e-mail would have received: a page that shows it, on a listener of its own.
//!
//! 1. The stand-ins of Slack and SES record messages here, in `inbox.db`, so that a restart keeps them.
//! 2. `/` draws them, newest first; `/messages.json` is the same for programs.
//! 3. `/wait?since=N` answers when something changed, so that an open page stays current without polling.

mod blocks;
mod mrkdwn;
mod page;
mod store;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::sqlite::{Database, StoreError};

/// How long a page's question for news stays open.
const LONGEST_WAIT: Duration = Duration::from_secs(25);
/// The page shows that many messages; `/messages.json` has all.
const SHOWN: usize = 200;

/// The inbox. Clones share it.
#[derive(Clone)]
pub struct Inbox(Arc<Inner>);

struct Inner {
    database: Database,
    changes: watch::Sender<u64>,
}

/// A message that somebody would have received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Grows with every message.
    pub id: i64,
    /// When it was sent.
    pub at: Timestamp,
    /// What was sent.
    #[serde(flatten)]
    pub content: Content,
}

/// A message's channel and content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Content {
    /// A message in a Slack channel.
    Slack(SlackMessage),
    /// An e-mail.
    Mail(Mail),
}

/// A message in a Slack channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlackMessage {
    /// The channel's id.
    pub channel: String,
    /// The channel as the sender wrote it, without `#`.
    pub channel_name: String,
    /// Slack's timestamp, which identifies the message within its channel.
    pub ts: String,
    /// The message it answers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
    /// Text, in mrkdwn; shown in notifications when there are blocks.
    pub text: String,
    /// Block Kit blocks.
    #[serde(default)]
    pub blocks: Vec<Value>,
    /// Whether `chat.update` changed it.
    pub edited: bool,
}

/// An e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Sender.
    pub from: String,
    /// Recipients.
    pub to: Vec<String>,
    /// Recipients of a copy.
    #[serde(default)]
    pub cc: Vec<String>,
    /// Recipients that the others do not see.
    #[serde(default)]
    pub bcc: Vec<String>,
    /// Where an answer goes.
    #[serde(default)]
    pub reply_to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Plain text part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// HTML part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

impl Inbox {
    /// Opens `inbox.db` in the data folder.
    pub fn open(data: &Path) -> Result<Self, StoreError> {
        let database = Database::open(&data.join("inbox.db"), 1, store::SCHEMA)?;
        Ok(Self(Arc::new(Inner { database, changes: watch::Sender::new(0) })))
    }

    /// The page as an axum router.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(show))
            .route("/messages.json", get(list))
            .route("/wait", get(wait))
            .with_state(self.clone())
    }

    /// Every message, newest first.
    pub fn messages(&self) -> Result<Vec<Message>, StoreError> {
        store::messages(&self.0.database, usize::MAX)
    }

    /// Keeps an e-mail and gives its message id.
    pub fn record_mail(&self, mail: Mail) -> Result<String, StoreError> {
        let id = store::insert(&self.0.database, &Content::Mail(mail))?;
        self.changed();
        Ok(format!("local-{id:08}"))
    }

    /// Keeps a Slack message, with the timestamp it gets.
    pub fn record_slack(&self, message: SlackMessage) -> Result<SlackMessage, StoreError> {
        let kept = store::insert_slack(&self.0.database, message)?;
        self.changed();
        Ok(kept)
    }

    /// Changes a Slack message; none when there is no such message.
    pub fn edit_slack(
        &self,
        channel: &str,
        ts: &str,
        text: String,
        blocks: Vec<Value>,
    ) -> Result<Option<SlackMessage>, StoreError> {
        let edited = store::edit_slack(&self.0.database, channel, ts, text, blocks)?;
        self.changed();
        Ok(edited)
    }

    fn changed(&self) {
        self.0.changes.send_modify(|version| *version += 1);
    }
}

async fn show(State(inbox): State<Inbox>) -> Response {
    let version = *inbox.0.changes.borrow();
    let page = store::messages(&inbox.0.database, SHOWN)
        .map_err(anyhow::Error::from)
        .and_then(|messages| page::render(&messages, version));
    match page {
        Ok(page) => ([(header::CONTENT_SECURITY_POLICY, page.policy)], axum::response::Html(page.html))
            .into_response(),
        Err(error) => failed(&error),
    }
}

async fn list(State(inbox): State<Inbox>) -> Response {
    match inbox.messages() {
        Ok(messages) => Json(json!({"messages": messages})).into_response(),
        Err(error) => failed(&error.into()),
    }
}

#[derive(Debug, Deserialize)]
struct Since {
    since: u64,
}

async fn wait(State(inbox): State<Inbox>, Query(Since { since }): Query<Since>) -> Json<Value> {
    let mut changes = inbox.0.changes.subscribe();
    // Quiet until the time is over is an answer, too: the version is the same then.
    let _ = tokio::time::timeout(LONGEST_WAIT, changes.wait_for(|version| *version != since)).await;
    let version = *inbox.0.changes.borrow();
    Json(json!({"version": version}))
}

fn failed(error: &anyhow::Error) -> Response {
    tracing::error!(%error, "the inbox could not be shown");
    (StatusCode::INTERNAL_SERVER_ERROR, "The inbox could not be read; see the log.").into_response()
}
