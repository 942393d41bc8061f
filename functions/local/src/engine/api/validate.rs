//! `ValidateStateMachineDefinition`.

use asl::{Diagnostic, MachineType, Severity, validate_text};
use serde::Deserialize;
use serde_json::{Value, json};

use super::describe::set;

/// How many findings are told when nothing is said, or 0.
const USUAL: usize = 100;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Validate {
    definition: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    severity: Option<String>,
    max_results: Option<usize>,
}

pub(super) fn validate(request: &Validate) -> Value {
    let mut found = validate_text(&request.definition, machine_type(request.kind.as_deref()));
    let ok = found.iter().all(|found| found.severity != Severity::Error);
    // As on AWS, warnings are given on demand.
    if request.severity.as_deref() != Some("WARNING") {
        found.retain(|found| found.severity == Severity::Error);
    }
    let most = request.max_results.filter(|wanted| *wanted > 0).unwrap_or(USUAL);
    let truncated = found.len() > most;
    found.truncate(most);
    json!({
        "result": if ok { "OK" } else { "FAIL" },
        "diagnostics": found.iter().map(shown).collect::<Vec<_>>(),
        "truncated": truncated,
    })
}

/// `STANDARD` unless it says otherwise.
pub(super) fn machine_type(kind: Option<&str>) -> MachineType {
    if kind == Some("EXPRESS") { MachineType::Express } else { MachineType::Standard }
}

fn shown(found: &Diagnostic) -> Value {
    let mut shown = json!({"severity": found.severity.name(), "code": found.code, "message": found.message});
    set(&mut shown, "location", found.location());
    shown
}
