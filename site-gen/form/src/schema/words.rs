//! The words of every message. They name limits and choices, never what was given.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value;

use super::FieldError;
use crate::label::spoken;

/// A property that the schema does not have.
pub(super) const UNEXPECTED: &str = "Is not expected here; remove it";
/// No alternative is near.
pub(super) const NO_ALTERNATIVE: &str = "Does not fit any of the kinds allowed here";
/// Beyond 2^53.
pub(super) const TOO_LARGE: &str = "Must be between -9007199254740991 and 9007199254740991";

/// What is said when nothing can be said: the value is refused all the same.
pub(super) fn no_judge() -> FieldError {
    let message = "Cannot be checked; tell the owner of this workflow".to_owned();
    FieldError { pointer: String::new(), keyword: "$schema".to_owned(), message }
}

/// Longer lists of choices are cut.
const MOST_CHOICES: usize = 12;

/// The message for an error. `beside` is the schema that holds the keyword.
pub(super) fn of(error: &ValidationError<'_>, beside: Option<&Value>) -> String {
    let blank = error.instance().as_str().is_some_and(str::is_empty);
    match error.kind() {
        Kind::MinLength { limit } if blank && *limit > 0 => "Must not be empty".to_owned(),
        Kind::MinLength { limit } => format!("Must be at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("Must be at most {}", count(*limit, "character")),
        Kind::Pattern { pattern } => pattern_words(pattern, beside),
        Kind::Format { format } => format_words(format),
        Kind::Minimum { limit } => format!("Must be {limit} or more"),
        Kind::Maximum { limit } => format!("Must be {limit} or less"),
        Kind::ExclusiveMinimum { limit } => format!("Must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("Must be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("Must be a multiple of {multiple_of}"),
        Kind::Enum { options } => choices(options.as_array().map_or(&[][..], Vec::as_slice)),
        Kind::Constant { expected_value } => format!("Must be {}", quoted(expected_value)),
        Kind::Type { kind } => type_words(kind, error.instance()),
        Kind::MinItems { limit } => format!("Must have at least {}", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("Must have at most {}", count(*limit, "item")),
        Kind::AdditionalItems { limit } => format!("Must have at most {}", count(*limit as u64, "item")),
        Kind::UnevaluatedItems { .. } => "Has more items than are expected".to_owned(),
        Kind::UniqueItems => "Must not have the same item twice".to_owned(),
        Kind::Contains => "Must have an item of the required kind".to_owned(),
        Kind::MinProperties { limit } => format!("Must have at least {}", count(*limit, "value")),
        Kind::MaxProperties { limit } => format!("Must have at most {}", count(*limit, "value")),
        Kind::OneOfMultipleValid { .. } => {
            "Fits more than one of the kinds allowed here; it must fit one".to_owned()
        }
        Kind::Not { .. } => "Is not allowed here".to_owned(),
        Kind::FalseSchema => UNEXPECTED.to_owned(),
        Kind::ContentEncoding { content_encoding } => format!("Must be encoded as {content_encoding}"),
        Kind::ContentMediaType { content_media_type } => format!("Must be of the kind {content_media_type}"),
        _ => "Is not valid".to_owned(),
    }
}

/// "Pick one of …" when every alternative is a constant or a list.
pub(super) fn pick_one(context: &[Vec<ValidationError<'static>>], alternatives: &[Value]) -> Option<String> {
    let mut labels = Vec::new();
    for (at, errors) in context.iter().enumerate() {
        let titled = alternatives.get(at).and_then(|schema| schema.get("title")).and_then(Value::as_str);
        let fixed = errors.iter().find_map(|error| match error.kind() {
            _ if !error.instance_path().as_str().is_empty() && errors.len() > 3 => None,
            Kind::Constant { expected_value } => {
                Some(vec![titled.map_or_else(|| quoted(expected_value), str::to_owned)])
            }
            Kind::Enum { options } => Some(options.as_array().into_iter().flatten().map(quoted).collect()),
            _ => None,
        })?;
        labels.extend(fixed);
    }
    (!labels.is_empty()).then(|| listed(&labels))
}

/// A message as the second half of a sentence.
pub(super) fn lower(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

fn choices(options: &[Value]) -> String {
    let labels: Vec<String> = options.iter().map(quoted).collect();
    if let [one] = labels.as_slice() { format!("Must be {one}") } else { listed(&labels) }
}

fn listed(labels: &[String]) -> String {
    let shown = labels.iter().take(MOST_CHOICES).cloned().collect::<Vec<_>>().join(", ");
    let more = labels.len().saturating_sub(MOST_CHOICES);
    if more > 0 { format!("Pick one of {shown} and {more} more") } else { format!("Pick one of {shown}") }
}

fn quoted(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        Value::Bool(flag) => if *flag { "ticked" } else { "unticked" }.to_owned(),
        other => spoken(other),
    }
}

fn count(limit: u64, thing: &str) -> String {
    if limit == 1 { format!("1 {thing}") } else { format!("{limit} {thing}s") }
}

fn pattern_words(pattern: &str, beside: Option<&Value>) -> String {
    let schema = beside.filter(|schema| schema.get("pattern").and_then(Value::as_str) == Some(pattern));
    let example = schema.and_then(|schema| schema.get("examples")?.get(0)?.as_str());
    match example {
        Some(example) => format!("Does not have the expected form, for example {example}"),
        None => format!("Must match the pattern {pattern}"),
    }
}

fn format_words(format: &str) -> String {
    match format {
        "date" => "Must be a date such as 2027-03-31",
        "time" => "Must be a time with its zone, such as 14:30:00Z",
        "date-time" => "Must be a date and time with its zone, such as 2027-03-31T14:30:00Z",
        "duration" => "Must be a duration such as PT30M or P1D",
        "email" | "idn-email" => "Must be an e-mail address such as name@example.com",
        "hostname" | "idn-hostname" => "Must be a host name such as db.example.com",
        "ipv4" => "Must be an IPv4 address such as 192.0.2.1",
        "ipv6" => "Must be an IPv6 address such as 2001:db8::1",
        "uri" | "iri" => "Must be an address such as https://example.com/path",
        "uri-reference" | "iri-reference" => "Must be an address or a path",
        "uuid" => "Must be a UUID such as 123e4567-e89b-12d3-a456-426614174000",
        "regex" => "Must be a regular expression",
        "json-pointer" => "Must be a JSON pointer such as /a/b",
        other => return format!("Must be of the format {other}"),
    }
    .to_owned()
}

fn type_words(kind: &TypeKind, given: &Value) -> String {
    let names: Vec<String> = match kind {
        TypeKind::Single(name) => vec![name.to_string()],
        TypeKind::Multiple(names) => names.iter().map(|name| name.to_string()).collect(),
    };
    let typed_number = given.as_str().is_some_and(|text| {
        let digits = text.trim().trim_start_matches(['+', '-']);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    match names.iter().map(String::as_str).filter(|name| *name != "null").collect::<Vec<_>>().as_slice() {
        // Digits that stayed text did so because no JSON number holds them.
        ["integer" | "number"] if typed_number => TOO_LARGE.to_owned(),
        [] => "Must be left empty".to_owned(),
        many => {
            format!("Must be {}", many.iter().map(|name| type_word(name)).collect::<Vec<_>>().join(" or "))
        }
    }
}

fn type_word(name: &str) -> &'static str {
    match name {
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "text",
        "boolean" => "yes or no",
        "array" => "a list",
        _ => "a group of values",
    }
}
