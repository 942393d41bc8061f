//! What an owner's steps start with: `$states.input` of their first state, `$` in JSONPath.
//!
//! The commit gate writes it, `site-gen test` writes the same for a case, and `schemas/input.schema.json`
//! shows it to editors. It is no part of the run's digest, which was there before anybody decided.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The input of an owner's state machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerInput {
    /// The run that the steps are the work of.
    pub run: RunInput,
    /// What was requested; a secret is a reference to a version in Secrets Manager.
    pub parameters: Value,
}

/// A run, as far as its steps need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunInput {
    /// The run's id, which is also the execution's name.
    pub id: String,
    /// The id of the person who asked, or of the team whose state machine did.
    pub requester: String,
    /// What was approved: SHA-256 over workflow, parameters and requester.
    pub digest: String,
    /// When the run ends whatever happens. A call through a door passes it on as `deadline`.
    #[schemars(with = "String")]
    pub deadline: Timestamp,
    /// The gates that the run passed, in the order in which they were asked. A gate that was not asked is
    /// not among them.
    pub approvals: Vec<PassedGate>,
}

/// A gate that a run passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PassedGate {
    /// The gate's name in `workflow.json`.
    pub gate: String,
    /// What people read.
    pub title: String,
    /// Whose approvals counted, in the order in which they were given. At a gate that was overridden these
    /// are fewer than it asks for, and maybe none.
    pub by: Vec<Said>,
    /// Who opened the gate in an emergency; absent when nobody had to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overridden: Option<Said>,
}

/// What somebody said at a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// The person's id.
    pub id: String,
    /// Their name at that moment.
    pub name: String,
    /// When they said it.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// Why; null when they gave no reason.
    pub reason: Option<String>,
}
