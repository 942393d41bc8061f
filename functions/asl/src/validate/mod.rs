//! Whether a definition and an input can be taken, and what is said where they cannot.
//!
//! `graph` looks at transitions, `expressions` at what JSONata reads, `express` at what Express workflows
//! lack, `hints` for what is probably not meant; the states themselves were read by then.

mod express;
mod expressions;
mod graph;
mod hints;

use serde_json::Value;

use crate::definition::{Definition, OVERREACH, parse_text};
use crate::diagnostic::{Diagnostic, Severity};
use crate::json_text;
use crate::refusal::Refusal;
pub(crate) use graph::{inner_branches, transitions};

/// Longest definition, in bytes.
const LONGEST_DEFINITION: usize = 1_048_576;
/// Longest input, in bytes.
const LONGEST_INPUT: usize = 262_144;

/// The type of a state machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MachineType {
    /// `STANDARD`
    #[default]
    Standard,
    /// `EXPRESS`: at most five minutes, no `.sync`, no task tokens, no activities, no distributed Map.
    Express,
}

/// Everything that is wrong with a definition. Empty: a machine of type `STANDARD` can be created.
pub fn validate(definition: &Value) -> Vec<Diagnostic> {
    Definition::read(definition).1
}

/// Everything that is wrong with a definition's text for a machine of a type, and, as warnings, what is
/// probably not meant: `ValidateStateMachineDefinition`.
pub fn validate_text(text: &str, machine: MachineType) -> Vec<Diagnostic> {
    match parse_text(text) {
        Err(found) => found,
        Ok(definition) => {
            let mut found = validate(&definition);
            if machine == MachineType::Express {
                found.extend(express::found(&definition));
            }
            found.extend(hints::found(&definition));
            in_stages(found)
        }
    }
}

/// The definition, as `CreateStateMachine` and `UpdateStateMachine` take it, or their refusal.
pub fn check_definition(text: &str, machine: MachineType) -> Result<Definition, Refusal> {
    if text.len() > LONGEST_DEFINITION {
        let constraint = format!("Member must have length less than or equal to {LONGEST_DEFINITION}");
        return Err(Refusal::constraint(None, "definition", &constraint));
    }
    let found = validate_text(text, machine);
    match refused(&found) {
        Some(refusal) => Err(refusal),
        None => Definition::parse(text).map_err(|found| {
            refused(&found)
                .unwrap_or_else(|| Refusal::new("InvalidDefinition", "Invalid State Machine Definition"))
        }),
    }
}

/// AWS looks at transitions only once every state is well formed.
pub(crate) fn in_stages(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    if found.iter().any(|found| found.code == "SCHEMA_VALIDATION_FAILED") {
        found.retain(|found| found.code != graph::TARGET && found.code != graph::ENDLESS);
    }
    found
}

/// `InvalidDefinition` with every error, if there is one.
pub(crate) fn refused(found: &[Diagnostic]) -> Option<Refusal> {
    let errors: Vec<_> =
        found.iter().filter(|found| found.severity == Severity::Error).map(ToString::to_string).collect();
    let message = format!("Invalid State Machine Definition: '{}'", errors.join(", "));
    (!errors.is_empty()).then(|| Refusal::new("InvalidDefinition", message))
}

/// An execution's input, as `StartExecution` takes it, or its refusal.
pub fn check_input(text: &str) -> Result<Value, Refusal> {
    if text.len() > LONGEST_INPUT {
        let constraint = format!("Member must have length less than or equal to {LONGEST_INPUT}");
        return Err(Refusal::constraint(None, "input", &constraint));
    }
    let refuse = |why: &str| {
        let message = format!("Invalid State Machine Execution Input: '{why}'");
        Err(Refusal::new("InvalidExecutionInput", message))
    };
    if text.trim().is_empty() {
        return refuse("Invalid execution input.");
    }
    match serde_json::from_str(text) {
        Ok(input) => Ok(input),
        Err(error) => refuse(&json_text::mistake(text).unwrap_or_else(|| error.to_string())),
    }
}

/// Adds what only shows in the whole: targets, reachability, endings, what expressions can read.
pub(crate) fn whole(value: &Value, diagnostics: &mut Vec<Diagnostic>) {
    if !diagnostics.is_empty() {
        diagnostics.retain(|found| found.code != OVERREACH);
        expressions::check(value, false, "", diagnostics);
    }
    graph::check(value, "", diagnostics);
}
