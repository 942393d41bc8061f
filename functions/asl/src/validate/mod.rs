//! What is wrong with a definition as a whole, once every state has been read.

mod graph;

use serde_json::Value;

use crate::definition::Definition;
use crate::diagnostic::Diagnostic;

/// Everything that is wrong with a definition, and everything that is probably not meant.
///
/// Empty or only warnings: the machine can be created.
pub fn validate(definition: &Value) -> Vec<Diagnostic> {
    Definition::read(definition).1
}

/// Adds what only shows in the whole: targets, reachability, endings.
pub(crate) fn whole(value: &Value, diagnostics: &mut Vec<Diagnostic>) {
    graph::check(value, "", diagnostics);
}
