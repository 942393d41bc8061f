//! The schema as judge: compiled once, every fault of it at once, every error of a value at once.

mod compile;
mod exact;
mod explain;
mod problems;
mod quick;
mod words;

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::Document;

pub(crate) use exact::lossy;

/// A JSON Schema (2020-12 unless it says otherwise) that is sound, self-contained and linear in the
/// length of what it judges.
///
/// A build looks at thousands of schemas, of which most, and most values, need only a look: see the invariants of
/// [`quick`]. The validator is made for the others, and to say what is wrong. A portal that decides about
/// requests asks the validator every time: see [`Schema::authoritative`].
#[derive(Debug)]
pub struct Schema<'s> {
    /// The schema itself, if [`quick`] may judge by it.
    plain: Option<&'s Value>,
    /// None never occurs: what is plain compiles, and what is not was compiled at once.
    judge: OnceLock<Option<Judge>>,
}

/// What says in words what is wrong with a value.
#[derive(Debug)]
struct Judge {
    validator: jsonschema::Validator,
    document: Document<'static>,
}

/// A fault of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaProblem {
    /// JSON pointer into the schema.
    pub pointer: String,
    /// A stable name of the kind of fault, such as `external-ref`.
    pub code: String,
    /// What is wrong, as a sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// What is wrong with a value, in words for the person who gave it. Never repeats the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// JSON pointer of the value; of the property itself when it is missing or unexpected.
    pub pointer: String,
    /// The keyword that failed.
    pub keyword: String,
    /// What to do, as a sentence.
    pub message: String,
}

impl Schema<'static> {
    /// Compiles a schema that decides: by it the validator alone judges, and it is made now.
    ///
    /// # Errors
    /// As [`Schema::compile`].
    pub fn authoritative(schema: &Value) -> Result<Self, Vec<SchemaProblem>> {
        Ok(Self { plain: None, judge: OnceLock::from(Some(compile::judge(schema)?)) })
    }
}

impl<'s> Schema<'s> {
    /// Compiles a schema. Formats are asserted; references leave the document neither for the
    /// network nor for a file; patterns are linear-time.
    ///
    /// # Errors
    /// Every fault of the schema that can be found, with its pointer.
    pub fn compile(schema: &'s Value) -> Result<Self, Vec<SchemaProblem>> {
        if quick::is_plain(schema) {
            return Ok(Self { plain: Some(schema), judge: OnceLock::new() });
        }
        Schema::authoritative(schema)
    }

    /// Everything that is wrong with a value; nothing when it is valid.
    pub fn validate(&self, value: &Value) -> Vec<FieldError> {
        if self.plain.is_some_and(|schema| quick::accepts(schema, value)) {
            return Vec::new();
        }
        match self.judge.get_or_init(|| compile::judge(self.plain?).ok()) {
            Some(judge) => explain::explain(judge, value),
            None => vec![words::no_judge()],
        }
    }
}
