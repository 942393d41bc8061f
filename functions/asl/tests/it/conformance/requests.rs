//! Requests about definitions and single states: refused, validated, searched for variables, tested.

use asl::test_state::{Outcome, Request, Test};
use asl::{MachineType, Refusal};
use serde_json::{Value, json};

use super::world;
use crate::driver::{BEGINNING, Counted};

/// The definition's text.
fn text(case: &Value) -> String {
    case["definition_text"].as_str().map_or_else(|| case["definition"].to_string(), str::to_owned)
}

fn machine(case: &Value) -> MachineType {
    if case["workflow_type"] == "EXPRESS" { MachineType::Express } else { MachineType::Standard }
}

fn refused(refusal: &Refusal) -> Value {
    json!({"error_code": refusal.error, "message": refusal.message})
}

/// `StartExecution` with an input that AWS refused.
pub(super) fn start(case: &Value) -> Value {
    match asl::check_input(case["input_text"].as_str().unwrap_or_default()) {
        Ok(_) => json!({}),
        Err(refusal) => refused(&refusal),
    }
}

/// `CreateStateMachine` with a definition that AWS refused.
pub(super) fn create(case: &Value) -> Value {
    match asl::check_definition(&text(case), machine(case)) {
        Ok(_) => json!({}),
        Err(refusal) => refused(&refusal),
    }
}

/// `ValidateStateMachineDefinition`, which gives errors only where nothing else is asked for.
pub(super) fn validate(case: &Value) -> Value {
    let mut found = asl::validate_text(&text(case), machine(case));
    found.retain(|found| found.severity == asl::Severity::Error);
    let diagnostics: Vec<_> = found
        .iter()
        .map(|found| {
            let mut shown = json!({
                "code": found.code, "message": found.message, "severity": found.severity.name(),
            });
            if let Some(location) = found.location() {
                shown["location"] = json!(location);
            }
            shown
        })
        .collect();
    let result = if diagnostics.is_empty() { "OK" } else { "FAIL" };
    json!({"diagnostics": diagnostics, "result": result, "truncated": false})
}

/// `variableReferences` of `DescribeStateMachine`.
pub(super) fn variables(case: &Value) -> Value {
    let found = asl::variable_references(&case["definition"]);
    json!({"variable_references": (!found.is_empty()).then_some(found)})
}

/// `TestState`.
pub(super) fn test_state(case: &Value) -> Value {
    let mut request = case["request"].clone();
    request["definition"] = json!(text(case));
    for name in ["input", "context", "variables"] {
        if let Some(value) = request.get(name).filter(|value| !value.is_null()) {
            request[name] = json!(value.to_string());
        }
    }
    if let Some(text) = case["request"]["input_text"].as_str() {
        request["input"] = json!(text);
    }
    let request: Request = serde_json::from_value(request).expect("the case's request");
    let mut entropy = Counted::default();
    let now = BEGINNING.parse().expect("a time");
    match Test::begin(&request, &place(), now, &mut entropy) {
        Err(refusal) => refused(&refusal),
        Ok(Outcome::Done(response)) => decoded(response),
        Ok(Outcome::Call { test, request }) => {
            let (_, event) = world::answer(case, &request).into_iter().last().expect("an answer");
            decoded(test.finish(event, now, &mut entropy))
        }
        Ok(Outcome::Wait { test, .. }) => decoded(test.waited(now, &mut entropy)),
    }
}

fn place() -> asl::test_state::Place {
    asl::test_state::Place { region: "us-east-1".to_owned(), account: "111111111111".to_owned() }
}

/// The response as it is recorded: JSON texts decoded.
fn decoded(mut response: Value) -> Value {
    let json = |value: &mut Value| {
        if let Some(inner) = value.as_str().and_then(|text| serde_json::from_str(text).ok()) {
            *value = inner;
        }
    };
    if let Some(output) = response.get_mut("output") {
        json(output);
    }
    for (name, value) in
        response.get_mut("inspectionData").and_then(Value::as_object_mut).into_iter().flatten()
    {
        if name.starts_with("after") || matches!(name.as_str(), "input" | "result" | "variables") {
            json(value);
        }
    }
    response
}
