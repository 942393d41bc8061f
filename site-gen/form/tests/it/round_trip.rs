//! Rendering a value, posting it unchanged and reading it gives the same JSON.

use form::{Form, RenderOptions, Schema};
use serde_json::{Value, json};

use crate::browser::{self, Script};
use crate::samples::sample;

/// Renders, posts, reads.
pub(crate) fn again(form: &Form, value: &Value, script: Script) -> Value {
    let html = form.render(&RenderOptions { values: Some(value), errors: &[] });
    form.read(&browser::post(&html, script))
}

fn check(schema: &Value, value: &Value) {
    let form = Form::from_schema(schema);
    for script in [Script::On, Script::Off] {
        assert_eq!(again(&form, value, script), *value, "script {script:?}, schema {schema}");
    }
}

#[test]
fn values_of_every_kind_survive() {
    for (property, values) in kinds() {
        for required in [json!([]), json!(["x"])] {
            let schema = json!({ "type": "object", "properties": { "x": property }, "required": required });
            for value in values.as_array().expect("a list of values") {
                check(&schema, &json!({ "x": value }));
            }
            if required == json!([]) {
                check(&schema, &json!({}));
            }
        }
    }
}

/// Kinds of field with values they hold.
#[expect(clippy::too_many_lines, reason = "a table reads best in one piece")]
fn kinds() -> Vec<(Value, Value)> {
    vec![
        (json!({ "type": "string" }), json!(["a", "", " spaced ", "a\nb", "\n", "<&>\"'", "~0/1"])),
        (json!({ "type": "string", "default": "d" }), json!(["a", "d", ""])),
        (json!({ "type": "string", "maxLength": 500 }), json!(["one", "two\nlines\n"])),
        (json!({ "type": "string", "format": "date" }), json!(["2027-03-31", "not a date", "2027-02-30"])),
        (json!({ "type": "string", "format": "time" }), json!(["14:30:00Z", "14:30:05Z", "14:30:00+02:00"])),
        (
            json!({ "type": "string", "format": "date-time" }),
            json!([
                "2027-03-31T14:30:00Z",
                "2027-03-31T14:30:59Z",
                "2027-03-31T14:30:00.5Z",
                "2027-03-31T14:30:00-07:00"
            ]),
        ),
        (json!({ "type": "string", "format": "email" }), json!(["ada@example.com"])),
        (json!({ "type": "integer" }), json!([0, -7, 9_007_199_254_740_991_i64, 3.0])),
        (json!({ "type": "integer", "minimum": 1, "default": 3 }), json!([1, 3])),
        (json!({ "type": "number" }), json!([0.1, -2.5, 1e300, 1.0, 7])),
        (json!({ "type": "boolean" }), json!([true, false])),
        (json!({ "type": "boolean", "default": true }), json!([true, false])),
        (json!({ "type": ["boolean", "null"] }), json!([true, false, null])),
        (json!({ "type": ["string", "null"] }), json!(["a", "", null])),
        (json!({ "type": ["integer", "null"] }), json!([1, null])),
        (json!({ "type": ["string", "integer"] }), json!(["a", "1", 1])),
        (
            json!({ "type": ["string", "array", "null"], "items": { "type": "string" } }),
            json!(["a", ["a", "b"], [], null]),
        ),
        (json!({ "enum": ["a", "b", "c", "d"] }), json!(["a", "d"])),
        (json!({ "enum": ["a", 1, "1", true, null, ""] }), json!(["a", 1, "1", true, null, ""])),
        (json!({ "type": "number", "enum": [1, 2.5] }), json!([1, 2.5])),
        (json!({ "const": "only" }), json!(["only"])),
        (json!({ "const": { "deep": [1] } }), json!([{ "deep": [1] }])),
        (
            json!({ "oneOf": [{ "const": "s", "title": "Small" }, { "const": "l", "title": "Large" }] }),
            json!(["s", "l"]),
        ),
        (
            json!({ "anyOf": [{ "type": "string", "enum": ["a", "b"] }, { "type": "string", "pattern": "^x" }] }),
            json!(["a", "xyz"]),
        ),
        (json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, { "type": "null" }] }), json!([4, null])),
        (json!({ "type": "array", "items": { "type": "string" } }), json!([["a", "b"], [""], ["", "a"], []])),
        (json!({ "type": "array", "items": { "type": "string" }, "default": ["a"] }), json!([["a"], []])),
        (json!({ "type": "array", "items": { "type": "integer" } }), json!([[1, 2], []])),
        (json!({ "type": "array", "items": { "type": "boolean" } }), json!([[true, false], [false]])),
        (json!({ "type": "array", "items": { "type": ["string", "null"] } }), json!([["a", null]])),
        (
            json!({ "type": "array", "items": { "enum": ["a", "b", "c"] }, "uniqueItems": true }),
            json!([["c", "a"], ["a", "b"], []]),
        ),
        (
            json!({ "type": "array", "items": { "type": "object", "properties": { "n": { "type": "integer" }, "f": { "type": "boolean" } } } }),
            json!([[{ "n": 1, "f": true }, { "n": 2 }], [{}, { "f": false }], []]),
        ),
        (
            json!({ "type": "array", "items": { "type": "array", "items": { "type": "string" } } }),
            json!([[["a"], ["b", "c"]], [[]]]),
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": { "type": "boolean" } }),
            json!([["a", 1], ["a", 1, true]]),
        ),
        (json!({ "type": "array" }), json!([[1, "a", { "b": null }], []])),
        (json!({ "type": "object" }), json!([{ "any": [1] }, {}])),
        (json!({}), json!(["text", 1, null, [], {}, false])),
        (
            json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "boolean" } } }),
            json!([{ "a": "x", "b": true }, { "a": "x" }, { "b": false }, {}]),
        ),
        (
            json!({ "type": "object", "properties": { "p": { "type": "integer", "default": 10 }, "q": { "type": "string" } }, "required": ["q"] }),
            json!([{ "p": 10, "q": "x" }, { "q": "x" }]),
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
            json!([{ "a": "b", "c/d": "e" }, {}]),
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "integer" } }),
            json!([{ "a": 1, "~b": 2 }]),
        ),
        (
            json!({ "type": "object", "patternProperties": { "^n": { "type": "number" }, "^o": { "type": "object", "properties": { "k": { "type": "string" } } } }, "additionalProperties": { "type": "string" } }),
            json!([{ "n1": 1.5, "o1": { "k": "v" }, "other": "text" }]),
        ),
        (
            json!({ "oneOf": [
                { "title": "Circle", "type": "object", "properties": { "shape": { "const": "circle" }, "r": { "type": "number" } }, "required": ["shape", "r"] },
                { "title": "Box", "type": "object", "properties": { "shape": { "const": "box" }, "w": { "type": "number" }, "r": { "type": "string" } }, "required": ["shape", "w"] },
            ] }),
            json!([{ "shape": "circle", "r": 1.5 }, { "shape": "box", "w": 2.0 }, { "shape": "box", "w": 2.0, "r": "round" }]),
        ),
        (
            json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] }),
            json!(["a", ["a", "b"], []]),
        ),
        (json!({ "type": "string", "readOnly": true }), json!(["fixed"])),
        (json!({ "enum": ["a", "b"], "readOnly": true }), json!(["b"])),
        (json!({ "type": "boolean", "readOnly": true }), json!([true, false])),
    ]
}

#[test]
fn conditional_values_survive_at_any_depth() {
    let conditional = json!({
        "type": "object",
        "properties": { "env": { "enum": ["dev", "prod"] }, "size": { "type": "integer" } },
        "required": ["env"],
        "if": { "properties": { "env": { "const": "prod" } }, "required": ["env"] },
        "then": {
            "properties": { "ticket": { "type": "string" }, "window": { "enum": ["night", "day"] } },
            "required": ["ticket"],
            "if": { "properties": { "window": { "const": "night" } }, "required": ["window"] },
            "then": { "properties": { "pager": { "type": "string" } } }
        },
        "else": { "properties": { "ticket": { "type": "integer" }, "ttl": { "type": "string" } } }
    });
    let values = [
        json!({ "env": "prod", "ticket": "CHG-1", "window": "night", "pager": "p" }),
        json!({ "env": "prod", "ticket": "CHG-1", "window": "day" }),
        json!({ "env": "dev", "ticket": 7, "ttl": "P1D", "size": 1 }),
    ];
    for value in values {
        check(&conditional, &value);
        check(&json!({ "properties": { "a": conditional.clone() } }), &json!({ "a": value }));
        let list = json!({ "properties": { "a": { "type": "array", "items": conditional } } });
        check(&list, &json!({ "a": [value, { "env": "dev" }] }));
    }
}

#[test]
fn references_merges_and_dependencies_survive() {
    let schema = json!({
        "type": "object",
        "$defs": {
            "tree": { "type": "object", "properties": { "name": { "type": "string" }, "children": { "type": "array", "items": { "$ref": "#/$defs/tree" } } } },
            "named": { "type": "object", "properties": { "title": { "type": "string" } }, "required": ["title"] }
        },
        "allOf": [{ "$ref": "#/$defs/named" }, { "properties": { "count": { "type": "integer" } } }],
        "properties": { "tree": { "$ref": "#/$defs/tree" }, "card": { "type": "number" } },
        "dependentSchemas": { "card": { "properties": { "address": { "type": "string" } }, "required": ["address"] } }
    });
    let deep = json!({ "name": "1", "children": [{ "name": "2", "children": [{ "name": "3", "children": [{ "name": "4", "children": [{ "name": "5", "children": [] }] }] }] }] });
    check(&schema, &json!({ "title": "t", "count": 2, "tree": deep, "card": 4, "address": "here" }));
    check(&schema, &json!({ "title": "t" }));
}

#[test]
fn unexpected_and_mistyped_values_are_shown_again() {
    let schema = json!({
        "type": "object",
        "properties": { "n": { "type": "integer" }, "o": { "type": "object", "properties": { "a": { "type": "string" } } }, "l": { "type": "array", "items": { "type": "string" } }, "e": { "enum": ["a", "b"] } },
        "additionalProperties": false
    });
    check(
        &schema,
        &json!({ "n": "twelve", "o": [1, 2], "l": { "not": "a list" }, "e": "z", "extra": { "kept": [true] } }),
    );
}

#[test]
fn samples_of_a_large_schema_survive() {
    let schema = json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "minLength": 3 },
            "when": { "type": "string", "format": "date-time" },
            "labels": { "type": "object", "additionalProperties": { "type": "string" } },
            "rules": { "type": "array", "items": { "type": "object", "required": ["port"], "properties": {
                "port": { "type": "integer", "minimum": 1, "maximum": 65535 },
                "protocol": { "enum": ["tcp", "udp"] },
                "from": { "oneOf": [{ "type": "string" }, { "type": "integer" }] },
                "notes": { "type": "string" }
            } } },
            "rollout": { "type": "object", "properties": { "percent": { "type": "number" }, "pause": { "type": "boolean" } } }
        }
    });
    let judge = Schema::compile(&schema).expect("the schema is sound");
    for seed in 0..300 {
        let value = sample(&schema, &schema, seed, 0);
        assert_eq!(judge.validate(&value), [], "the sample is valid");
        check(&schema, &value);
    }
}
