//! What Slack and e-mail would have received: pages that show it as both would, on a listener of their own.
//!
//! 1. The stand-ins of Slack and SES record messages here, in `inbox.db`, so that a restart keeps them. Modals
//!    ([`views`]), addresses for answers ([`response_urls`]) and what was read ([`reads`]) are there, too.
//! 2. `/` is Slack and `/mail` a mail client, for whichever member the reader chose to be ([`pages`]); whatever
//!    can be pressed goes through the routes of [`super::slack`]. `/messages.json` has all for programs, newest
//!    first.
//! 3. `/wait?since=N` answers when something changed, so that an open page stays current without polling.

mod blocks;
mod mrkdwn;
mod pages;
mod reads;
mod response_urls;
mod store;
mod views;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::sqlite::{Database, StoreError};
use super::workspace::Roster;

pub(crate) use response_urls::{Answerable, Spent};
pub(crate) use views::OpenView;

/// How long a page's question for news stays open.
const LONGEST_WAIT: Duration = Duration::from_secs(25);
/// The pages show that many messages; `/messages.json` has all.
const SHOWN: usize = 500;

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
    /// Whether the channel shows the answer, too.
    #[serde(default)]
    pub reply_broadcast: bool,
    /// The only member who sees it, where it is for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_to: Option<String>,
    /// Text, in mrkdwn; shown in notifications when there are blocks.
    pub text: String,
    /// Block Kit blocks.
    #[serde(default)]
    pub blocks: Vec<Value>,
    /// What the app attached for itself and other apps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// Whether it is marked as edited.
    pub edited: bool,
}

/// An e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The `Message-ID`, with its angle brackets.
    pub message_id: String,
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
    /// Further headers, as the sender gave them.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
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
        let database = Database::open(&data.join("inbox.db"), store::VERSION, store::SCHEMA)?;
        Ok(Self(Arc::new(Inner { database, changes: watch::Sender::new(0) })))
    }

    /// The pages as an axum router; `roster` says who can be chosen.
    pub(crate) fn router(&self, roster: Roster) -> Router {
        Router::new()
            .route("/messages.json", get(list))
            .route("/wait", get(wait))
            .with_state(self.clone())
            .merge(pages::router(self.clone(), roster))
    }

    /// Every message, newest first.
    pub fn messages(&self) -> Result<Vec<Message>, StoreError> {
        store::messages(&self.0.database, usize::MAX)
    }

    /// Keeps an e-mail.
    pub(crate) fn record_mail(&self, mail: Mail) -> Result<(), StoreError> {
        store::insert(&self.0.database, &Content::Mail(mail))?;
        self.changed();
        Ok(())
    }

    /// Keeps a Slack message, with the timestamp it gets.
    pub(crate) fn record_slack(&self, message: SlackMessage) -> Result<SlackMessage, StoreError> {
        let kept = store::insert_slack(&self.0.database, message)?;
        self.changed();
        Ok(kept)
    }

    /// The Slack message with this timestamp in this channel.
    pub(crate) fn slack(&self, channel: &str, ts: &str) -> Result<Option<SlackMessage>, StoreError> {
        store::slack(&self.0.database, channel, ts)
    }

    /// Keeps what a Slack message says now.
    pub(crate) fn update_slack(&self, message: &SlackMessage) -> Result<(), StoreError> {
        store::update_slack(&self.0.database, message)?;
        self.changed();
        Ok(())
    }

    /// Removes a Slack message.
    pub(crate) fn delete_slack(&self, ts: &str) -> Result<(), StoreError> {
        store::delete_slack(&self.0.database, ts)?;
        self.changed();
        Ok(())
    }

    /// The newest messages that a page shows, oldest first.
    fn shown(&self) -> Result<Vec<Message>, StoreError> {
        let mut messages = store::messages(&self.0.database, SHOWN)?;
        messages.reverse();
        Ok(messages)
    }

    fn version(&self) -> u64 {
        *self.0.changes.borrow()
    }

    fn database(&self) -> &Database {
        &self.0.database
    }

    fn changed(&self) {
        self.0.changes.send_modify(|version| *version += 1);
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
