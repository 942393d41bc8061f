//! What a map run and its host say to each other.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::command::TaskRequest;
use crate::event::Event;
use crate::run::Status;

/// Something that a map run must hear about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum MapRunEvent {
    /// A call was answered.
    Answered {
        /// The call's number.
        call: u64,
        /// What the service said.
        output: Value,
    },
    /// A call failed.
    CallFailed {
        /// The call's number.
        call: u64,
        /// The service's error name.
        error: String,
        /// What went wrong, for people.
        cause: String,
    },
    /// A child execution ended, or was never started because the map run is being stopped.
    ChildEnded {
        /// Which one.
        index: usize,
        /// How it ended.
        status: Status,
    },
    /// All children's records, in order.
    Collected {
        /// One for every child.
        children: Vec<ChildRecord>,
    },
    /// `UpdateMapRun`; what is absent stays.
    Update {
        /// Most children at once; 0 is as many as possible.
        max_concurrency: Option<u64>,
        /// How many items may fail.
        tolerated_failure_count: Option<u64>,
        /// How many of a hundred items may fail.
        tolerated_failure_percentage: Option<f64>,
    },
    /// The parent no longer waits for it.
    Stop,
    /// The parent was redriven.
    Redrive,
}

/// What a map run asks its host to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum MapRunCommand {
    /// Call S3, as a task of the Map state would: `task` is the call's number.
    Call(Box<TaskRequest>),
    /// Start a child execution.
    StartChild {
        /// Which one.
        index: usize,
        /// The execution's name.
        name: String,
    },
    /// Redrive a child execution that ended badly; if it cannot be, it ended badly again.
    RedriveChild {
        /// Which one.
        index: usize,
    },
    /// Stop every child that runs; each is reported as any other that ends.
    StopChildren,
    /// Give back every child's record.
    Collect,
    /// Tell the execution that waits for the map run.
    Report(Box<Event>),
}

/// What became of an event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MapRunTransition {
    /// Children to keep, none of them started yet.
    pub children: Vec<NewChild>,
    /// What the host must do now.
    pub commands: Vec<MapRunCommand>,
}

/// A child that is known and not started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewChild {
    /// Its place.
    pub index: usize,
    /// The execution's input.
    pub input: Value,
}

/// What became of a child.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChildRecord {
    /// Its place.
    pub index: usize,
    /// Its input.
    pub input: Value,
    /// The execution; none if it was never started.
    pub execution: Option<ChildExecution>,
}

/// A child execution that is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChildExecution {
    /// Its name.
    pub name: String,
    /// How it ended.
    pub status: Status,
    /// Its output, if it succeeded.
    pub output: Option<Value>,
    /// Its error, if it ended with one.
    pub error: Option<String>,
    /// The explanation, if there is one.
    pub cause: Option<String>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub stopped_at: Timestamp,
    /// How often it was redriven.
    pub redrives: u64,
}
