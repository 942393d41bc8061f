//! What people read when a value is not right: where, and what to do.

use form::Schema;
use serde_json::{Value, json};

/// Something nobody should ever read back.
const TYPED: &str = "s3cret-9f2";

fn check(property: &Value, value: &Value, expected: &[(&str, &str)]) {
    let schema = json!({ "type": "object", "properties": { "x": property } });
    let document = json!({ "x": value });
    let errors = Schema::compile(&schema).expect("the schema is sound").validate(&document);
    let found: Vec<_> = errors.iter().map(|error| (error.pointer.as_str(), error.message.as_str())).collect();
    assert_eq!(found, expected, "{property} {value}");
    for error in &errors {
        assert!(!error.message.contains(TYPED), "the message repeats the value: {}", error.message);
    }
}

#[test]
fn each_keyword_has_words() {
    for (property, value, message) in [
        (json!({ "minLength": 30 }), json!(TYPED), "Must be at least 30 characters"),
        (json!({ "minLength": 1 }), json!(""), "Must not be empty"),
        (json!({ "maxLength": 1 }), json!(TYPED), "Must be at most 1 character"),
        (json!({ "pattern": "^CHG-[0-9]+$" }), json!(TYPED), "Must match the pattern ^CHG-[0-9]+$"),
        (
            json!({ "pattern": "^CHG-[0-9]+$", "examples": ["CHG-1"] }),
            json!(TYPED),
            "Does not have the expected form, for example CHG-1",
        ),
        (json!({ "type": "integer" }), json!(TYPED), "Must be a whole number"),
        (
            json!({ "type": "integer" }),
            json!("9007199254740993"),
            "Must be between -9007199254740991 and 9007199254740991",
        ),
        (
            json!({ "type": "integer" }),
            json!(9_007_199_254_740_993_u64),
            "Must be between -9007199254740991 and 9007199254740991",
        ),
        (json!({ "type": "number" }), json!(TYPED), "Must be a number"),
        (json!({ "type": "string" }), json!(5), "Must be text"),
        (json!({ "type": "boolean" }), json!(TYPED), "Must be yes or no"),
        (json!({ "type": "array" }), json!(TYPED), "Must be a list"),
        (json!({ "type": ["array", "string"] }), json!(1), "Must be text or a list"),
        (json!({ "minimum": 3 }), json!(2), "Must be 3 or more"),
        (json!({ "maximum": 3 }), json!(4), "Must be 3 or less"),
        (json!({ "exclusiveMinimum": 3 }), json!(3), "Must be more than 3"),
        (json!({ "exclusiveMaximum": 3 }), json!(3), "Must be less than 3"),
        (json!({ "multipleOf": 64 }), json!(65), "Must be a multiple of 64"),
        (json!({ "enum": ["a", "b"] }), json!(TYPED), "Pick one of a, b"),
        (json!({ "const": "a" }), json!(TYPED), "Must be a"),
        (json!({ "const": true }), json!(false), "Must be ticked"),
        (
            json!({ "oneOf": [{ "const": "s", "title": "Small" }, { "const": "l", "title": "Large" }] }),
            json!(TYPED),
            "Pick one of Small, Large",
        ),
        (
            json!({ "oneOf": [{ "type": "integer" }, { "type": "array" }] }),
            json!(TYPED),
            "Does not fit any of the kinds allowed here",
        ),
        (
            json!({ "oneOf": [{ "type": "integer" }, { "minimum": 1 }] }),
            json!(5),
            "Fits more than one of the kinds allowed here; it must fit one",
        ),
        (json!({ "not": { "const": TYPED } }), json!(TYPED), "Is not allowed here"),
        (json!({ "minItems": 2 }), json!([TYPED]), "Must have at least 2 items"),
        (json!({ "maxItems": 1 }), json!([TYPED, 1]), "Must have at most 1 item"),
        (json!({ "uniqueItems": true }), json!([TYPED, TYPED]), "Must not have the same item twice"),
        (
            json!({ "contains": { "type": "integer" } }),
            json!([TYPED]),
            "Must have an item of the required kind",
        ),
        (json!({ "minProperties": 1 }), json!({}), "Must have at least 1 value"),
        (json!({ "format": "date" }), json!(TYPED), "Must be a date such as 2027-03-31"),
        (
            json!({ "format": "date-time" }),
            json!(TYPED),
            "Must be a date and time with its zone, such as 2027-03-31T14:30:00Z",
        ),
        (json!({ "format": "email" }), json!(TYPED), "Must be an e-mail address such as name@example.com"),
        (json!({ "format": "uri" }), json!(TYPED), "Must be an address such as https://example.com/path"),
        (
            json!({ "format": "uuid" }),
            json!(TYPED),
            "Must be a UUID such as 123e4567-e89b-12d3-a456-426614174000",
        ),
        (json!({ "format": "ipv4" }), json!(TYPED), "Must be an IPv4 address such as 192.0.2.1"),
        (json!({ "format": "duration" }), json!(TYPED), "Must be a duration such as PT30M or P1D"),
    ] {
        check(&property, &value, &[("/x", message)]);
    }
}

#[test]
fn errors_stand_where_they_can_be_mended() {
    check(
        &json!({ "type": "object", "properties": { "change_ticket": { "title": "Change ticket" } }, "required": ["change_ticket", "two_words"] }),
        &json!({}),
        &[("/x/change_ticket", "Change ticket is required"), ("/x/two_words", "Two words is required")],
    );
    let unexpected = "Is not expected here; remove it";
    check(
        &json!({ "additionalProperties": false }),
        &json!({ TYPED: 1 }),
        &[(&format!("/x/{TYPED}"), unexpected)],
    );
    check(
        &json!({ "properties": { "a": true }, "unevaluatedProperties": false }),
        &json!({ "a": 1, "b": 2, "c/d": 3 }),
        &[("/x/b", unexpected), ("/x/c~1d", unexpected)],
    );
    check(&json!({ "properties": { "a": false } }), &json!({ "a": TYPED }), &[("/x/a", unexpected)]);
    check(
        &json!({ "propertyNames": { "maxLength": 2 } }),
        &json!({ "long": 1 }),
        &[("/x/long", "This name is not allowed: must be at most 2 characters")],
    );
    check(
        &json!({ "if": { "properties": { "env": { "const": "prod" } } }, "then": { "required": ["ticket"], "properties": { "ticket": { "title": "Ticket", "pattern": "^T" } } } }),
        &json!({ "env": "prod" }),
        &[("/x/ticket", "Ticket is required")],
    );
    check(&json!({ "dependentRequired": { "a": ["b"] } }), &json!({ "a": 1 }), &[("/x/b", "B is required")]);
}

#[test]
fn the_alternative_that_was_meant_speaks() {
    let shapes = json!({ "oneOf": [
        { "type": "object", "properties": { "shape": { "const": "circle" }, "r": { "type": "number" } }, "required": ["shape", "r"], "additionalProperties": false },
        { "type": "object", "properties": { "shape": { "const": "box" }, "w": { "type": "number", "minimum": 1 } }, "required": ["shape", "w"], "additionalProperties": false },
        { "type": "string" }
    ] });
    check(&shapes, &json!({ "shape": "box", "w": 0 }), &[("/x/w", "Must be 1 or more")]);
    check(&shapes, &json!({ "shape": "circle" }), &[("/x/r", "R is required")]);
    check(&shapes, &json!({ "shape": "circle", "r": TYPED }), &[("/x/r", "Must be a number")]);
    check(&shapes, &json!(5), &[("/x", "Does not fit any of the kinds allowed here")]);
}

#[test]
fn every_error_is_reported_at_once() {
    let schema = json!({
        "type": "object", "required": ["a", "b"],
        "properties": { "a": { "type": "string" }, "b": { "type": "integer" }, "c": { "maxLength": 1 } }
    });
    let errors =
        Schema::compile(&schema).expect("the schema is sound").validate(&json!({ "b": "x", "c": "long" }));
    let mut pointers: Vec<_> = errors.iter().map(|error| error.pointer.as_str()).collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/a", "/b", "/c"]);
}
