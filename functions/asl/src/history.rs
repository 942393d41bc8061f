//! The history of an execution, in the shape of the API's `GetExecutionHistory`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One entry of an execution's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryEvent {
    /// Number within the execution, from 1.
    pub id: u64,
    /// The event it follows from; 0 for the first.
    pub previous_event_id: u64,
    /// When it happened.
    pub timestamp: Timestamp,
    /// AWS's `HistoryEventType`, such as `TaskStateEntered`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The member that AWS puts the details in, such as `stateEnteredEventDetails`, and its content;
    /// input and output are JSON text there, as in AWS's API. None for types without details.
    pub details: Option<(String, Value)>,
}
