//! Posted pairs become JSON: typed, without blanks, without branches that are not active.

use form::{FieldError, Form, RenderOptions};
use serde_json::{Value, json};

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn check(schema: &Value, posted: &[(&str, &str)], expected: &Value) {
    assert_eq!(Form::from_schema(schema).read(&pairs(posted)), *expected, "{posted:?}");
}

#[test]
fn text_takes_the_type_of_its_field() {
    let schema = json!({ "type": "object", "properties": {
        "s": { "type": "string" }, "i": { "type": "integer" }, "n": { "type": "number" }, "b": { "type": "boolean" },
        "e": { "enum": [1, 2, 3, 4] }, "t": { "type": "string", "format": "date-time" }, "l": { "type": "array", "items": { "type": "integer" } }
    } });
    check(
        &schema,
        &[
            ("/s", "5"),
            ("/i", " 007 "),
            ("/n", ".5"),
            ("/b", "true"),
            ("/e", "3"),
            ("/t", "2027-03-31T14:30"),
            ("/l/0", "1"),
            ("/l/7", "2"),
        ],
        &json!({ "s": "5", "i": 7, "n": 0.5, "b": true, "e": 3, "t": "2027-03-31T14:30:00Z", "l": [1, 2] }),
    );
    check(&schema, &[("/s", ""), ("/i", ""), ("/l/0", ""), ("utm_source", "x")], &json!({ "b": false }));
    check(&schema, &[("/l", "[1, 2]")], &json!({ "b": false, "l": [1, 2] }));
    check(&schema, &[("/unknown", "x")], &json!({ "b": false, "unknown": "x" }));
}

#[test]
fn what_is_not_a_number_is_kept_as_typed() {
    let schema = json!({ "type": "object", "properties": { "i": { "type": "integer", "title": "Count" } } });
    for typed in ["twelve", "9007199254740993", "1,5", "0x10", "Infinity"] {
        check(&schema, &[("/i", typed)], &json!({ "i": typed }));
        let form = Form::from_schema(&schema);
        let value = json!({ "i": typed });
        let errors = form::Schema::compile(&schema).expect("the schema is sound").validate(&value);
        assert_eq!(errors.len(), 1, "{typed} is an error");
        let html = form.render(&RenderOptions { values: Some(&value), errors: &errors });
        assert!(html.contains("type=\"text\"") && html.contains(&format!("value=\"{typed}\"")), "{html}");
        assert!(html.contains(&errors[0].message), "{html}");
    }
}

#[test]
fn json_text_is_strict() {
    let form = Form::from_schema(&json!({ "type": "object", "properties": { "j": {} } }));
    for (typed, expected, fault) in [
        ("{\"a\": [1]}", json!({ "a": [1] }), None),
        ("\"text\"", json!("text"), None),
        ("{\"a\": ", json!("{\"a\": "), Some("Is not valid JSON")),
        ("bare", json!("bare"), Some("Is not valid JSON")),
        ("{\"a\":1,\"a\":2}", json!("{\"a\":1,\"a\":2}"), Some("Gives a name twice")),
        (
            "9007199254740993",
            json!("9007199254740993"),
            Some("Has a whole number too large to be kept exactly"),
        ),
    ] {
        let (value, errors) = form.read_with_errors(&pairs(&[("/j", typed)]));
        assert_eq!(value, json!({ "j": expected }));
        let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(messages, fault.into_iter().collect::<Vec<_>>(), "{typed}");
        let html = form.render(&RenderOptions { values: Some(&value), errors: &errors });
        let escaped = typed.replace('"', "&quot;");
        assert!(
            fault.is_none() || html.contains(&format!("\n{escaped}</textarea>")),
            "typed text is shown again: {html}"
        );
    }
}

#[test]
fn branches_that_are_not_active_are_dropped() {
    let schema = json!({
        "type": "object",
        "properties": { "env": { "enum": ["dev", "prod"] } },
        "if": { "properties": { "env": { "const": "prod" } }, "required": ["env"] },
        "then": { "properties": { "ticket": { "type": "string" } } },
        "else": { "properties": { "ttl": { "type": "string" } } }
    });
    check(
        &schema,
        &[("/env", "prod"), ("/ticket", "T"), ("/ttl", "P1D")],
        &json!({ "env": "prod", "ticket": "T" }),
    );
    check(
        &schema,
        &[("/env", "dev"), ("/ticket", "T"), ("/ttl", "P1D")],
        &json!({ "env": "dev", "ttl": "P1D" }),
    );
}

#[test]
fn conditions_chain() {
    let schema = json!({
        "type": "object",
        "properties": { "a": { "type": "string" } },
        "dependentSchemas": {
            "a": { "properties": { "b": { "type": "string" } } },
            "b": { "properties": { "c": { "type": "string" } } }
        }
    });
    check(&schema, &[("/a", "1"), ("/b", "2"), ("/c", "3")], &json!({ "a": "1", "b": "2", "c": "3" }));
    check(&schema, &[("/b", "2"), ("/c", "3")], &json!({}));
}

#[test]
fn an_optional_object_left_alone_is_absent() {
    let schema = json!({ "type": "object", "properties": {
        "o": { "type": "object", "properties": { "name": { "type": "string" }, "flag": { "type": "boolean" }, "size": { "type": "integer", "default": 3 } }, "required": ["name"] },
        "r": { "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] }
    }, "required": ["r"] });
    check(&schema, &[("/o/name", ""), ("/o/size", "3"), ("/r/name", "")], &json!({ "r": {} }));
    check(
        &schema,
        &[("/o/name", "x"), ("/o/size", "3")],
        &json!({ "o": { "name": "x", "flag": false, "size": 3 }, "r": {} }),
    );
}

#[test]
fn entries_of_an_editor_keep_everything() {
    let schema = json!({ "type": "object", "additionalProperties": { "type": "integer" } });
    check(
        &schema,
        &[
            ("/~e/0/~k", "a/b"),
            ("/~e/0/~v", "1"),
            ("/~e/2/~k", "a/b"),
            ("/~e/2/~v", "2"),
            ("/~e/3/~k", ""),
            ("/~e/3/~v", ""),
        ],
        &json!({ "a/b": 1, "a/b (2)": 2 }),
    );
}

#[test]
fn a_link_fills_in_on_top_of_the_defaults_but_never_a_secret() {
    let form = Form::from_schema(&json!({ "type": "object", "properties": {
        "env": { "enum": ["dev", "prod"], "default": "dev" }, "size": { "type": "integer", "default": 2 },
        "dry": { "type": "boolean", "default": true }, "flag": { "type": "boolean" },
        "password": { "type": "string", "writeOnly": true }
    } }));
    let value = form.prefill(&pairs(&[("/env", "prod"), ("/password", "hunter2"), ("from", "x")]));
    assert_eq!(value, json!({ "env": "prod", "size": 2, "dry": true }));
}

#[test]
fn f09_a_secret_is_never_written_back() {
    let schema = json!({ "type": "object", "properties": {
        "password": { "type": "string", "writeOnly": true },
        "pin": { "type": "integer", "writeOnly": true },
        "keys": { "type": "array", "writeOnly": true, "items": { "type": "string" } },
        "any": { "writeOnly": true }, "pick": { "enum": ["hunter2", "b"], "writeOnly": true },
        "group": { "type": "object", "writeOnly": true, "properties": { "inner": { "type": "string", "default": "hunter2" } } }
    } });
    let value = json!({ "password": "hunter2", "pin": 31337, "keys": ["hunter2"], "any": "hunter2", "pick": "b", "group": { "inner": "hunter2" } });
    let errors: Vec<FieldError> = Vec::new();
    let form = Form::from_schema(&schema);
    let html = form.render(&RenderOptions { values: Some(&value), errors: &errors });
    assert!(!html.contains("hunter2") || html.matches("hunter2").count() == 2, "only as an option: {html}");
    assert!(!html.contains("31337") && !html.contains(" selected") && !html.contains(" checked"), "{html}");
    for row in form.rows(&value) {
        assert!(row.secret && row.text == "set" && !row.is_default, "{row:?}");
    }
    assert_eq!(form::secrets(&schema, &value), ["/password", "/pin", "/keys", "/any", "/pick", "/group"]);
}
