//! One keyword at a time: what only the validator knows, compiled once for all schemas that say the same.
//!
//! Ten thousand workflows have the same few patterns and formats, and a pattern takes longer to compile than the
//! rest of its schema.

use std::cell::RefCell;
use std::collections::HashMap;

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::schema::compile::validator;

/// More are not kept: a compiled pattern may take a megabyte, and most take some ten kilobytes.
const MOST_KEPT: usize = 256;

thread_local! {
    /// By keyword and argument; None cannot be compiled. Each thread has its own, so that none waits.
    static KEPT: RefCell<HashMap<String, Option<Validator>>> = RefCell::new(HashMap::new());
}

/// Whether the keyword compiles with this argument.
pub(super) fn is_sound(keyword: &'static str, argument: &Value) -> bool {
    ask(keyword, argument, |validator| validator.is_some())
}

/// What the keyword says of a value.
pub(super) fn accepts(keyword: &'static str, argument: &Value, value: &Value) -> Option<bool> {
    ask(keyword, argument, |validator| Some(validator?.is_valid(value)))
}

fn ask<T>(keyword: &'static str, argument: &Value, question: impl FnOnce(Option<&Validator>) -> T) -> T {
    // A number and a text never share a key: only patterns and formats are texts, only multiples are numbers.
    let key = match argument {
        Value::String(text) => [keyword, " ", text].concat(),
        other => format!("{keyword} {other}"),
    };
    KEPT.with_borrow_mut(|kept| {
        if kept.len() >= MOST_KEPT && !kept.contains_key(&key) {
            kept.clear();
        }
        let validator = kept.entry(key).or_insert_with(|| validator(&json!({ keyword: argument })).ok());
        question(validator.as_ref())
    })
}
