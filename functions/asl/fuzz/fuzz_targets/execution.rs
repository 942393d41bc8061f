//! A definition with its input, `{"definition": …, "input": …}`: what is accepted runs.
#![no_main]

use serde_json::Value;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(Value::Object(mut members)) = serde_json::from_str::<Value>(text) else { return };
    let Some(definition) = members.remove("definition") else { return };
    if let Some(definition) = asl_fuzz::parse(&definition.to_string()) {
        asl_fuzz::run(&definition, members.remove("input").unwrap_or_default());
    }
});
