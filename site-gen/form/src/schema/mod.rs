//! The schema as judge: compiled once, every fault of it at once, every error of a value at once.

mod compile;
mod exact;
mod explain;
mod problems;
mod quick;
mod words;

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::document::Document;

pub(crate) use exact::lossy;

/// A JSON Schema (2020-12 unless it says otherwise) that is sound, self-contained and linear in the
/// length of what it judges.
///
/// Most schemas and most values need only a look: see the invariants of [`quick`]. The validator is made for
/// the others, and to say what is wrong.
#[derive(Debug)]
pub struct Schema<'s> {
    source: Cow<'s, Value>,
    /// Whether [`quick`] may judge by it.
    plain: bool,
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

impl<'s> Schema<'s> {
    /// Compiles a schema. Formats are asserted; references leave the document neither for the
    /// network nor for a file; patterns are linear-time.
    ///
    /// # Errors
    /// Every fault of the schema that can be found, with its pointer.
    pub fn compile(schema: &'s Value) -> Result<Self, Vec<SchemaProblem>> {
        let plain = quick::is_plain(schema);
        let judge = if plain { OnceLock::new() } else { OnceLock::from(Some(compile::judge(schema)?)) };
        Ok(Self { source: Cow::Borrowed(schema), plain, judge })
    }

    /// The same, to be kept longer than the value that it was compiled from.
    pub fn into_owned(self) -> Schema<'static> {
        Schema { source: Cow::Owned(self.source.into_owned()), plain: self.plain, judge: self.judge }
    }

    /// Everything that is wrong with a value; nothing when it is valid.
    pub fn validate(&self, value: &Value) -> Vec<FieldError> {
        if self.plain && quick::accepts(&self.source, value) {
            return Vec::new();
        }
        match self.judge.get_or_init(|| compile::judge(&self.source).ok()) {
            Some(judge) => explain::explain(judge, value),
            None => vec![words::no_judge()],
        }
    }
}
