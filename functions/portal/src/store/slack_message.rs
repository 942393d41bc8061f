//! What was sent to Slack: where each message stands, so that it can be changed days later, and which replies
//! were made, so that none is made twice.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::{Store, StoreError, item, keys};
use crate::AwsError;
use crate::domain::RunId;

/// The message about a gate itself; what else was sent has a name of its own.
pub const REQUEST: &str = "request";

/// Something that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The gate; empty when it is about the run.
    pub gate: String,
    /// To whom: a channel's name, or a user's id.
    pub to: String,
    /// What it was: [`REQUEST`], `vote 1 bob`.
    pub what: String,
    /// The channel's id and the message's timestamp there; none while it is being sent.
    #[serde(default)]
    pub place: Option<(String, String)>,
    /// When it was sent.
    pub at: Timestamp,
}

impl Sent {
    fn key(&self, run: RunId) -> keys::Key {
        keys::slack_message(run, &self.gate, &self.to, &self.what)
    }
}

impl Store {
    /// What was sent about a gate, or with an empty name about the run itself.
    pub async fn slack_messages(&self, run: RunId, gate: &str) -> Result<Vec<Sent>, StoreError> {
        self.read_prefix(&keys::run_partition(run), &format!("SLACK#{gate}#")).await
    }

    /// Keeps where a message stands.
    pub async fn put_slack_message(&self, run: RunId, sent: &Sent) -> Result<(), StoreError> {
        self.put(item::to_item(sent.key(run), Kind::SlackMessage, sent)?).await
    }

    /// Whether this is the first who wants to send it.
    pub async fn claim_slack_message(&self, run: RunId, sent: &Sent) -> Result<bool, StoreError> {
        let claimed = self
            .client
            .put_item()
            .table_name(&self.main)
            .set_item(Some(item::to_item(sent.key(run), Kind::SlackMessage, sent)?))
            .condition_expression("attribute_not_exists(PK)")
            .send()
            .await;
        match claimed {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(service) if service.is_conditional_check_failed_exception() => Ok(false),
                _ => Err(AwsError::from(error).into()),
            },
        }
    }

    /// Gives up a claim: it was not sent.
    pub async fn drop_slack_message(&self, run: RunId, sent: &Sent) -> Result<(), StoreError> {
        self.remove(sent.key(run)).await
    }
}
