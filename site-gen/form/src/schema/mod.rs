//! The schema as judge: compiled once, every fault of it at once, every error of a value at once.

mod compile;
mod exact;
mod explain;
mod problems;
mod words;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::Document;

pub(crate) use exact::lossy;

/// A JSON Schema (2020-12 unless it says otherwise) that is sound, self-contained and linear in the
/// length of what it judges.
#[derive(Debug)]
pub struct Schema {
    validator: jsonschema::Validator,
    document: Document,
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

impl Schema {
    /// Compiles a schema. Formats are asserted; references leave the document neither for the
    /// network nor for a file; patterns are linear-time.
    ///
    /// # Errors
    /// Every fault of the schema that can be found, with its pointer.
    pub fn compile(schema: &Value) -> Result<Self, Vec<SchemaProblem>> {
        compile::compile(schema)
    }

    /// Everything that is wrong with a value; nothing when it is valid.
    pub fn validate(&self, value: &Value) -> Vec<FieldError> {
        explain::explain(self, value)
    }
}
