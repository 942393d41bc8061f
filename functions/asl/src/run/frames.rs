//! The parts of an execution that are stored: frames, open tasks, timers.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::command::Integration;
use crate::data::scope::Variables;
use crate::event::Start;

/// What the execution was started with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Begun {
    pub(super) execution_arn: String,
    pub(super) name: String,
    pub(super) role_arn: String,
    pub(super) machine_arn: String,
    pub(super) machine_name: String,
    pub(super) input: Arc<Value>,
    pub(super) at: Timestamp,
}

impl Begun {
    /// Whether it is an Express execution, as its ARN says.
    pub(super) fn is_express(&self) -> bool {
        self.execution_arn.split(':').nth(5) == Some("express")
    }
}

impl From<Start> for Begun {
    fn from(start: Start) -> Self {
        Self {
            execution_arn: start.execution_arn,
            name: start.name,
            role_arn: start.role_arn,
            machine_arn: start.machine_arn,
            machine_name: start.machine_name,
            input: Arc::new(start.input),
            at: start.at,
        }
    }
}

/// The last numbers given out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Counters {
    pub(super) event: u64,
    pub(super) frame: u64,
    pub(super) task: u64,
    pub(super) timer: u64,
    #[serde(default)]
    pub(super) map_run: u64,
}

/// One line of execution: the machine itself, a branch of a Parallel, an iteration of a Map.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Frame {
    /// The frame whose state this runs inside of, and this one's place there.
    pub(super) parent: Option<(u64, usize)>,
    /// Name of the state it is in, or is about to enter.
    pub(super) state: String,
    /// Event of entering the state; 0 before.
    pub(super) entered_event: u64,
    pub(super) entered_at: Timestamp,
    /// The event before that one, and the last of this frame.
    pub(super) before_entered: u64,
    pub(super) last_event: u64,
    /// The state's input as it came in.
    pub(super) input: Arc<Value>,
    /// How often the state was tried again, in all and by each rule of its `Retry`.
    pub(super) retries: u64,
    pub(super) retries_by_rule: BTreeMap<usize, u64>,
    /// Variables assigned in this branch.
    pub(super) variables: Variables,
    /// The Map's item, in an iteration.
    pub(super) item: Option<Item>,
    /// The map run that the state started last, unless it ended well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) map_run: Option<Box<OpenMapRun>>,
    pub(super) doing: Doing,
}

/// An item of a Map.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) index: usize,
    pub(super) value: Arc<Value>,
}

/// What a frame waits for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Doing {
    /// Its turn to enter the state.
    Ready,
    /// A Wait's time, or the next attempt's.
    Timer(u64),
    /// A task.
    Task(u64),
    /// A map run.
    MapRun(u64),
    /// The branches inside of it.
    Branches(Box<Branches>),
}

/// The branches or iterations inside a state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Branches {
    /// The effective input, from which item selectors read.
    pub(super) input: Arc<Value>,
    /// The Map's items; null in a Parallel.
    pub(super) items: Arc<Value>,
    pub(super) total: usize,
    /// The first one not yet begun.
    pub(super) next: usize,
    /// Most that run at once.
    pub(super) at_once: usize,
    /// Frames by their place.
    pub(super) running: BTreeMap<usize, u64>,
    /// Outputs by their place.
    pub(super) results: BTreeMap<usize, Arc<Value>>,
}

impl Frame {
    /// The machine's own frame.
    pub(super) fn root(state: String, input: Arc<Value>) -> Self {
        Self::inside(None, state, input, 0)
    }

    /// A frame inside another one's state.
    pub(super) fn inside(
        parent: Option<(u64, usize)>,
        state: String,
        input: Arc<Value>,
        last_event: u64,
    ) -> Self {
        Self {
            parent,
            state,
            entered_event: 0,
            entered_at: Timestamp::UNIX_EPOCH,
            before_entered: 0,
            last_event,
            input,
            retries: 0,
            retries_by_rule: BTreeMap::new(),
            variables: Variables::new(),
            item: None,
            map_run: None,
            doing: Doing::Ready,
        }
    }
}

/// A map run, as the frame that waits for it knows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OpenMapRun {
    pub(super) number: u64,
    pub(super) arn: String,
    pub(super) redrives: u64,
}

/// A task whose end has not been reported.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OpenTask {
    pub(super) frame: u64,
    pub(super) integration: Integration,
    pub(super) token: Option<String>,
    pub(super) timeout: Option<u64>,
    /// The heartbeat's timer and how many seconds it gives.
    pub(super) heartbeat: Option<(u64, f64)>,
}

/// What a timer is for.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) enum Timer {
    /// The machine's `TimeoutSeconds`.
    Execution,
    /// A Wait.
    Wait { frame: u64 },
    /// The next attempt.
    Retry { frame: u64 },
    /// A task's `TimeoutSeconds`.
    Timeout { task: u64 },
    /// A task's `HeartbeatSeconds`.
    Heartbeat { task: u64 },
    /// Nothing: the transition before it was getting long.
    Resume,
}
