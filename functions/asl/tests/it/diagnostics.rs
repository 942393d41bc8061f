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

#[test]
fn the_api_refuses_in_awss_words() {
    let refused = |definition: &Value, machine| {
        let refusal = asl::check_definition(&definition.to_string(), machine).expect_err("refused");
        assert_eq!(refusal.error, "InvalidDefinition");
        let start = "Invalid State Machine Definition: '";
        refusal.message.strip_prefix(start).and_then(|rest| rest.strip_suffix('\'')).expect(start).to_owned()
    };
    let standard = asl::MachineType::Standard;
    let branch = json!({"StartAt": "C", "States": {"C": {"Type": "Choice"}}});
    assert_eq!(
        refused(&with_state(&json!({"Type": "Parallel", "Branches": [branch], "Next": "Gone"})), standard),
        "SCHEMA_VALIDATION_FAILED: These fields are required: [Choices] at /States/X/Branches[0]/States/C"
    );
    let machine =
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "C": {"Type": "Succeed"}}});
    assert_eq!(
        refused(&machine, standard),
        "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, MISSING_TRANSITION_TARGET: State \
         \"C\" is not reachable. at /States/C"
    );
    let jsonata = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
        "Output": {"v": "{% phone %}", "w": "{% $states.errorOutput %}"}}}});
    assert_eq!(
        refused(&jsonata, standard),
        "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'phone' at the top level is not supported. at \
         /States/A/Output/v, UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at \
         /States/A/Output/w"
    );
    let activity = with_state(&json!({"Type": "Task", "Next": "Y",
        "Resource": "arn:aws:states:us-east-1:111111111111:activity:a"}));
    assert_eq!(
        refused(&activity, asl::MachineType::Express),
        "SCHEMA_VALIDATION_FAILED: Express state machine does not support Activity ARN at /States/X/Resource"
    );
}

#[test]
fn hints_are_warnings() {
    let state = json!({"Type": "Pass", "Parameters": {"a": "$.b", "c": "plain"}, "Next": "Z"});
    let result = json!({"Type": "Pass", "Result": {"a.$": "$.b"}, "Next": "Y"});
    let machine = json!({"StartAt": "X", "States": {"X": state, "Z": result, "Y": {"Type": "Succeed"}}});
    let found = asl::validate_text(&machine.to_string(), asl::MachineType::Standard);
    let codes: Vec<_> = found.iter().map(|found| (found.severity.name(), found.code.as_str())).collect();
    assert_eq!(codes, [("WARNING", "NO_DOLLAR"), ("WARNING", "PASS_RESULT_IS_STATIC")]);
    assert!(asl::check_definition(&machine.to_string(), asl::MachineType::Standard).is_ok());
}

#[test]
fn paths_of_numbers_are_reference_paths() {
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}},
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}});
    let map = |name: &str, value: Value| {
        let mut state = json!({"Type": "Map", "ItemProcessor": inner, "Next": "Y"});
        state[name] = value;
        findings(&with_state(&state))
    };
    for path in ["$$.Execution.Input.n", "$.n[*]"] {
        assert_eq!(
            map("MaxConcurrencyPath", json!(path)),
            "SCHEMA_VALIDATION_FAILED \"/States/X/MaxConcurrencyPath\" Value is not a Reference Path\n"
        );
    }
    assert_eq!(map("MaxConcurrencyPath", json!("$limit.n[0]")), "");
    assert_eq!(
        map("ToleratedFailurePercentage", json!(101)),
        "SCHEMA_VALIDATION_FAILED \"/States/X/ToleratedFailurePercentage\" Maximum value is 100.0\n"
    );
    assert_eq!(
        map("ItemBatcher", json!({"MaxItemsPerBatch": -1})),
        "SCHEMA_VALIDATION_FAILED \"/States/X/ItemBatcher/MaxItemsPerBatch\" Minimum value is 0\n"
    );
}

#[test]
fn inputs_are_json() {
    let refused = |text: &str| asl::check_input(text).expect_err("refused").message;
    assert_eq!(asl::check_input(" [1, \"x\"] ").expect("JSON"), json!([1, "x"]));
    assert_eq!(refused(" "), "Invalid State Machine Execution Input: 'Invalid execution input.'");
    assert_eq!(
        refused("{\"a\": tru}"),
        "Invalid State Machine Execution Input: 'Unrecognized token 'tru': was expecting (JSON String, Number, Array, \
         Object or token 'null', 'true' or 'false')'"
    );
    let long = format!("\"{}\"", "x".repeat(262_144));
    assert!(refused(&long).contains("Member must have length less than or equal to 262144"));
}
