//! A gate of a run: who must agree, how far it got, and the votes cast at it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a gate got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum GateStatus {
    /// It will be asked.
    Pending,
    /// Its approvers are asked now.
    Open,
    /// Enough people agreed.
    Approved,
    /// Somebody said no.
    Rejected,
    /// Time ran out.
    Expired,
    /// Not asked: its condition does not hold, or the run ended before it.
    Skipped,
}

/// A group as requesters and approvers read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GroupName {
    /// The group's id.
    pub id: String,
    /// The group's name.
    pub name: String,
}

/// A gate, pinned when the run was requested: a later change of the catalog does not move it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Identifies the gate within the run.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Why the gate exists.
    pub why: String,
    /// Groups whose members may decide.
    pub from: Vec<GroupName>,
    /// How many different people must approve.
    pub quorum: u32,
    /// How long the gate stays open, as ISO 8601.
    pub within: String,
    /// The same in seconds.
    pub within_seconds: u64,
    /// Whether even an approval needs a reason.
    pub reason_required: bool,
    /// How far it got.
    pub status: GateStatus,
    /// Raised when something voids the votes; part of every vote's key.
    pub generation: u32,
    /// Raised each time the gateway waits anew; only the newest token is ever used.
    pub token_generation: u32,
    /// When its approvers were first asked.
    pub opened_at: Option<Timestamp>,
    /// When it closes by itself.
    pub expires_at: Option<Timestamp>,
}

impl Gate {
    /// Whether people can still decide.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.status == GateStatus::Open && self.expires_at.is_some_and(|at| now < at)
    }

    /// The ids of the groups that may decide.
    pub fn group_ids(&self) -> Vec<String> {
        self.from.iter().map(|group| group.id.clone()).collect()
    }
}

/// What an approver says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Let it through.
    Approve,
    /// Stop it; one rejection is enough.
    Reject,
}

/// One person's vote at one gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The gate.
    pub gate: String,
    /// The gate's generation when the vote was cast.
    pub generation: u32,
    /// The person's id.
    pub person: String,
    /// The person's name at that moment.
    pub name: String,
    /// What they said.
    pub decision: Decision,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Where it came from: `portal`, `api`, `slack`, `email`.
    pub channel: String,
    /// The run's digest that the person saw.
    pub digest: String,
}
