//! The parameter that says what is acted on: declared, always there, a single value, no secret.

use serde_json::Value;

use super::conditions::Scope;
use super::pointer;
use crate::load::report::Report;
use crate::{Workflow, codes};

const POINTER: &str = "/target";

/// Checks `target`, where a workflow names one.
pub(crate) fn check(workflow: &Workflow, report: &mut Report<'_>) {
    let Some(target) = &workflow.target else { return };
    let scope = Scope { root: &workflow.parameters };
    let that = "a run could act on";
    let Some(found) = pointer::locate(target, POINTER, that, &scope, report) else { return };
    itself(target, &scope, &found.schemas, report);
    if !found.always {
        let message = format!("`{target}` may be absent, and a run must say what it acts on.");
        let help = "Add it to `required`, or name a parameter that is.";
        report.at(POINTER, codes::OPTIONAL_TARGET, message, help);
    }
}

fn itself(target: &str, scope: &Scope<'_>, over: &[&Value], report: &mut Report<'_>) {
    if !scope.each(over, &|schema| schema.get("writeOnly").filter(|flag| **flag == true)).is_empty() {
        let message = format!("`{target}` is a secret.");
        let help = "What is acted on is shown to everybody who is asked: name a parameter that is none.";
        report.at(POINTER, codes::SECRET_TARGET, message, help);
    }
    if !scope.each(over, &|schema| Some(schema).filter(|schema| is_composite(schema))).is_empty() {
        let message = format!("`{target}` is not a single value.");
        let help = "Name a text, number or choice: runs with the same value are compared.";
        report.at(POINTER, codes::COMPOSITE_TARGET, message, help);
    }
}

/// Whether a schema allows an object or a list.
fn is_composite(schema: &Value) -> bool {
    let composite = |kind: &Value| kind == "object" || kind == "array";
    let types = match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(composite),
        Some(kind) => composite(kind),
        None => false,
    };
    let choices = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let mut values = choices.chain(schema.get("const"));
    types
        || ["properties", "items", "prefixItems"].iter().any(|keyword| schema.get(keyword).is_some())
        || values.any(|value| value.is_object() || value.is_array())
}
