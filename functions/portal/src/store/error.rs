//! What can go wrong between the portal and its tables.

use crate::AwsError;
use crate::domain::breaker::Breaker;
use crate::domain::limits::Full;

/// A read or write that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The run changed since it was read: read it again and decide anew.
    #[error("the run changed in the meantime")]
    Changed,
    /// Something that must not exist yet does: a vote, a key, a token.
    #[error("{0} exists already")]
    Exists(Kind),
    /// A limit of the workflow stands in the way of a new run.
    #[error("the workflow's limit is reached")]
    Full(Full),
    /// The caller's runs of this workflow failed one after the other, and none is let through.
    #[error("the circuit is open")]
    CircuitOpen(Box<Breaker>),
    /// The transition is not in the table of transitions.
    #[error("a run does not go from {from} to {to}")]
    NoSuchTransition {
        /// Where the run is.
        from: crate::domain::Status,
        /// Where it cannot go.
        to: crate::domain::Status,
    },
    /// `DynamoDB` kept refusing because of other transactions or throttling.
    #[error("the database is busy")]
    Busy,
    /// The item would not fit into 400 KB; nothing is truncated.
    #[error("{kind} would take {bytes} bytes, more than the {limit} that fit")]
    TooLarge {
        /// What was to be written.
        kind: Kind,
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// An item does not have the shape this release writes.
    #[error("an item cannot be read")]
    Corrupt(#[source] serde_json::Error),
    /// Something cannot be written as an item.
    #[error("a value cannot be stored")]
    NotStorable(#[source] serde_json::Error),
    /// An audit detail has no canonical form.
    #[error(transparent)]
    NotCanonical(#[from] crate::domain::digest::NotCanonical),
    /// `DynamoDB` could not be reached or refused the request.
    #[error("the database did not answer as expected: {0}")]
    Aws(#[from] AwsError),
}

/// The kinds of items that a condition can concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The run itself.
    Run,
    /// A vote.
    Vote,
    /// A task token.
    Token,
    /// A door's execution that waits for the end.
    Subscriber,
    /// An idempotency key.
    Key,
    /// An outbox row.
    Outbox,
    /// An audit record.
    Audit,
    /// An entry of a group's inbox.
    Inbox,
    /// A result.
    Result,
    /// A proposal of other parameters.
    Proposal,
    /// A deputy.
    Delegation,
    /// A person.
    Person,
    /// A group.
    Group,
    /// A session or a sign-in.
    Session,
    /// A published version.
    Version,
    /// A link between a person and a Slack user.
    Link,
    /// A message in Slack.
    SlackMessage,
    /// A signed request that was carried out.
    Seen,
    /// Places or counts of a workflow's limits.
    Limit(Full),
    /// A circuit.
    Breaker,
    /// What somebody was mailed, or what waits for a daily mail.
    Mail,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Run => "the run",
            Self::Vote => "the vote",
            Self::Token => "the token",
            Self::Subscriber => "the subscriber",
            Self::Key => "the key",
            Self::Outbox => "the outbox row",
            Self::Audit => "the audit record",
            Self::Inbox => "the inbox entry",
            Self::Result => "the result",
            Self::Proposal => "the proposal",
            Self::Delegation => "the deputy",
            Self::Person => "the person",
            Self::Group => "the group",
            Self::Session => "the session",
            Self::Version => "the version",
            Self::Link => "the link",
            Self::SlackMessage => "the message in Slack",
            Self::Seen => "the signed request",
            Self::Limit(_) => "the limit",
            Self::Breaker => "the circuit",
            Self::Mail => "the mail",
        })
    }
}
