//! Values in words, and where they hold secrets.

use form::{Form, secrets};
use serde_json::json;

#[test]
fn rows_say_what_was_given() {
    let form = Form::from_schema(&json!({ "type": "object", "properties": {
        "env": { "title": "Environment", "oneOf": [{ "const": "p", "title": "Production" }, { "const": "d", "title": "Development" }], "default": "d" },
        "rollout": { "type": "object", "properties": { "strategy": { "type": "string" }, "dry_run": { "type": "boolean", "default": true } } },
        "notify": { "type": "array", "items": { "type": "string" } },
        "rules": { "type": "array", "title": "Rule", "items": { "type": "object", "properties": { "port": { "type": "integer" }, "key": { "type": "string", "writeOnly": true } } } },
        "labels": { "type": "object", "additionalProperties": { "type": "string" } }
    } }));
    let value = json!({
        "notify": ["a@example.com", "b@example.com"], "env": "p",
        "rollout": { "dry_run": true, "strategy": "canary" },
        "rules": [{ "port": 1 }, { "port": 2, "key": "hunter2" }],
        "labels": { "team": "x" }, "extra": { "a": 1 }
    });
    let rows: Vec<String> = form
        .rows(&value)
        .into_iter()
        .map(|row| {
            format!(
                "{} | {} | {}{}",
                row.pointer,
                row.label,
                row.text,
                if row.is_default { " (default)" } else { "" }
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "/env | Environment | Production",
            "/rollout/strategy | Rollout › Strategy | canary",
            "/rollout/dry_run | Rollout › Dry run | Yes (default)",
            "/notify | Notify | a@example.com, b@example.com",
            "/rules/0/port | Rule 1 › Port | 1",
            "/rules/1/port | Rule 2 › Port | 2",
            "/rules/1/key | Rule 2 › Key | set",
            "/labels/team | Labels › team | x",
            "/extra | extra | {\"a\":1}",
        ]
    );
}

#[test]
fn f09_secrets_are_found_wherever_the_schema_puts_them() {
    let schema = json!({
        "$defs": { "secret": { "type": "string", "writeOnly": true }, "tree": { "properties": { "key": { "$ref": "#/$defs/secret" }, "next": { "$ref": "#/$defs/tree" } } } },
        "properties": {
            "plain": { "type": "string" }, "ref": { "$ref": "#/$defs/secret" }, "absent": { "writeOnly": true },
            "list": { "items": { "properties": { "token": { "writeOnly": true } } } }, "tree": { "$ref": "#/$defs/tree" },
            "map": { "additionalProperties": { "$ref": "#/$defs/secret" } }, "tuple": { "prefixItems": [true, { "writeOnly": true }] }
        },
        "patternProperties": { "_key$": { "writeOnly": true } },
        "allOf": [{ "if": { "required": ["plain"] }, "then": { "properties": { "then": { "writeOnly": true } } } }],
        "oneOf": [{ "properties": { "a/b": { "writeOnly": true } } }, true],
        "dependentSchemas": { "plain": { "properties": { "dependent": { "writeOnly": true } } } }
    });
    let value = json!({
        "plain": "p", "ref": "s", "list": [{ "token": 1 }, {}, { "token": 2 }], "tree": { "next": { "key": "k" } },
        "map": { "m": "s" }, "tuple": [1, 2], "api_key": "s", "then": "s", "a/b": "s", "dependent": "s"
    });
    let mut found = secrets(&schema, &value);
    found.sort();
    assert_eq!(
        found,
        [
            "/api_key",
            "/a~1b",
            "/dependent",
            "/list/0/token",
            "/list/2/token",
            "/map/m",
            "/ref",
            "/then",
            "/tree/next/key",
            "/tuple/1"
        ]
    );
}
