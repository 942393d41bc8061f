//! Says in words what a JSON Schema finds wrong with a file, and what to write instead.

use std::borrow::Cow;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use super::place::join;
use super::report::Report;
use crate::{IsoDuration, codes, suggest};

/// Reports one fault; `schema` is the file's, whose descriptions are the help.
pub(super) fn explain(fault: &ValidationError<'_>, schema: &Value, report: &mut Report<'_>) {
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
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            alternatives(context, fault, schema, report);
        }
        kind => {
            let (message, help) = wrong_value(kind, fault, schema);
            report.at(pointer, codes::WRONG_VALUE, message, help);
        }
    }
}

/// Several shapes are allowed, and the value has none of them; `branches` has what is wrong with each.
fn alternatives(
    branches: &[Vec<ValidationError<'static>>],
    fault: &ValidationError<'_>,
    schema: &Value,
    report: &mut Report<'_>,
) {
    // Optional fields allow null as well; nobody means that.
    let meant: Vec<_> = branches.iter().filter(|errors| !errors.iter().any(wants_null)).collect();
    let pointer = fault.instance_path().as_str();
    // A text was not meant to be a list: what counts is what is wrong with it as a text.
    let likely = meant.iter().filter(|errors| !errors.iter().any(|error| wants_other_type(error, pointer)));
    if let [only] = likely.collect::<Vec<_>>().as_slice() {
        return only.iter().for_each(|error| explain(error, schema, report));
    }
    if let [only] = meant.as_slice() {
        return only.iter().for_each(|error| explain(error, schema, report));
    }
    let errors = || meant.iter().flat_map(|errors| errors.iter());
    let constants: Vec<&str> = errors().filter_map(constant).collect();
    let fields: Vec<&str> = errors().filter_map(required).collect();
    let written = fault.instance();
    let (message, help) = match written.as_str() {
        Some(written) if !constants.is_empty() => (
            format!("`{written}` is not allowed here."),
            suggest::help(written, constants, "Use one of them."),
        ),
        _ if written.is_object() && fields.len() == meant.len() => {
            ("This has the wrong fields.".to_owned(), format!("Write one of {}.", suggest::list(&fields)))
        }
        _ => (
            format!("This is {}, which has none of the shapes allowed here.", type_of(written.as_ref())),
            description_at(fault, schema),
        ),
    };
    report.at(pointer, codes::WRONG_VALUE, message, help);
}

fn wants_null(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), Kind::Type { kind: TypeKind::Single(kind) } if kind.to_string() == "null")
}

fn wants_other_type(error: &ValidationError<'_>, pointer: &str) -> bool {
    matches!(error.kind(), Kind::Type { .. }) && error.instance_path().as_str() == pointer
}

fn constant<'e>(error: &'e ValidationError<'_>) -> Option<&'e str> {
    match error.kind() {
        Kind::Constant { expected_value } => expected_value.as_str(),
        _ => None,
    }
}

fn required<'e>(error: &'e ValidationError<'_>) -> Option<&'e str> {
    match error.kind() {
        Kind::Required { property } => property.as_str(),
        _ => None,
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
