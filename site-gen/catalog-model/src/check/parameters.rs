//! The parameters' and the result's JSON Schema.

use form::Schema;
use serde_json::Value;

use crate::load::report::Report;
use crate::{Workflow, codes};

/// Compiles the parameters' schema, the one time that it is compiled; None if no form can be made of it.
pub(crate) fn check<'w>(workflow: &'w Workflow, report: &mut Report<'_>) -> Option<Schema<'w>> {
    if workflow.parameters.get("type").and_then(Value::as_str) != Some("object") {
        let message = "The parameters are not an object.";
        let help = "Write `\"type\": \"object\"` and a property for each field of the form.";
        report.at("/parameters", codes::PARAMETERS_NOT_OBJECT, message, help);
        return None;
    }
    compile(&workflow.parameters, "/parameters", report)
}

/// Compiles a schema; its problems are reported below `at`.
pub(crate) fn compile<'w>(schema: &'w Value, at: &str, report: &mut Report<'_>) -> Option<Schema<'w>> {
    match Schema::compile(schema) {
        Ok(schema) => Some(schema),
        Err(problems) => {
            for problem in problems {
                let pointer = format!("{at}{}", problem.pointer);
                report.at(pointer, &problem.code, problem.message, problem.help);
            }
            None
        }
    }
}
