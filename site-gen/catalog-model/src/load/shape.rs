//! A JSON value to a typed file, or everything that is wrong with its shape.
//!
//! serde stops at the first fault. So only when it has refused a file, the JSON Schema of the file's type
//! goes over it and finds them all; a sound file costs nothing.

use std::borrow::Cow;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use super::json::{self, Fault};
use super::place::join;
use super::report::{Report, Source};
use crate::schemas::CatalogFile;
use crate::{IsoDuration, Problem, codes, suggest};

/// Reads a file as JSON; None if it is none.
pub(crate) fn value(source: &Source, problems: &mut Vec<Problem>) -> Option<Value> {
    match json::parse(&source.text) {
        Ok((value, faults)) => {
            let mut report = source.report(problems);
            for fault in &faults {
                explain_fault(fault, &mut report);
            }
            Some(value)
        }
        Err(error) => {
            let at = offset(&source.text, error.line(), error.column());
            let full = error.to_string();
            let what = full.split(" at line ").next().unwrap_or(&full);
            let message = format!("This is not JSON: {what}.");
            source.report(problems).text(&(at..at), codes::BROKEN_JSON, message, json_help(&source.text));
            None
        }
    }
}

/// Reads a value as a typed file; None if it has another shape.
pub(crate) fn typed<T: CatalogFile>(source: &Source, value: Value, problems: &mut Vec<Problem>) -> Option<T> {
    let error = match serde_json::from_value(value) {
        Ok(typed) => return Some(typed),
        Err(error) => error,
    };
    // The value was consumed; reading it again costs only faulty files.
    let value = json::parse(&source.text).map(|(value, _)| value).unwrap_or_default();
    let before = problems.len();
    let shape = T::shape();
    let mut report = source.report(problems);
    for fault in shape.validator.iter().flat_map(|validator| validator.iter_errors(&value)) {
        explain(&fault, &shape.schema, &mut report);
    }
    if problems.len() == before {
        let message = format!("This file has a wrong shape: {error}.");
        source.report(problems).at(
            "",
            codes::WRONG_TYPE,
            message,
            "Compare it with another file of its kind.",
        );
    }
    None
}

fn explain_fault(fault: &Fault, report: &mut Report<'_>) {
    match fault {
        Fault::DuplicateKey(pointer) => report.at(
            pointer,
            codes::DUPLICATE_KEY,
            "This key occurs twice in its object; readers keep only the last.",
            "Remove one of them.",
        ),
        Fault::InexactNumber(pointer) => report.at(
            pointer,
            codes::INEXACT_NUMBER,
            "This whole number is beyond 2^53, where JSON readers round.",
            "Use a smaller number, or a string.",
        ),
    }
}

fn explain(fault: &ValidationError<'_>, schema: &Value, report: &mut Report<'_>) {
    let pointer = fault.instance_path().as_str();
    match fault.kind() {
        Kind::AdditionalProperties { unexpected } => {
            let known = properties_beside(fault, schema);
            for field in unexpected {
                let help = suggest::help(field, known.iter().map(String::as_str), "Remove it.");
                let message = format!("There is no field `{field}` here.");
                report.at(join(pointer, field), codes::UNKNOWN_FIELD, message, help);
            }
        }
        Kind::Required { property } => {
            let field = property.as_str().unwrap_or_default();
            let help = describe(fault, schema, field);
            let message = format!("The field `{field}` is missing.");
            report.at(join(pointer, field), codes::MISSING_FIELD, message, help);
        }
        Kind::Type { kind } => {
            let message =
                format!("This must be {}, and is {}.", expected(kind), type_of(fault.instance().as_ref()));
            report.at(pointer, codes::WRONG_TYPE, message, description_at(fault, schema));
        }
        kind => {
            let (message, help) = wrong_value(kind, fault, schema);
            report.at(pointer, codes::WRONG_VALUE, message, help);
        }
    }
}

fn wrong_value(kind: &Kind, fault: &ValidationError<'_>, schema: &Value) -> (String, String) {
    let instance = fault.instance();
    let written = instance.as_str().map_or_else(|| instance.to_string(), str::to_owned);
    match kind {
        Kind::Enum { options } => {
            let options: Vec<&str> =
                options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            (
                format!("`{written}` is not allowed here."),
                suggest::help(&written, options, "Use one of them."),
            )
        }
        Kind::Constant { expected_value } => {
            (format!("`{written}` is not allowed here."), format!("Only {expected_value} is."))
        }
        Kind::Format { format } if format == "duration" => match IsoDuration::parse(&written) {
            Err(message) => split_sentence(&message),
            Ok(_) => (format!("{fault}."), description_at(fault, schema)),
        },
        Kind::Minimum { limit } => (format!("{written} is too small."), format!("The least is {limit}.")),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } | Kind::OneOfMultipleValid { .. } => (
            format!("This is {}, which has none of the shapes allowed here.", type_of(instance.as_ref())),
            description_at(fault, schema),
        ),
        _ => (format!("{fault}."), description_at(fault, schema)),
    }
}

/// `IsoDuration` says what is wrong and what to write in one sentence with a semicolon.
fn split_sentence(message: &str) -> (String, String) {
    let (what, help) = message.split_once("; ").unwrap_or((message, "write for example `PT4H`"));
    let mut chars = help.chars();
    let help: String = chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
    (format!("{what}."), format!("{help}."))
}

/// The schema that holds the failed keyword.
fn owner_of<'s>(fault: &ValidationError<'_>, schema: &'s Value) -> Option<&'s Value> {
    let keyword = fault.schema_path().as_str();
    schema.pointer(keyword.rsplit_once('/')?.0)
}

fn properties_beside(fault: &ValidationError<'_>, schema: &Value) -> Vec<String> {
    let properties = owner_of(fault, schema).and_then(|owner| owner.get("properties")?.as_object());
    properties.into_iter().flat_map(serde_json::Map::keys).filter(|key| *key != "$schema").cloned().collect()
}

fn describe(fault: &ValidationError<'_>, schema: &Value, field: &str) -> String {
    let field = owner_of(fault, schema).and_then(|owner| owner.get("properties")?.get(field));
    sentence(field.and_then(|field| field.get("description")?.as_str()), "Add it.")
}

fn description_at(fault: &ValidationError<'_>, schema: &Value) -> String {
    let description = owner_of(fault, schema).and_then(|owner| owner.get("description")?.as_str());
    sentence(description, "Compare it with another file of its kind.")
}

/// The first line of a field's documentation says what it is; that is the help.
fn sentence(description: Option<&str>, fallback: &str) -> String {
    description.and_then(|text| text.lines().next()).unwrap_or(fallback).to_owned()
}

fn expected(kind: &TypeKind) -> Cow<'static, str> {
    match kind {
        TypeKind::Single(kind) => article(&kind.to_string()),
        TypeKind::Multiple(kinds) => {
            let names: Vec<_> = kinds.iter().map(|kind| article(&kind.to_string())).collect();
            let names: Vec<_> = names.into_iter().filter(|name| name != "null").collect();
            names.join(" or ").into()
        }
    }
}

fn article(kind: &str) -> Cow<'static, str> {
    match kind {
        "array" => "a list".into(),
        "object" => "an object".into(),
        "integer" => "a whole number".into(),
        "null" => "null".into(),
        other => format!("a {other}").into(),
    }
}

fn type_of(value: &Value) -> Cow<'static, str> {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "a boolean".into(),
        Value::Number(_) => "a number".into(),
        Value::String(_) => "a string".into(),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
    }
}

/// `serde_json` counts columns in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn json_help(text: &str) -> &'static str {
    match text.trim_start_matches('\u{feff}') {
        rest if rest.len() != text.len() => "Save the file without a byte order mark.",
        rest if rest.trim().is_empty() => "The file is empty: write an object, `{ … }`.",
        _ => "JSON has no comments, no trailing commas, and double quotes around every key and text.",
    }
}
