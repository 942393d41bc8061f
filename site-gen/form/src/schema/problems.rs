//! What is wrong with a schema: every fault with a pointer and a way to mend it.

use jsonschema::error::ValidationErrorKind;
use regex::RegexBuilder;
use serde_json::{Map, Value, json};

use super::SchemaProblem;
use super::compile::{PATTERN_LIMIT, validator};
use crate::document::Document;
use crate::pointer;

/// References that leave the document or lead nowhere.
pub(super) fn references(document: &Document) -> Vec<SchemaProblem> {
    let mut found = Vec::new();
    walk(document.root(), "", &mut |map, at| {
        for key in ["$ref", "$dynamicRef", "$recursiveRef"] {
            let Some(reference) = map.get(key).and_then(Value::as_str) else { continue };
            if document.resolve(reference).is_some() || (key != "$ref" && reference.starts_with('#')) {
                continue;
            }
            let at = pointer::join(at, key);
            found.push(if reference.starts_with('#') {
                SchemaProblem::new(
                    at,
                    "unknown-ref",
                    format!("The reference {reference} leads nowhere in this schema."),
                    "Correct the reference or add what it names under $defs.",
                )
            } else {
                SchemaProblem::new(
                    at,
                    "external-ref",
                    format!("The reference {reference} leaves this schema; nothing is fetched or read."),
                    "Copy what it names into $defs and refer to it as #/$defs/….",
                )
            });
        }
    });
    found
}

/// What keeps a schema from compiling.
pub(super) fn faults(
    schema: &Value,
    judged: &Value,
    error: &jsonschema::ValidationError<'static>,
) -> Vec<SchemaProblem> {
    let mut found = patterns(schema);
    match jsonschema::meta::validator_for(judged) {
        Ok(meta) => {
            let broken: Vec<String> = found.iter().map(|problem| problem.pointer.clone()).collect();
            let errors = meta.iter_errors(judged);
            found.extend(
                errors.map(|error| misuse(&error)).filter(|problem| !broken.contains(&problem.pointer)),
            );
        }
        Err(_) => found.push(SchemaProblem::new(
            "/$schema".to_owned(),
            "unknown-dialect",
            "The schema names a dialect that is not known here.".to_owned(),
            "Remove $schema or set it to https://json-schema.org/draft/2020-12/schema.",
        )),
    }
    if found.is_empty() {
        let at = error.schema_path().to_string();
        found.push(SchemaProblem::new(
            at,
            "invalid-schema",
            format!("The schema cannot be compiled: {error}."),
            "Correct the schema here.",
        ));
    }
    found
}

/// A place where the schema is not one.
fn misuse(error: &jsonschema::ValidationError<'_>) -> SchemaProblem {
    let mut at = error.instance_path().to_string();
    let message = match error.kind() {
        ValidationErrorKind::Required { property } => {
            if let Some(name) = property.as_str() {
                at = pointer::join(&at, name);
            }
            "This keyword is missing.".to_owned()
        }
        _ => format!("This is not valid in a schema: {error}."),
    };
    SchemaProblem::new(at, "invalid-schema", message, "Look the keyword up in JSON Schema 2020-12.")
}

/// Patterns that the linear-time engine does not take.
pub(super) fn patterns(schema: &Value) -> Vec<SchemaProblem> {
    let mut found = Vec::new();
    walk(schema, "", &mut |map, at| {
        if let Some(Value::String(pattern)) = map.get("pattern") {
            found.extend(pattern_problem(pattern, pointer::join(at, "pattern")));
        }
        if let Some(Value::Object(patterns)) = map.get("patternProperties") {
            let at = pointer::join(at, "patternProperties");
            for pattern in patterns.keys() {
                found.extend(pattern_problem(pattern, pointer::join(&at, pattern)));
            }
        }
    });
    found
}

fn pattern_problem(pattern: &str, at: String) -> Option<SchemaProblem> {
    validator(&json!({ "pattern": pattern })).err()?;
    let reason =
        RegexBuilder::new(pattern).size_limit(PATTERN_LIMIT).build().err().map(|error| error.to_string());
    let reason = reason.unwrap_or_default();
    let (code, message, help) = if reason.contains("backreference") {
        (
            "pattern-back-reference",
            "The pattern has a back-reference, which can take exponential time.",
            "Say it without \\1: spell the repeated part out, or check it in the steps.",
        )
    } else if reason.contains("look-around") {
        (
            "pattern-look-around",
            "The pattern looks ahead or behind, which can take exponential time.",
            "Say it with several patterns in allOf, or with not.",
        )
    } else if reason.contains("size limit") {
        (
            "pattern-too-large",
            "The pattern becomes too large when it is compiled.",
            "Use smaller repetitions; say lengths with minLength and maxLength.",
        )
    } else {
        (
            "pattern-invalid",
            "The pattern is not a regular expression.",
            "Correct the pattern; write a backslash twice in JSON.",
        )
    };
    Some(SchemaProblem::new(at, code, message.to_owned(), help))
}

impl SchemaProblem {
    fn new(pointer: String, code: &str, message: String, help: &str) -> Self {
        Self { pointer, code: code.to_owned(), message, help: help.to_owned() }
    }
}

/// Keywords whose value is a schema, a list of them, or a map of them.
const ONE: [&str; 14] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "extends",
    "disallow",
];
const LIST: [&str; 5] = ["allOf", "anyOf", "items", "oneOf", "prefixItems"];
const MAP: [&str; 6] =
    ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];

/// Calls back for every subschema, with its pointer.
fn walk(schema: &Value, at: &str, visit: &mut dyn FnMut(&Map<String, Value>, &str)) {
    if at.len() > 4_096 {
        return;
    }
    let Value::Object(map) = schema else { return };
    visit(map, at);
    for (key, value) in map {
        match value {
            Value::Object(_) if ONE.contains(&key.as_str()) => walk(value, &pointer::join(at, key), visit),
            Value::Object(members) if MAP.contains(&key.as_str()) => {
                let at = pointer::join(at, key);
                for (name, schema) in members {
                    walk(schema, &pointer::join(&at, name), visit);
                }
            }
            Value::Array(items) if LIST.contains(&key.as_str()) => {
                let at = pointer::join(at, key);
                for (index, schema) in items.iter().enumerate() {
                    walk(schema, &format!("{at}/{index}"), visit);
                }
            }
            _ => {}
        }
    }
}

/// Calls back for each schema directly inside one.
pub(super) fn each_subschema(map: &mut Map<String, Value>, visit: &mut dyn FnMut(&mut Value)) {
    for (key, value) in map.iter_mut() {
        let key = key.as_str();
        match value {
            Value::Object(members) if MAP.contains(&key) => members.values_mut().for_each(&mut *visit),
            Value::Array(items) if LIST.contains(&key) => items.iter_mut().for_each(&mut *visit),
            value if ONE.contains(&key) => visit(value),
            _ => {}
        }
    }
}

/// Whether any subschema uses a keyword.
pub(super) fn mentions(schema: &Value, keyword: &str) -> bool {
    let mut found = false;
    walk(schema, "", &mut |map, _| found |= map.contains_key(keyword));
    found
}
