//! What once broke something, found by the properties or by fuzzing.

use asl::{Definition, Execution, TaskRequest};
use serde_json::{Value, json};

use crate::driver::{Answer, Counted, run, start};

fn never(_: &TaskRequest) -> Answer {
    Vec::new()
}

fn machine(definition: &Value) -> Definition {
    Definition::from_value(definition).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

#[test]
fn stored_numbers_keep_their_last_bit() {
    let definition =
        machine(&json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}}));
    let input = json!({"n": 4.606_115_632_347_467e-184});
    let (execution, _) = Execution::start(&definition, start(input.clone()), &mut Counted::default());
    let stored = serde_json::to_string(&execution).expect("it is JSON");
    assert!(stored.contains("4.606115632347467e-184"), "{stored}");
    assert_eq!(run(&definition, input.clone(), never).execution.output(), Some(&input));
}

#[test]
fn a_branch_given_up_between_two_states_aborts_neither() {
    let pass = |next: &str| json!({"Type": "Pass", "Next": next});
    let definition =
        machine(&json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "A", "States": {"A": pass("F"), "F": {"Type": "Fail"}}},
        {"StartAt": "B", "States": {"B": pass("C"), "C": {"Type": "Succeed"}}}]}}}));
    let ended = run(&definition, json!({}), never);
    let kinds: Vec<_> = ended.history.iter().map(|event| event.kind.as_str()).collect();
    assert!(!kinds.contains(&"SucceedStateAborted"), "{kinds:?}");
}

/// What nests deeper than a reader of JSON goes could be stored, and never be read again.
#[test]
fn documents_that_grow_deeper_end_the_execution() {
    let limit = Some("States.DataLimitExceeded");
    let again = json!({"Type": "Wait", "Seconds": 1, "Next": "P"});
    let looping = |pass: Value| {
        machine(&json!({"StartAt": "P", "States": {"P": pass, "W": again,
        "S": {"Type": "Choice", "Default": "W", "Choices": [{"Variable": "$.stop", "IsPresent": true, "Next": "E"}]},
        "E": {"Type": "Succeed"}}}))
    };
    for fields in [
        json!({"Parameters": {"x.$": "$"}}),
        json!({"ResultPath": "$.x", "Parameters": {"y.$": "$"}}),
        json!({"QueryLanguage": "JSONata", "Output": {"x": "{% [$states.input] %}"}}),
    ] {
        let mut pass = json!({"Type": "Pass", "Next": "S"});
        pass.as_object_mut().expect("an object").extend(fields.as_object().cloned().unwrap_or_default());
        assert_eq!(run(&looping(pass), json!({}), never).execution.error(), limit, "{fields}");
    }
    let deep = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let branch = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": true}}});
    let wide = machine(&json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [branch],
        "Parameters": {"a": {"b": {"c": {"d.$": "$"}}}}, "End": true}}}));
    assert_eq!(run(&wide, deep(90), never).execution.error(), None);
    assert_eq!(run(&wide, deep(98), never).execution.error(), limit);
    assert_eq!(run(&wide, deep(120), never).execution.error(), limit);
}

#[test]
fn a_variable_that_is_worked_out_is_found_where_it_is_written() {
    let definition = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true,
        "Assign": {"_a.$": "$", "_b": 1, "states.$": "$.x"}}}});
    for finding in asl::validate(&definition) {
        assert!(definition.pointer(&finding.pointer).is_some(), "{finding:?}");
    }
    assert!(Definition::from_value(&definition).is_err());
}
