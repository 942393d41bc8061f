//! `Retry` and `Catch`.

use serde_json::Value;

use super::fields::{Fields, SCHEMA, report, unknown};
use super::pointer::Pointer;
use super::{Language, state};
use crate::data::jsonata::Offered;
use crate::data::{ResultPath, Template};
use crate::diagnostic::Diagnostic;

/// One rule of `Retry`.
#[derive(Debug, Clone)]
pub(crate) struct Retrier {
    pub(crate) errors: Vec<String>,
    pub(crate) interval: f64,
    pub(crate) backoff: f64,
    pub(crate) attempts: u64,
    pub(crate) max_delay: Option<f64>,
    pub(crate) jitter: bool,
}

/// One rule of `Catch`.
#[derive(Debug, Clone)]
pub(crate) struct Catcher {
    pub(crate) errors: Vec<String>,
    pub(crate) next: String,
    pub(crate) result_path: ResultPath,
    pub(crate) assign: Vec<(String, Template)>,
    pub(crate) output: Option<Template>,
}

/// Reads every rule of `Retry`.
pub(super) fn retriers(
    list: &[Value],
    pointer: &Pointer<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Retrier> {
    let read = |(index, value)| retrier(value, &pointer.item(index), index + 1 == list.len(), diagnostics);
    list.iter().enumerate().filter_map(read).collect()
}

fn retrier(
    value: &Value,
    pointer: &Pointer<'_>,
    last: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Retrier> {
    let mut fields = Fields::open(value, pointer, diagnostics)?;
    fields.get("Comment");
    let retrier = Retrier {
        errors: errors(&mut fields, last),
        interval: fields.integer("IntervalSeconds", 0, 99_999_999).map_or(1.0, seconds),
        backoff: fields.number("BackoffRate", 1.0, f64::MAX).unwrap_or(2.0),
        attempts: fields.integer("MaxAttempts", 0, 99_999_999).unwrap_or(3),
        max_delay: fields.integer("MaxDelaySeconds", 1, 31_622_400).map(seconds),
        jitter: fields.one_of("JitterStrategy", &["NONE", "FULL"]) == Some("FULL"),
    };
    fields.close(unknown);
    Some(retrier)
}

#[expect(clippy::cast_precision_loss, reason = "limited to eight digits")]
fn seconds(whole: u64) -> f64 {
    whole as f64
}

/// Reads every rule of `Catch`.
pub(super) fn catchers(
    list: &[Value],
    language: Language,
    pointer: &Pointer<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Catcher> {
    let count = list.len();
    let read =
        |(index, value)| catcher(value, language, &pointer.item(index), index + 1 == count, diagnostics);
    list.iter().enumerate().filter_map(read).collect()
}

fn catcher(
    value: &Value,
    language: Language,
    pointer: &Pointer<'_>,
    last: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Catcher> {
    let mut fields = Fields::open(value, pointer, diagnostics)?;
    fields.offer(Offered { result: false, error_output: true });
    fields.get("Comment");
    let mut catcher = Catcher {
        errors: errors(&mut fields, last),
        next: fields.required_text("Next").unwrap_or_default().to_owned(),
        result_path: ResultPath::Replace,
        assign: state::assign(&mut fields, language),
        output: None,
    };
    match language {
        Language::JsonPath => catcher.result_path = state::result_path(&mut fields),
        Language::Jsonata => catcher.output = fields.jsonata("Output"),
    }
    fields.close(|name| state::foreign(name, language));
    Some(catcher)
}

/// `ErrorEquals`: not empty, and the wildcard only alone and in the last rule.
fn errors(fields: &mut Fields<'_, '_>, last: bool) -> Vec<String> {
    fields.require("ErrorEquals");
    let pointer = fields.at("ErrorEquals");
    let Some(given) = fields.list("ErrorEquals") else { return Vec::new() };
    let names: Vec<String> = given.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    let mut wrong =
        |message: &str| report(fields.diagnostics(), SCHEMA, pointer.to_string(), message.to_owned());
    if given.is_empty() {
        wrong("Value cannot be empty");
    } else if names.len() != given.len() {
        wrong("Expected value of type String");
    }
    if names.iter().any(|name| name == "States.ALL") && (names.len() > 1 || !last) {
        wrong("States.ALL must appear alone and at end of list");
    }
    names
}
