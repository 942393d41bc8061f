//! What the engine says about definitions that are wrong.

use std::fmt::Write as _;

use asl::{Definition, Severity, validate};
use serde_json::{Value, json};

/// Every finding as a line: code, pointer, message.
fn findings(definition: &Value) -> String {
    let mut lines = String::new();
    for finding in validate(definition) {
        let mark = if finding.severity == Severity::Warning { "(warning) " } else { "" };
        writeln!(lines, "{mark}{} {:?} {}", finding.code, finding.pointer, finding.message).expect("text");
    }
    lines
}

fn with_state(state: &Value) -> Value {
    json!({"StartAt": "X", "States": {"X": state, "Y": {"Type": "Succeed"}}})
}

/// Definitions that are wrong, one kind of mistake each.
fn table() -> Vec<(&'static str, Value)> {
    let task = |more: Value| {
        let mut state = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Y"});
        state.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        with_state(&state)
    };
    let inner = |end: Value| json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "End": end}}});
    vec![
        ("no object", json!([])),
        ("nothing there", json!({})),
        ("unknown StartAt", json!({"StartAt": "Z", "States": {"X": {"Type": "Succeed"}}})),
        (
            "unknown field",
            json!({"StartAt": "X", "Colour": 1, "States": {"X": {"Type": "Succeed", "Colour": 1}}}),
        ),
        ("unknown type", with_state(&json!({"Type": "Nap", "Next": "Y"}))),
        ("no Next or End", with_state(&json!({"Type": "Pass"}))),
        ("Next and End", with_state(&json!({"Type": "Pass", "Next": "Y", "End": true}))),
        (
            "unknown targets",
            json!({"StartAt": "X", "States": {
            "X": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "A"}], "Default": "B"},
            "Y": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "C",
                "Catch": [{"ErrorEquals": ["E"], "Next": "D"}]}}}),
        ),
        (
            "unreachable",
            json!({"StartAt": "X", "States": {"X": {"Type": "Succeed"}, "Y": {"Type": "Succeed"}}}),
        ),
        (
            "endless",
            json!({"StartAt": "X", "States": {"X": {"Type": "Pass", "Next": "Y"}, "Y": {"Type": "Pass", "Next": "X"}}}),
        ),
        ("empty Choices", with_state(&json!({"Type": "Choice", "Choices": [], "Default": "Y"}))),
        (
            "two operators",
            with_state(&json!({"Type": "Choice", "Default": "Y", "Choices": [
            {"Variable": "$.a", "IsNull": true, "IsPresent": true, "Next": "Y"},
            {"Variable": "$.a", "NumericEquals": "1", "Next": "Y"}, {"Variable": "$.a", "Next": "Y"}]})),
        ),
        (
            "bad paths",
            with_state(&json!({"Type": "Pass", "InputPath": "a.b", "ResultPath": "$.a[*]",
            "Parameters": {"a/b": {"c.$": "nonsense"}}, "Next": "Y"})),
        ),
        ("JSONata in JSONPath", with_state(&json!({"Type": "Pass", "Output": "{% 1 %}", "Next": "Y"}))),
        (
            "JSONPath in JSONata",
            with_state(&json!({"Type": "Pass", "QueryLanguage": "JSONata", "InputPath": "$",
            "ResultPath": null, "Next": "Y"})),
        ),
        (
            "back to JSONPath",
            json!({"QueryLanguage": "JSONata", "StartAt": "X", "States": {
            "X": {"Type": "Succeed", "QueryLanguage": "JSONPath"}}}),
        ),
        (
            "bad JSONata",
            with_state(&json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": ["{% (1 + %}"]},
            "Assign": {"states": 1, "ok": "{% 1"}, "Next": "Y"})),
        ),
        ("bad resource", task(json!({"Resource": "arn:aws:states:::dynamodb:query"}))),
        (
            "bad retry",
            task(json!({"Retry": [{"ErrorEquals": []}, {"ErrorEquals": ["States.ALL"], "MaxAttempts": -1},
            {"ErrorEquals": ["E"], "BackoffRate": 0.5, "JitterStrategy": "SOME"}]})),
        ),
        ("bad timeouts", task(json!({"TimeoutSeconds": 5, "HeartbeatSeconds": 9, "Credentials": {}}))),
        (
            "bad wait",
            with_state(
                &json!({"Type": "Wait", "Seconds": 1, "Timestamp": "2016-12-05 21:29:29Z", "Next": "Y"}),
            ),
        ),
        (
            "duplicate names",
            json!({"StartAt": "X", "States": {"X": {"Type": "Parallel", "End": true, "Branches": [
            inner(json!(true)), inner(json!(true))]}}}),
        ),
        (
            "nested mistakes",
            with_state(&json!({"Type": "Map", "ItemProcessor": inner(json!(false)), "Next": "Y"})),
        ),
        (
            "distributed Map",
            with_state(&json!({"Type": "Map", "ItemReader": {}, "ResultWriter": {}, "Label": "l",
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "I",
                "States": {"I": {"Type": "Pass", "End": true}}}, "Next": "Y"})),
        ),
    ]
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let mut all = String::new();
    for (title, definition) in table() {
        let lines = findings(&definition);
        assert!(!lines.is_empty(), "{title} must be refused");
        assert!(Definition::from_value(&definition).is_err(), "{title} must be refused");
        writeln!(all, "# {title}\n{lines}").expect("text");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn text_that_is_no_definition_is_refused() {
    let codes = |text: &str| {
        let findings = Definition::parse(text).expect_err("refused");
        findings.into_iter().map(|finding| (finding.code, finding.pointer)).collect::<Vec<_>>()
    };
    let of = |code: &str, pointer: &str| vec![(code.to_owned(), pointer.to_owned())];
    assert_eq!(codes(""), of("SCHEMA_VALIDATION_FAILED", ""));
    assert_eq!(codes("{"), of("INVALID_JSON_DESCRIPTION", ""));
    let twice = r#"{"StartAt":"X","States":{"X":{"Type":"Fail"},"X":{"Type":"Succeed"}}}"#;
    assert_eq!(codes(twice), of("INVALID_JSON_DESCRIPTION", "/States/X"));
}

#[test]
fn pointers_lead_to_what_they_name() {
    for (title, definition) in table() {
        for finding in validate(&definition) {
            assert!(definition.pointer(&finding.pointer).is_some(), "{title}: {finding:?}");
        }
    }
}
