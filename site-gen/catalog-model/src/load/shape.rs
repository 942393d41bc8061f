//! The text of a file to its type, or everything that is wrong with it.
//!
//! 1. A sound file is read straight into its type, and [`once`] sees that nothing was lost on the way;
//! 2. any other is read strictly by [`json`], which finds what is said twice or cannot be kept exactly;
//! 3. serde stops at the first fault. So when it refuses that value, the JSON Schema of the file's type goes
//!    over it and finds them all.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::explain::explain;
use super::json::{self, Fault};
use super::once;
use super::report::{Report, Source};
use crate::schemas::CatalogFile;
use crate::{Problem, codes};

/// Reads a file as JSON; None if it is none.
pub(crate) fn value(source: &Source, problems: &mut Vec<Problem>) -> Option<Value> {
    sound(source).or_else(|| strictly(source, problems))
}

/// Reads a file as its type; None if it is not JSON, or has another shape.
pub(crate) fn typed<T: CatalogFile>(source: &Source, problems: &mut Vec<Problem>) -> Option<T> {
    if let Some(typed) = sound(source) {
        return Some(typed);
    }
    let value = strictly(source, problems)?;
    T::deserialize(&value).map_err(|error| wrong_shape::<T>(source, &value, &error, problems)).ok()
}

/// What a file says, if nothing is wrong with it.
fn sound<T: DeserializeOwned>(source: &Source) -> Option<T> {
    serde_json::from_str(&source.text).ok().filter(|_| once::says_all_once(&source.text))
}

fn strictly(source: &Source, problems: &mut Vec<Problem>) -> Option<Value> {
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

fn wrong_shape<T: CatalogFile>(
    source: &Source,
    value: &Value,
    error: &serde_json::Error,
    problems: &mut Vec<Problem>,
) {
    let before = problems.len();
    let shape = T::shape();
    let mut report = source.report(problems);
    for fault in shape.validator.iter().flat_map(|validator| validator.iter_errors(value)) {
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
