//! The short way through a schema: it says yes, no, or that it cannot tell.
//!
//! To compile a schema takes about as long as everything else that a build does with a workflow, and most
//! schemas of forms are plain: types, limits, lists, a condition. So the validator is made only when it is
//! needed, which is when a schema is not plain or a value is refused.
//!
//! 1. [`shape`] sees whether a schema is plain: sound by its looks, and within what the next two decide;
//! 2. [`verdict`] judges a value by a plain schema;
//! 3. [`leaf`] asks the validator about patterns, formats and multiples, one keyword at a time, and remembers it.
//!
//! Invariants, which the tests here hold against the validator: a plain schema compiles, and a verdict is the
//! validator's. The words for what is wrong are always the validator's.

mod leaf;
mod shape;
mod verdict;

use serde_json::Value;

pub(super) use shape::is_plain;

/// Whether a plain schema certainly accepts a value.
pub(super) fn accepts(schema: &Value, value: &Value) -> bool {
    !super::exact::has_large(value) && verdict::of(schema, value) == Some(true)
}

#[cfg(test)]
mod tests;
