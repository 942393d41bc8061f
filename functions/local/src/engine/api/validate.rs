//! `ValidateStateMachineDefinition`.

use asl::{Diagnostic, Severity};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::services::aws_json::ApiError;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Validate {
    definition: String,
    severity: Option<String>,
    max_results: Option<usize>,
}

pub(super) fn validate(request: &Validate) -> Result<Value, ApiError> {
    let mut found = diagnostics(&request.definition);
    let ok = found.iter().all(|found| found.severity != Severity::Error);
    // As on AWS, warnings are given on demand.
    if request.severity.as_deref() != Some("WARNING") {
        found.retain(|found| found.severity == Severity::Error);
    }
    let most = match request.max_results.unwrap_or(0) {
        0 => 100,
        wanted @ 1..=100 => wanted,
        _ => {
            return Err(ApiError::constraint(
                "maxResults",
                "Member must have value less than or equal to 100",
            ));
        }
    };
    let truncated = found.len() > most;
    found.truncate(most);
    Ok(json!({
        "result": if ok { "OK" } else { "FAIL" },
        "diagnostics": found.iter().map(shown).collect::<Vec<_>>(),
        "truncated": truncated,
    }))
}

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    match serde_json::from_str::<Value>(text) {
        Ok(definition) => asl::validate(&definition),
        Err(error) => vec![Diagnostic {
            severity: Severity::Error,
            code: "INVALID_JSON_DESCRIPTION".to_owned(),
            message: error.to_string(),
            pointer: String::new(),
        }],
    }
}

fn shown(found: &Diagnostic) -> Value {
    json!({
        "severity": match found.severity { Severity::Error => "ERROR", Severity::Warning => "WARNING" },
        "code": found.code,
        "message": found.message,
        "location": found.pointer,
    })
}
