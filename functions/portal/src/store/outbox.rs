//! The outbox: what still has to be told to the outside, written with the fact it follows from.
//!
//! A row is in the index `DueOutbox` only while it is due. Whoever wrote it tries it at once, for which it is written
//! as tried and due a little later; whoever else takes one claims it first, which counts a try and postpones it. Done
//! rows leave the index, and so does a row that failed too often. The row that starts a run goes when the gateway has
//! taken the run on, with that change: so whoever asked for it has nothing to note.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::commit::indexed;
use super::error::Kind;
use super::{Item, Store, StoreError, item, keys};
use crate::AwsError;
use crate::domain::RunId;
use crate::domain::audit::Head;

/// After so many tries a row is put aside with its reason, so that others flow.
pub const MAX_TRIES: u32 = 8;

/// The number of the row that starts a run: it is written first.
pub(super) const START: u64 = 1;

/// The relay leaves a row to whoever wrote it for so long.
pub const HEAD_START: SignedDuration = SignedDuration::from_secs(10);

/// How long finished rows are kept for people to look at.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "UPPERCASE")]
pub enum Message {
    /// Start the run's gateway execution.
    Start,
    /// Wake the gateway that waits at this gate.
    Wake {
        /// The gate.
        gate: String,
    },
    /// Tell people.
    Notify {
        /// What.
        notice: Notice,
        /// By which medium; each is tried on its own.
        medium: Medium,
    },
    /// Remind those who have not decided at a gate.
    Remind {
        /// The gate.
        gate: String,
    },
    /// Ask those whom the gate is escalated to.
    Escalate {
        /// The gate.
        gate: String,
    },
    /// Stop the owner's execution of a run that is being cancelled.
    Stop,
    /// End the run if its deadline passed without an end.
    Deadline,
    /// Tell how the run ended to every execution that waits for it behind a door.
    Answer,
    /// See whether the executions that wait for the run still do.
    Watch,
    /// Keep the head of a closed run where nobody can change it.
    Anchor {
        /// The head when the row was written.
        head: Head,
    },
}

impl Message {
    /// Whether whoever wrote it leaves it to the relay: a deadline or a reminder lies in the future, and the
    /// archive is open to the relay alone; nobody's execution has ended in the moment in which it asked.
    pub fn is_left_to_the_relay(&self) -> bool {
        matches!(
            self,
            Self::Deadline | Self::Watch | Self::Anchor { .. } | Self::Remind { .. } | Self::Escalate { .. }
        )
    }

    /// Whether it is a request to Step Functions, which takes one that comes late for one that is done.
    pub fn asks_step_functions(&self) -> bool {
        matches!(self, Self::Start | Self::Wake { .. } | Self::Stop)
    }
}

/// How people are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// Slack: the owner team's channel, and messages to single people.
    Slack,
    /// Each person's mailbox.
    Email,
    /// The mailboxes of those who are told by Slack alone, where Slack was given up.
    EmailInstead,
}

/// What people are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Notice {
    /// The approvers of a gate: please decide.
    Asked {
        /// The gate.
        gate: String,
    },
    /// Those who have not decided yet: it is still open.
    Reminded {
        /// The gate.
        gate: String,
    },
    /// Those whom a gate was escalated to: please decide, since nobody did.
    Escalated {
        /// The gate.
        gate: String,
    },
    /// Whoever follows a gate: somebody voted, or the gate closed.
    Decided {
        /// The gate.
        gate: String,
    },
    /// Everybody who would have been asked: somebody let the run past its gates.
    GlassBroken,
    /// The requester: an approver proposes other parameters.
    Proposed,
    /// The requester: the run has ended.
    Ended,
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The run it follows from.
    pub run_id: RunId,
    /// Its number within the run.
    pub seq: u64,
    /// What is to be done.
    pub message: Message,
    /// When it was written.
    pub created_at: Timestamp,
    /// When the relay may take it.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// Why it was put aside, or why the newest try failed.
    #[serde(default)]
    pub reason: Option<String>,
    /// Whether it is done with: carried out, or put aside.
    #[serde(default)]
    pub state: RowState,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum RowState {
    /// To be done.
    #[default]
    Due,
    /// Carried out.
    Done,
    /// Put aside after too many tries.
    Quarantined,
}

impl Row {
    /// A row as it is written: whoever writes it is about to try it, where that is not left to the relay.
    pub fn new(run_id: RunId, seq: u64, message: Message, due_at: Timestamp, now: Timestamp) -> Self {
        let tries = u32::from(!message.is_left_to_the_relay());
        Self { run_id, seq, message, created_at: now, due_at, tries, reason: None, state: RowState::Due }
    }

    /// Its item: indexed while due, removed some time after it is done with.
    pub(super) fn item(&self) -> Result<Item, StoreError> {
        let key = keys::outbox(self.run_id, self.seq);
        if self.state == RowState::Due {
            let shard = keys::shard_name(keys::shard_of(self.run_id));
            let due = keys::stamp(self.due_at);
            return indexed(key, Kind::Outbox, self, keys::DUE_OUTBOX, shard, due);
        }
        let mut stored = item::to_item(key, Kind::Outbox, self)?;
        let until = self.due_at.as_second() + KEPT.as_secs();
        stored.insert(keys::TTL.to_owned(), AttributeValue::N(until.to_string()));
        Ok(stored)
    }
}

impl Store {
    /// The rows of a shard that are due, oldest first, read themselves.
    pub async fn due(&self, shard: u8, now: Timestamp, limit: i32) -> Result<Vec<Row>, StoreError> {
        let index = keys::DUE_OUTBOX;
        let answer = self
            .client
            .query()
            .table_name(&self.main)
            .index_name(index.name)
            .key_condition_expression("#shard = :shard AND #due <= :now")
            .expression_attribute_names("#shard", index.partition)
            .expression_attribute_names("#due", index.sort)
            .expression_attribute_values(":shard", AttributeValue::S(keys::shard_name(shard)))
            .expression_attribute_values(":now", AttributeValue::S(keys::stamp(now)))
            .limit(limit)
            .send()
            .await
            .map_err(AwsError::from)?;
        let mut rows = Vec::new();
        for (run_id, seq) in answer.items().iter().filter_map(row_of) {
            match self.read::<Row>(keys::outbox(run_id, seq)).await {
                Ok(row) => rows.extend(row.filter(|row| row.state == RowState::Due && row.due_at <= now)),
                // One row that cannot be read must not hold up the others.
                Err(StoreError::Corrupt(error)) => {
                    tracing::error!(%run_id, seq, %error, "unreadable outbox row");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(rows)
    }

    /// All rows of a run, whatever became of them.
    pub async fn outbox(&self, id: RunId) -> Result<Vec<Row>, StoreError> {
        self.read_prefix(&keys::run_partition(id), "OUT#").await
    }

    /// Writes a row's next state, if nobody else tried it since it was read.
    pub async fn update_row(&self, before: &Row, after: &Row) -> Result<(), StoreError> {
        let sent = self
            .client
            .put_item()
            .table_name(&self.main)
            .set_item(Some(after.item()?))
            .condition_expression("tries = :tries AND due_at = :due_at AND #state = :due")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":due_at", AttributeValue::S(before.due_at.to_string()))
            .expression_attribute_values(":tries", AttributeValue::N(before.tries.to_string()))
            .expression_attribute_values(":due", AttributeValue::S("DUE".to_owned()))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(service) if service.is_conditional_check_failed_exception() => Err(StoreError::Changed),
                _ => Err(AwsError::from(error).into()),
            },
        }
    }
}

fn row_of(entry: &Item) -> Option<(RunId, u64)> {
    let seq = entry.get(keys::SK)?.as_s().ok()?.strip_prefix("OUT#")?.parse().ok()?;
    Some((super::lists::run_of(entry)?, seq))
}
