//! The short way against the validator: every keyword with every argument and every value.

use serde_json::{Value, json};

use super::{is_plain, verdict};
use crate::schema::compile::validator;
use crate::schema::exact::has_large;

/// Anything that might stand beside a keyword, or be given to a form.
fn values() -> Vec<Value> {
    serde_json::from_str(VALUES).expect("VALUES is JSON")
}

const VALUES: &str = r##"[
null, true, false, 0, 1, 2, 3, -1, 1.0, 0.5, 1.5, 2.0, -0.0, 0.1, 0.3, 64, 128, 1e300, 9007199254740991,
9007199254740993, "", "a", "ab", "abc", "é", "🎉", "1", "a-1", "^a+$", "^[a-z]{2}$", "(", "(a)\\1", "(?=a)",
"object", "string", "integer", "number", "nothing", "email", "date", "a@example.org", "2026-11-21",
"2026-11-21T22:30:00Z", "#/$defs/x", "#/$defs/missing", "#", "https://example.org/x",
"https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#",
[], [1], [1, 1], [1, 1.0], [1, "1"], ["a"], ["a", "a"], ["a", "b"], ["string", "null"], [[1], [1]], [{}, {}],
[true], [{"type": "string"}], [{"type": "string"}, {"minLength": 2}], [{"type": "wrong"}], [{"type": "array"}, true],
{}, {"a": 1}, {"a": "x"}, {"b": 1}, {"a": 1, "b": 2}, {"a": {"a": 1}}, {"a": [1, 2]}, {"x": "abc"}, {"a": ["b"]},
{"a": ["b", "b"]}, {"type": "string"}, {"type": "object"}, {"type": "wrong"}, {"const": 1}, {"enum": [1, "a"]},
{"minimum": 2}, {"minLength": 1}, {"maxLength": -1}, {"required": ["a"]}, {"required": "a"}, {"pattern": "^a"},
{"pattern": "("}, {"a": {"type": "integer"}}, {"a": {"type": "integer"}, "b": false}, {"a": true, "b": {"maximum": 1}},
{"a": {"$ref": "#/$defs/x"}}, {"not": {"type": "string"}}, {"additionalProperties": false}, {"items": {"type": "string"}}
]"##;

const KEYWORDS: [&str; 56] = [
    "title",
    "description",
    "$comment",
    "default",
    "examples",
    "readOnly",
    "writeOnly",
    "deprecated",
    "$schema",
    "$id",
    "$anchor",
    "$ref",
    "$dynamicRef",
    "$defs",
    "definitions",
    "type",
    "enum",
    "const",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "format",
    "items",
    "prefixItems",
    "additionalItems",
    "contains",
    "minContains",
    "maxContains",
    "minItems",
    "maxItems",
    "uniqueItems",
    "properties",
    "patternProperties",
    "additionalProperties",
    "propertyNames",
    "required",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "minProperties",
    "maxProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "contentEncoding",
    "x-order",
    "unknown",
];

/// How many verdicts there were.
fn agree(schema: &Value, values: &[Value]) -> usize {
    if !is_plain(schema) {
        return 0;
    }
    let validator = validator(schema).unwrap_or_else(|error| panic!("{schema} is plain: {error}"));
    let mut verdicts = 0;
    for value in values.iter().filter(|value| !has_large(value)) {
        if let Some(verdict) = verdict::of(schema, value) {
            assert_eq!(verdict, validator.is_valid(value), "{schema} {value}");
            verdicts += 1;
        }
    }
    verdicts
}

#[test]
fn with_any_argument_a_keyword_is_plain_only_if_it_compiles_and_then_judges_like_the_validator() {
    let values = values();
    let mut verdicts = 0;
    for keyword in KEYWORDS {
        for argument in &values {
            verdicts += agree(&json!({ keyword: argument }), &values);
            verdicts += agree(&json!({ "properties": { "a": { keyword: argument } } }), &values);
            verdicts += agree(&json!({ "not": { keyword: argument }, "type": "object" }), &values);
            verdicts += agree(&json!({ "if": { keyword: argument }, "then": false }), &values);
        }
    }
    assert!(verdicts > 100_000, "only {verdicts} verdicts");
}

#[test]
fn two_keywords_together_judge_like_the_validator() {
    let values = values();
    let mut verdicts = 0;
    let parts = [
        json!({ "type": "object", "required": ["a"] }),
        json!({ "properties": { "a": { "type": "integer" } }, "additionalProperties": false }),
        json!({ "additionalProperties": { "type": "integer" } }),
        json!({ "$defs": { "x": { "type": "array", "items": { "$ref": "#/$defs/x" } } }, "$ref": "#/$defs/x" }),
        json!({ "$defs": { "x": { "$ref": "#/$defs/x" } }, "$ref": "#/$defs/x" }),
        json!({ "$defs": { "a/b": false } , "properties": { "a": { "$ref": "#/$defs/a~1b" } } }),
        json!({ "properties": { "a": { "$ref": "#" } } }),
        json!({ "if": { "required": ["a"] }, "then": { "required": ["b"] }, "else": { "minProperties": 1 } }),
        json!({ "anyOf": [{ "const": 1 }, { "type": "array", "minItems": 1 }, { "type": "string", "format": "email" }] }),
        json!({ "oneOf": [{ "type": "integer" }, { "type": "number", "minimum": 1 }, { "enum": ["a", null] }] }),
        json!({ "allOf": [{ "minLength": 1 }, { "maxLength": 2 }, { "not": { "pattern": "^a" } }] }),
        json!({ "type": ["integer", "null"], "multipleOf": 2 }),
        json!({ "type": "number", "multipleOf": 0.1, "exclusiveMaximum": 64 }),
        json!({ "prefixItems": [{ "const": 1 }], "items": { "type": "string" }, "uniqueItems": true }),
        json!({ "propertyNames": { "pattern": "^a$" }, "dependentRequired": { "a": ["b"] }, "maxProperties": 1 }),
    ];
    for a in &parts {
        verdicts += agree(a, &values);
        for b in &parts {
            verdicts += agree(&json!({ "allOf": [a, b] }), &values);
            verdicts += agree(&json!({ "oneOf": [a, b] }), &values);
            let (Value::Object(a), Value::Object(b)) = (a, b) else { continue };
            let both: serde_json::Map<_, _> = a.clone().into_iter().chain(b.clone()).collect();
            verdicts += agree(&Value::Object(both), &values);
        }
    }
    assert!(verdicts > 20_000, "only {verdicts} verdicts");
}
