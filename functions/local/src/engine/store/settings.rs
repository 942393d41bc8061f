//! Settings of machines and activities that are kept and shown, and that change nothing here: where AWS
//! would log, trace and encrypt.

use rusqlite::Row;
use rusqlite::types::Type;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// As the API names them; what was never given is absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    #[serde(rename = "loggingConfiguration", default, skip_serializing_if = "Option::is_none")]
    pub(crate) logging: Option<Value>,
    #[serde(rename = "tracingConfiguration", default, skip_serializing_if = "Option::is_none")]
    pub(crate) tracing: Option<Value>,
    #[serde(rename = "encryptionConfiguration", default, skip_serializing_if = "Option::is_none")]
    pub(crate) encryption: Option<Value>,
}

impl Settings {
    pub(super) fn read(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
        serde_json::from_str(&row.get::<_, String>(column)?)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
    }

    /// What a change leaves of these settings.
    pub(crate) fn changed_by(&self, change: &Settings) -> Settings {
        let either = |new: &Option<Value>, old: &Option<Value>| new.clone().or_else(|| old.clone());
        Settings {
            logging: either(&change.logging, &self.logging),
            tracing: either(&change.tracing, &self.tracing),
            encryption: either(&change.encryption, &self.encryption),
        }
    }

    /// Whether a request names none of them.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Settings::default()
    }

    /// Adds the members that a description of a machine has.
    pub(crate) fn show(&self, answer: &mut Value) {
        let mut logging = json!({"level": "OFF", "includeExecutionData": false});
        for (member, value) in self.logging.iter().filter_map(Value::as_object).flatten() {
            logging[member] = value.clone();
        }
        let tracing = self.tracing.clone();
        answer["loggingConfiguration"] = logging;
        answer["tracingConfiguration"] = tracing.unwrap_or_else(|| json!({"enabled": false}));
        if let Some(encryption) = &self.encryption {
            answer["encryptionConfiguration"] = encryption.clone();
        }
    }
}
