//! What is seen on the way: `inspectionData`.

use serde_json::{Map, Value, json};

/// Values by the names of `InspectionData`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    data: Map<String, Value>,
    details: Map<String, Value>,
}

impl Seen {
    /// Keeps a document, which the API gives as text.
    pub(super) fn note(&mut self, name: &str, value: &Value) {
        self.data.insert(name.to_owned(), json!(value.to_string()));
    }

    /// Keeps a number.
    pub(super) fn number(&mut self, name: &str, number: Value) {
        self.data.insert(name.to_owned(), number);
    }

    /// Keeps a part of `errorDetails`.
    pub(super) fn detail(&mut self, name: &str, value: Value) {
        self.details.insert(name.to_owned(), value);
    }

    /// Everything that was seen.
    pub(crate) fn into_data(mut self) -> Map<String, Value> {
        if !self.details.is_empty() {
            self.data.insert("errorDetails".to_owned(), Value::Object(self.details));
        }
        self.data
    }
}
