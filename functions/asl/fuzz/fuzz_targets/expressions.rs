//! A first line that is a path, a call of an intrinsic function or a JSONata expression; below it, the input.
#![no_main]

use serde_json::{Value, json};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (expression, input) = text.split_once('\n').unwrap_or((text, ""));
    let input = serde_json::from_str(input).unwrap_or_else(|_| json!({"a": [1, {"b": "c"}, null], "n": 2.5}));
    let pass = |fields: Value| {
        let mut state = json!({"Type": "Pass", "End": true});
        state.as_object_mut().expect("an object").extend(fields.as_object().cloned().unwrap_or_default());
        json!({"StartAt": "P", "States": {"P": state}})
    };
    for definition in [
        pass(json!({"Parameters": {"x.$": expression}})),
        pass(json!({"InputPath": expression})),
        pass(json!({"ResultPath": expression})),
        pass(json!({"QueryLanguage": "JSONata", "Output": format!("{{% {expression} %}}")})),
    ] {
        if let Some(definition) = asl_fuzz::parse(&definition.to_string()) {
            asl_fuzz::run(&definition, Value::clone(&input));
        }
    }
});
