//! What an execution asks for when it enters a distributed Map: every field worked out.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::command::Integration;
use crate::data::scope::Variables;
use crate::definition::distributed::{Format, Objects, Transformation};

/// A map run to be started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MapRunRequest {
    /// Identifies the map run within its execution.
    pub map_run: u64,
    /// The map run's ARN.
    pub arn: String,
    /// ARN of the execution that waits for it.
    pub execution_arn: String,
    /// ARN of the execution's state machine, without a version.
    pub machine_arn: String,
    /// The role that the execution and its children run as.
    pub role_arn: String,
    /// `Label`, or one that was made up for the state.
    pub label: String,
    /// The Map state's name.
    pub state: String,
    /// Whether the children are Express executions.
    pub express: bool,
    /// Most children at once; 0 is as many as possible.
    pub max_concurrency: u64,
    /// How many items may fail, where that is limited.
    pub tolerated_failure_count: Option<u64>,
    /// How many of a hundred items may fail, where that is limited.
    pub tolerated_failure_percentage: Option<f64>,
    /// The event of entering the state, for messages.
    pub(crate) entered_event: u64,
    /// The items, unless they are to be read.
    pub(crate) items: Option<Arc<Value>>,
    pub(crate) reading: Option<Reading>,
    pub(crate) batching: Option<Batching>,
    pub(crate) writing: Writing,
    /// What `ItemSelector` looks at; dropped when the children are made.
    pub(crate) seen: Option<Seen>,
}

/// `ItemReader`, worked out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reading {
    pub(crate) integration: Integration,
    pub(crate) arguments: Value,
    #[serde(default)]
    pub(crate) objects: Objects,
    pub(crate) format: Format,
    /// 0 is all; a negative number is refused when the map run begins, as on AWS.
    pub(crate) max_items: i64,
}

/// `ItemBatcher`, worked out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Batching {
    /// 0 is no limit.
    pub(crate) max_items: u64,
    /// 0 is no limit but that of an input.
    pub(crate) max_bytes: u64,
    pub(crate) input: Option<Value>,
}

/// `ResultWriter`, worked out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Writing {
    /// The call and its `Bucket` and `Prefix`.
    pub(crate) target: Option<(Integration, Value)>,
    pub(crate) transformation: Transformation,
    pub(crate) lines: bool,
}

/// What the Map's expressions see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// The state's input as it came in.
    pub(crate) input: Arc<Value>,
    /// After `InputPath`.
    pub(crate) effective: Arc<Value>,
    pub(crate) variables: Variables,
    /// The context object, without an item.
    pub(crate) context: Value,
}
