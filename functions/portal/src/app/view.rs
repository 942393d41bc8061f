//! What callers see of a run: the JSON of the API, and what the pages are rendered from.

use catalog_model::approval::{Channel, Risk};
use form::FieldError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::facts::ParameterFact;
use super::limits::Exceeded;
use crate::domain::{
    CallerKind, Decision, Failure, Gate, GateStatus, GroupName, OuterRun, ParameterRow, PersonName, Record,
    Run, RunId, Status, Vote,
};

/// A line of a list of runs.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RunLine {
    /// The run.
    pub id: RunId,
    /// The workflow's slug.
    pub workflow: String,
    /// The workflow's title.
    pub title: String,
    /// Where the run is.
    pub status: Status,
    /// Whether a person asked, or the state machine of a team.
    #[serde(default)]
    pub caller: CallerKind,
    /// Who asked: a person, or the team whose state machine did.
    pub requester: PersonName,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// A page of runs.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RunPage {
    /// The runs, newest first.
    pub runs: Vec<RunLine>,
    /// Where the next page begins; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A run as those see it who may.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RunView {
    /// What a list says of it.
    #[serde(flatten)]
    pub line: RunLine,
    /// When it ends at the latest.
    #[schema(value_type = String, format = DateTime)]
    pub deadline: Timestamp,
    /// Digest of the run.
    pub digest: String,
    /// Digest of the workflow it was requested from.
    pub workflow_digest: String,
    /// The parameters in words.
    pub parameters: Vec<ParameterRow>,
    /// The gates.
    pub approvals: Vec<GateView>,
    /// What the steps returned. A result that is too large to be kept comes as
    /// `{"too_large": {digest, bytes, execution}}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// The run whose steps asked for this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_run: Option<OuterRun>,
    /// The run that this one replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<RunId>,
    /// The run that replaced this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<RunId>,
    /// The approver whose parameters these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited_by: Option<PersonName>,
    /// What an approver would let through instead, until the requester answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<ProposalView>,
    /// What the person who looks may do.
    pub actions: Actions,
    /// What happened, in order.
    pub audit: Vec<AuditView>,
}

/// What the person who looks may do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Actions {
    /// Cancel the run.
    pub cancel: bool,
    /// Decide at these gates.
    pub decide: Vec<String>,
    /// Let it past its gates in an emergency.
    pub break_glass: bool,
    /// Answer the proposal.
    pub answer: bool,
}

/// Parameters that an approver proposes.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ProposalView {
    /// Who.
    pub editor: PersonName,
    /// Why.
    pub reason: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The parameters in words, with what they are in the run where that differs.
    pub parameters: Vec<ParameterFact>,
}

/// A gate of a run.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GateView {
    /// Its name.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Why it exists.
    pub why: String,
    /// Gates of one stage are asked side by side.
    pub stage: u32,
    /// Groups whose members may decide now.
    pub from: Vec<GroupName>,
    /// People who may decide now by name.
    pub people: Vec<PersonName>,
    /// How many must approve.
    pub quorum: u32,
    /// Each of them for another group.
    pub distinct_groups: bool,
    /// How far it got.
    pub status: GateStatus,
    /// When it closes by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When others were asked besides, since nobody had decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub escalated_at: Option<Timestamp>,
    /// Whether even an approval needs a reason.
    pub reason_required: bool,
    /// Whether it is decided in the portal only, soon after signing in.
    pub high_risk: bool,
    /// Channels by which people may decide: `portal`, `api`, `slack`, `email`.
    #[schema(value_type = Vec<String>)]
    pub channels: Vec<Channel>,
    /// The votes so far.
    pub votes: Vec<VoteView>,
}

/// A vote.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct VoteView {
    /// Who.
    pub person: PersonName,
    /// What they said.
    pub decision: Decision,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// By which channel: `portal`, `api`, `slack`, `email`.
    #[schema(value_type = String)]
    pub channel: Channel,
    /// Whose deputy the person was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonName>,
}

/// A line of the audit.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AuditView {
    /// Its number.
    pub seq: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// By which channel: `portal`, `api`, `slack`, `email`; absent for what machines of ours did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// What.
    pub action: String,
    /// The run's digest at that moment.
    pub digest: String,
    /// More about it.
    pub detail: Value,
}

/// A fault of a parameter.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FieldView {
    /// JSON pointer of the value.
    pub pointer: String,
    /// What is wrong with it; never the value itself.
    pub message: String,
}

/// A preview: whether a request would be accepted and what would be asked.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CheckView {
    /// Whether the parameters are valid.
    pub valid: bool,
    /// What is wrong with them.
    pub errors: Vec<FieldView>,
    /// The approvals that will be asked.
    pub approvals: Vec<AskedView>,
    /// Whether the person may request the workflow.
    pub may_request: bool,
    /// The limit of the workflow that would stand in the way now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Exceeded>,
    /// Digest of the workflow that was checked against.
    pub workflow_digest: String,
    /// The parameters in words.
    pub parameters: Vec<ParameterRow>,
}

/// An approval that will be asked.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AskedView {
    /// Its name.
    pub name: String,
    /// What people read.
    pub title: String,
    /// Why it is asked.
    pub why: String,
    /// Gates of one stage are asked side by side.
    pub stage: u32,
    /// Groups whose members may decide.
    pub from: Vec<GroupName>,
    /// People who may decide by name.
    pub people: Vec<PersonName>,
    /// How many must approve.
    pub quorum: u32,
    /// Each of them for another group.
    pub distinct_groups: bool,
    /// How long they have, as ISO 8601.
    pub within: String,
}

/// An open gate in somebody's inbox.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct InboxLine {
    /// The run.
    pub run_id: RunId,
    /// The workflow's slug.
    pub workflow: String,
    /// The workflow's title.
    pub title: String,
    /// The gate.
    pub gate: String,
    /// What people read.
    pub gate_title: String,
    /// Who asked.
    pub requester: PersonName,
    /// When it closes by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// How many approved so far.
    pub votes: u32,
    /// How many must.
    pub quorum: u32,
}

impl From<&Run> for RunLine {
    fn from(run: &Run) -> Self {
        Self {
            id: run.id,
            workflow: run.workflow.clone(),
            title: run.title.clone(),
            status: run.status,
            caller: run.caller,
            requester: run.requester.clone(),
            created_at: run.created_at,
            updated_at: run.updated_at,
        }
    }
}

impl GateView {
    /// A gate with those of the run's votes that were cast at it.
    pub fn new(gate: &Gate, votes: &[Vote]) -> Self {
        let here = votes.iter().filter(|vote| vote.gate == gate.name && vote.generation == gate.generation);
        Self {
            name: gate.name.clone(),
            title: gate.title.clone(),
            why: gate.why.clone(),
            stage: gate.stage,
            from: gate.groups().cloned().collect(),
            people: gate.people().cloned().collect(),
            quorum: gate.quorum,
            distinct_groups: gate.distinct_groups,
            status: gate.status,
            expires_at: gate.expires_at,
            escalated_at: gate.escalation.as_ref().and_then(|escalation| escalation.at),
            reason_required: gate.reason_required,
            high_risk: gate.risk == Risk::High,
            channels: gate.channels.clone(),
            votes: here.map(VoteView::from).collect(),
        }
    }
}

impl From<&Vote> for VoteView {
    fn from(vote: &Vote) -> Self {
        Self {
            person: PersonName { id: vote.person.clone(), name: vote.name.clone() },
            decision: vote.decision,
            reason: vote.reason.clone(),
            at: vote.at,
            channel: vote.channel,
            on_behalf_of: vote.on_behalf_of.clone(),
        }
    }
}

impl From<Record> for AuditView {
    fn from(record: Record) -> Self {
        let Record { seq, at, actor, channel, action, digest, detail, .. } = record;
        Self { seq, at, actor, channel, action, digest, detail }
    }
}

impl From<&Gate> for AskedView {
    fn from(gate: &Gate) -> Self {
        Self {
            name: gate.name.clone(),
            title: gate.title.clone(),
            why: gate.why.clone(),
            stage: gate.stage,
            from: gate.circle.groups.clone(),
            people: gate.circle.people.clone(),
            quorum: gate.quorum,
            distinct_groups: gate.distinct_groups,
            within: gate.within.clone(),
        }
    }
}

impl From<FieldError> for FieldView {
    fn from(error: FieldError) -> Self {
        Self { pointer: error.pointer, message: error.message }
    }
}

impl From<form::Row> for ParameterRow {
    fn from(row: form::Row) -> Self {
        Self {
            label: row.label,
            pointer: row.pointer,
            text: row.text,
            secret: row.secret,
            is_default: row.is_default,
            default: row.default,
        }
    }
}
