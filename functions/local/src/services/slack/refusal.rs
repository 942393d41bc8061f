//! A call that Slack refuses: an error by name and, where a value is wrong, which.

use serde_json::{Value, json};

use crate::services::sqlite::StoreError;

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) error: &'static str,
    messages: Vec<String>,
}

impl Refusal {
    /// Values that are wrong, each named by its JSON pointer.
    pub(super) fn because(error: &'static str, messages: Vec<String>) -> Self {
        Self { error, messages }
    }

    /// One argument that is wrong.
    pub(super) fn argument(pointer: &str, what: &str) -> Self {
        Self::because("invalid_arguments", vec![format!("[ERROR] {what} [json-pointer:{pointer}]")])
    }

    /// An argument that is not there.
    pub(super) fn missing(name: &str) -> Self {
        Self::because("invalid_arguments", vec![format!("[ERROR] missing required field: {name}")])
    }

    /// Slack's body; the status is 200 all the same.
    pub(super) fn body(&self) -> Value {
        let mut body = json!({"ok": false, "error": self.error});
        if !self.messages.is_empty() {
            body["response_metadata"] = json!({"messages": self.messages});
        }
        body
    }
}

impl From<&'static str> for Refusal {
    fn from(error: &'static str) -> Self {
        Self { error, messages: Vec::new() }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the stand-in of Slack could not use its store");
        "internal_error".into()
    }
}
