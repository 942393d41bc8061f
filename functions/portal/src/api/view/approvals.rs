//! Gates: as a preview announces them, as a run has them, and as an approver's inbox lists them.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{Decision, Gate, GateStatus, GroupName, Requester, Run, RunId, Vote};

/// A gate that a request would have to pass.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Asked {
    name: String,
    title: String,
    /// Why the gate exists.
    why: String,
    /// Groups whose members may decide.
    from: Vec<GroupName>,
    /// How many different people must approve.
    quorum: u32,
    /// How long the gate stays open, in words.
    within: String,
}

/// A gate of a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GateBody {
    pub(crate) name: String,
    pub(crate) title: String,
    /// Why the gate exists.
    why: String,
    /// Groups whose members may decide.
    from: Vec<GroupName>,
    /// How many different people must approve.
    quorum: u32,
    pub(crate) status: GateStatus,
    /// When it closes by itself, once it is open.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    votes: Vec<VoteBody>,
}

/// One person's vote.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct VoteBody {
    /// The person's name.
    person: String,
    decision: Decision,
    reason: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// `portal`, `api`, `slack` or `email`.
    channel: String,
}

/// A gate that waits for the person who asks.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct InboxEntry {
    run_id: RunId,
    /// The workflow's slug.
    workflow: String,
    /// The workflow's title.
    title: String,
    /// The gate's name.
    gate: String,
    gate_title: String,
    requester: Requester,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// How many have approved.
    votes: usize,
    quorum: u32,
}

impl From<&Gate> for Asked {
    fn from(gate: &Gate) -> Self {
        Self {
            name: gate.name.clone(),
            title: gate.title.clone(),
            why: gate.why.clone(),
            from: gate.from.clone(),
            quorum: gate.quorum,
            within: words(&gate.within),
        }
    }
}

impl GateBody {
    /// A gate with its own votes among those of the run.
    pub(crate) fn new(gate: &Gate, votes: &[Vote]) -> Self {
        let own = votes.iter().filter(|vote| vote.gate == gate.name && vote.generation == gate.generation);
        Self {
            name: gate.name.clone(),
            title: gate.title.clone(),
            why: gate.why.clone(),
            from: gate.from.clone(),
            quorum: gate.quorum,
            status: gate.status,
            expires_at: gate.expires_at,
            votes: own.map(VoteBody::from).collect(),
        }
    }
}

impl From<&Vote> for VoteBody {
    fn from(vote: &Vote) -> Self {
        Self {
            person: vote.name.clone(),
            decision: vote.decision,
            reason: vote.reason.clone(),
            at: vote.at,
            channel: vote.channel.clone(),
        }
    }
}

impl InboxEntry {
    /// A gate of a run with the number of approvals it has.
    pub(crate) fn new(run: &Run, gate: &Gate, votes: usize) -> Self {
        Self {
            run_id: run.id,
            workflow: run.workflow.clone(),
            title: run.title.clone(),
            gate: gate.name.clone(),
            gate_title: gate.title.clone(),
            requester: run.requester.clone(),
            expires_at: gate.expires_at,
            votes,
            quorum: gate.quorum,
        }
    }
}

fn words(within: &str) -> String {
    catalog_model::IsoDuration::parse(within).map_or_else(|_| within.to_owned(), |duration| duration.words())
}
