//! The HTML of each kind of field, and what holds for all of it.

use form::{FieldError, Form, RenderOptions};
use serde_json::{Value, json};

use crate::browser;

fn html(schema: &Value, value: Option<&Value>, errors: &[FieldError]) -> String {
    let html = Form::from_schema(schema).render(&RenderOptions { values: value, errors });
    let ids = browser::ids(&html);
    for reference in browser::references(&html) {
        assert!(ids.contains(&reference), "{reference} is referred to and there: {html}");
    }
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "ids are unique: {ids:?}");
    assert!(!html.contains(" on") || !html.contains(" onclick"), "no inline handlers");
    html
}

/// One tag a line, to read and compare.
fn lines(html: &str) -> String {
    html.replace("><", ">\n<")
}

fn of(property: &Value) -> Value {
    json!({ "type": "object", "properties": { "x": property }, "required": ["x"] })
}

#[test]
fn each_kind_of_field() {
    let kinds = [
        (
            "text",
            json!({ "type": "string", "title": "Target <name>", "description": "Lower case & \"quoted\".", "minLength": 3, "maxLength": 40, "pattern": "^[a-z]+$", "examples": ["orders"] }),
        ),
        ("textarea", json!({ "type": "string", "maxLength": 2000 })),
        ("suggestions", json!({ "type": "string", "examples": ["a", "b"] })),
        (
            "integer",
            json!({ "type": "integer", "exclusiveMinimum": 1, "maximum": 100, "multipleOf": 5, "default": 10 }),
        ),
        ("number", json!({ "type": "number", "minimum": 0.25, "exclusiveMaximum": 64 })),
        ("boolean", json!({ "type": "boolean", "default": true })),
        ("radios", json!({ "enum": ["dev", "prod"], "default": "dev" })),
        ("select", json!({ "enum": ["a", "b", "c", "d"] })),
        (
            "titled_constants",
            json!({ "oneOf": [{ "const": 1, "title": "One" }, { "const": 2, "title": "Two" }] }),
        ),
        (
            "many",
            json!({ "type": "array", "uniqueItems": true, "items": { "enum": ["mon", "tue"] }, "default": ["tue"] }),
        ),
        ("const", json!({ "const": "v1" })),
        ("date_time", json!({ "type": "string", "format": "date-time", "default": "2027-03-31T14:30:00Z" })),
        ("date", json!({ "type": "string", "format": "date" })),
        ("email", json!({ "type": "string", "format": "email" })),
        ("uri", json!({ "type": "string", "format": "uri" })),
        ("secret", json!({ "type": "string", "writeOnly": true, "default": "never shown" })),
        ("read_only", json!({ "type": "string", "readOnly": true, "default": "fixed" })),
        (
            "object",
            json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"] }),
        ),
        ("array", json!({ "type": "array", "minItems": 1, "maxItems": 3, "items": { "type": "string" } })),
        ("entries", json!({ "type": "object", "additionalProperties": { "type": "string" } })),
        (
            "alternatives",
            json!({ "oneOf": [{ "type": "object", "title": "By name", "properties": { "name": { "type": "string" } } }, { "type": "object", "title": "By id", "properties": { "id": { "type": "integer" } } }] }),
        ),
        ("union", json!({ "type": ["string", "integer"] })),
        ("json", json!({ "description": "Anything" })),
    ];
    for (name, property) in kinds {
        insta::assert_snapshot!(name, lines(&html(&of(&property), None, &[])));
    }
}

#[test]
fn conditions_are_data() {
    let schema = json!({
        "type": "object",
        "properties": { "env": { "enum": ["dev", "prod"] }, "ticket": { "type": "string" } },
        "if": { "properties": { "env": { "const": "prod" } }, "required": ["env"] },
        "then": { "required": ["ticket"], "properties": { "window": { "type": "string" } } }
    });
    insta::assert_snapshot!(lines(&html(&schema, Some(&json!({ "env": "dev" })), &[])));
}

#[test]
fn errors_are_tied_to_their_fields_and_none_is_lost() {
    let error = |pointer: &str, message: &str| FieldError {
        pointer: pointer.to_owned(),
        keyword: "x".to_owned(),
        message: message.to_owned(),
    };
    let schema = json!({ "type": "object", "properties": { "name": { "type": "string", "description": "Help" }, "json": {} } });
    let errors = [
        error("/name", "Must be text"),
        error("/json/a/b", "Deep"),
        error("/gone/x", "Nowhere"),
        error("", "Whole"),
    ];
    insta::assert_snapshot!(lines(&html(&schema, Some(&json!({})), &errors)));
}

#[test]
fn nothing_typed_becomes_markup() {
    let nasty = "\"'><script>alert(1)</script>";
    let schema = json!({ "type": "object", "title": nasty, "properties": {
        nasty: { "type": "string", "title": nasty, "description": nasty, "examples": [nasty, nasty], "pattern": "'\"<" },
        "e": { "enum": [nasty, "b"] }, "c": { "const": nasty }, "j": {}
    }, "if": { "properties": { "e": { "const": nasty } } }, "then": { "properties": { "t": { "title": nasty } } } });
    let value = json!({ nasty: nasty, "e": nasty, "j": nasty, "unknown'<": nasty });
    let error = FieldError { pointer: "/e".to_owned(), keyword: nasty.to_owned(), message: nasty.to_owned() };
    let html = html(&schema, Some(&value), &[error]);
    assert!(!html.contains("<script") && !html.contains("'>alert"), "{html}");
}

#[test]
fn ten_thousand_forms_are_quick() {
    let schema = json!({ "type": "object", "required": ["name", "env"], "properties": {
        "env": { "enum": ["dev", "test", "staging", "prod"] }, "region": { "enum": ["a", "b", "c", "d", "e"], "default": "a" },
        "name": { "type": "string", "pattern": "^[a-z][a-z0-9-]{2,39}$" }, "replicas": { "type": "integer", "minimum": 1, "default": 2 },
        "cpu": { "type": "number", "minimum": 0.25 }, "memory": { "type": "integer", "multipleOf": 64 }, "dry": { "type": "boolean" },
        "ticket": { "type": "string" }, "notify": { "type": "array", "items": { "type": "string", "format": "email" } },
        "rollout": { "type": "object", "properties": { "strategy": { "enum": ["all", "canary"] }, "percent": { "type": "integer" } } },
        "at": { "type": "string", "format": "date-time" }, "note": { "type": "string", "maxLength": 500 }
    }, "if": { "properties": { "env": { "const": "prod" } } }, "then": { "required": ["ticket"] } });
    let form = Form::from_schema(&schema);
    let started = std::time::Instant::now();
    let mut out = String::new();
    for _ in 0..1_000 {
        out.clear();
        form.render_into(&mut out, &RenderOptions::default());
    }
    // Unoptimised and on a busy machine; a release build takes a hundredth of this.
    let spent = started.elapsed();
    assert!(spent.as_secs() < 10, "a thousand forms took {spent:?}");
}
