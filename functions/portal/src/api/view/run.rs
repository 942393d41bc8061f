//! A run as a list shows it, and as a whole.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::approvals::GateBody;
use crate::domain::{Failure, ParameterRow, Record, Requester, Run, RunId, Status};

/// A run in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RunLine {
    id: RunId,
    /// The workflow's slug.
    workflow: String,
    /// The workflow's title when the run was requested.
    title: String,
    status: Status,
    requester: Requester,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// A run and everything that became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct RunBody {
    #[serde(flatten)]
    pub(crate) line: RunLine,
    /// When the run ends at the latest.
    #[schema(value_type = String, format = DateTime)]
    deadline: Timestamp,
    /// What votes are bound to: send it with a decision.
    pub(crate) digest: String,
    /// Which version of the workflow was requested.
    workflow_digest: String,
    /// The parameters in words; a secret says only that it is set.
    parameters: Vec<ParameterRow>,
    pub(crate) approvals: Vec<GateBody>,
    /// What the owner's steps returned.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Value>,
    /// Why the run did not succeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
    pub(crate) actions: Actions,
    /// Every fact about the run, in order.
    audit: Vec<AuditBody>,
}

/// What the person who asks may do with the run now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Actions {
    /// Ask to cancel it.
    pub(crate) cancel: bool,
    /// Decide at these gates.
    pub(crate) decide: Vec<String>,
}

/// One fact of the audit trail.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AuditBody {
    /// Its number in the run, from 1.
    seq: u64,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who did it: `person:ada`, `gateway`, `relay`.
    actor: String,
    /// What was done, as a stable word.
    action: String,
    /// More about it.
    detail: Value,
}

impl From<&Run> for RunLine {
    fn from(run: &Run) -> Self {
        Self {
            id: run.id,
            workflow: run.workflow.clone(),
            title: run.title.clone(),
            status: run.status,
            requester: run.requester.clone(),
            created_at: run.created_at,
            updated_at: run.updated_at,
        }
    }
}

impl RunBody {
    /// The whole run for one reader.
    pub(crate) fn new(
        run: &Run,
        approvals: Vec<GateBody>,
        result: Option<Value>,
        actions: Actions,
        audit: Vec<Record>,
    ) -> Self {
        Self {
            line: RunLine::from(run),
            deadline: run.deadline,
            digest: run.digest.clone(),
            workflow_digest: run.workflow_digest.clone(),
            parameters: run.rows.clone(),
            approvals,
            result,
            error: run.failure.clone(),
            actions,
            audit: audit.into_iter().map(AuditBody::from).collect(),
        }
    }
}

impl From<Record> for AuditBody {
    fn from(Record { seq, at, actor, action, detail, .. }: Record) -> Self {
        Self { seq, at, actor, action, detail }
    }
}
