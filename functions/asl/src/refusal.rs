//! Requests that are refused, in AWS's words.

use serde::{Deserialize, Serialize};

/// Why the API refuses a request: the error's name and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Such as `InvalidDefinition`.
    pub error: String,
    /// The error's message.
    pub message: String,
}

impl Refusal {
    /// A refusal of that name.
    pub(crate) fn new(error: &str, message: impl Into<String>) -> Self {
        Self { error: error.to_owned(), message: message.into() }
    }

    /// `ValidationException`.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    /// A value that a field may not have.
    pub(crate) fn constraint(value: Option<&str>, field: &str, constraint: &str) -> Self {
        let value = value.map(|value| format!(" '{value}'")).unwrap_or_default();
        Self::invalid(format!(
            "1 validation error detected: Value{value} at '{field}' failed to satisfy constraint: {constraint}"
        ))
    }
}
