//! What is wrong with a definition, in the terms of `ValidateStateMachineDefinition`.

use serde::{Deserialize, Serialize};

/// One finding about a definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Whether the machine can be created all the same.
    pub severity: Severity,
    /// A stable name, such as `MISSING_TRANSITION_TARGET`.
    pub code: String,
    /// What is wrong, as a sentence.
    pub message: String,
    /// JSON pointer into the definition, such as `/States/Resize/Next`.
    pub pointer: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// The machine cannot be created.
    Error,
    /// It can, but something is probably not meant.
    Warning,
}
