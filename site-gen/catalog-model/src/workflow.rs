//! `workflows/<slug>/workflow.json`: what is offered, to whom, and behind which approvals.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::IsoDuration;

/// The file `workflow.json`. The workflow's slug is its folder's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// The JSON Schema of this file, for editors.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// What it does, as a short imperative: `Resize an RDS cluster`.
    pub title: String,
    /// One sentence for lists and search.
    pub summary: String,
    /// The team that owns it: the name of a file in `teams/`.
    pub owner: String,
    /// Whether people run it or other workflows call it.
    #[serde(default)]
    pub kind: Kind,
    /// Words to filter by, in lower case.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The Region its state machine lives in; the portal's primary Region when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Groups whose members may request it; everybody who can sign in when empty.
    #[serde(default)]
    pub requesters: Vec<String>,
    /// Teams whose state machines may call it through their door.
    #[serde(default)]
    pub callers: Vec<String>,
    /// JSON Schema (2020-12) of an object: what a requester fills in.
    pub parameters: Value,
    /// JSON Schema of what a successful run returns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Gates in the order in which they are asked.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// How long the owner's steps may take once they are allowed to start.
    pub timeout: IsoDuration,
}

/// What sort of catalog entry this is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Requested by people; may wait for approvals.
    #[default]
    Workflow,
    /// A small workflow meant to be called by others.
    Operation,
}

/// A gate: who must agree, how many, by when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Identifies the gate within the workflow: lower case, digits and dashes.
    pub name: String,
    /// What approvers and requesters read.
    pub title: String,
    /// A JSON Schema over the parameters; the gate is asked when they satisfy it, always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Value>,
    /// Why the gate exists, as a sentence shown to requester and approver.
    pub why: String,
    /// Groups whose members may decide.
    pub from: Vec<String>,
    /// How many different people must approve.
    #[serde(default = "one")]
    #[schemars(range(min = 1))]
    pub quorum: u32,
    /// How long the gate stays open; the run expires after it.
    pub within: IsoDuration,
    /// When to remind those who have not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind: Option<IsoDuration>,
    /// Whether a decision needs a reason. A rejection always does.
    #[serde(default)]
    pub reason: Reason,
}

/// Whether approvers must say why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// An approval may be given without a word.
    #[default]
    Optional,
    /// Every decision needs a sentence.
    Required,
}

fn one() -> u32 {
    1
}
