//! Schemas that are refused: every fault at once, with pointer and help.

use form::Schema;
use serde_json::{Value, json};

fn problems(schema: &Value) -> Vec<(String, String)> {
    let problems = Schema::compile(schema).expect_err("the schema is refused");
    for problem in &problems {
        assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{problem:?}");
    }
    problems.into_iter().map(|problem| (problem.pointer, problem.code)).collect()
}

fn check(schema: &Value, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
    assert_eq!(problems(schema), expected, "{schema}");
}

#[test]
fn f07_patterns_that_can_take_exponential_time_are_refused() {
    check(
        &json!({ "properties": {
            "back": { "type": "string", "pattern": "^(a+)\\1$" },
            "look": { "type": "string", "pattern": "^(?!x).*$" },
            "large": { "type": "string", "pattern": "^(\\w{1,500}){1,500}$" },
            "broken": { "type": "string", "pattern": "^(" },
            "fine": { "type": "string", "pattern": "^a$" }
        }, "patternProperties": { "(?=a)": {} } }),
        &[
            ("/patternProperties/(?=a)", "pattern-look-around"),
            ("/properties/back/pattern", "pattern-back-reference"),
            ("/properties/broken/pattern", "pattern-invalid"),
            ("/properties/large/pattern", "pattern-too-large"),
            ("/properties/look/pattern", "pattern-look-around"),
        ],
    );
}

#[test]
fn f50_references_that_leave_the_document_are_refused() {
    check(
        &json!({ "properties": {
            "http": { "$ref": "http://127.0.0.1:1/schema.json" },
            "file": { "$ref": "file:///etc/passwd" },
            "relative": { "$ref": "other.json#/a" },
            "nowhere": { "$ref": "#/$defs/missing" },
            "inside": { "$ref": "#/$defs/there" },
            "anchor": { "$ref": "#named" }
        }, "$defs": { "there": { "type": "string" }, "other": { "$anchor": "named" } } }),
        &[
            ("/properties/file/$ref", "external-ref"),
            ("/properties/http/$ref", "external-ref"),
            ("/properties/nowhere/$ref", "unknown-ref"),
            ("/properties/relative/$ref", "external-ref"),
        ],
    );
}

#[test]
fn keywords_that_are_wrong_are_all_named() {
    check(
        &json!({ "type": "strin", "properties": { "a": { "minLength": -1 }, "b": { "required": "x" } } }),
        &[
            ("/properties/a/minLength", "invalid-schema"),
            ("/properties/b/required", "invalid-schema"),
            ("/type", "invalid-schema"),
        ],
    );
    check(&json!({ "$schema": "https://example.com/own" }), &[("/$schema", "unknown-dialect")]);
}

#[test]
fn a_property_called_ref_is_not_a_reference() {
    let schema = json!({ "properties": { "$ref": { "type": "string" }, "pattern": { "type": "string" } } });
    assert!(Schema::compile(&schema).is_ok());
}
