//! What happens to an execution.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that happened outside and that an execution must hear about.
///
/// An event for a task or timer that is over already changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The integration took the request: `.sync` and `.waitForTaskToken` go on waiting.
    TaskSubmitted {
        /// The task's number.
        task: u64,
        /// What the service answered to the request.
        output: Value,
    },
    /// A worker took an activity's task.
    TaskStarted {
        /// The task's number.
        task: u64,
        /// The worker's name, where it gave one.
        worker: Option<String>,
    },
    /// The task ended well.
    TaskSucceeded {
        /// The task's number.
        task: u64,
        /// Its result.
        output: Value,
    },
    /// The task failed.
    TaskFailed {
        /// The task's number.
        task: u64,
        /// Error name that Retry and Catch match.
        error: String,
        /// What went wrong, for people.
        cause: String,
    },
    /// A worker says that it still works on the task.
    Heartbeat {
        /// The task's number.
        task: u64,
    },
    /// A timer came due.
    TimerFired {
        /// The timer's number.
        timer: u64,
    },
    /// A map run ended well.
    MapRunSucceeded {
        /// The map run's number.
        map_run: u64,
        /// The state's result.
        output: Value,
    },
    /// A map run failed.
    MapRunFailed {
        /// The map run's number.
        map_run: u64,
        /// Error name that Retry and Catch match.
        error: String,
        /// What went wrong, for people.
        cause: String,
    },
    /// `StopExecution`.
    Stop {
        /// Error name, where given.
        error: Option<String>,
        /// Reason, where given.
        cause: Option<String>,
    },
}

/// What an execution is started with; the context object is made from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The execution's ARN.
    pub execution_arn: String,
    /// The execution's name.
    pub name: String,
    /// The role the execution runs as.
    pub role_arn: String,
    /// The state machine's ARN, without a version.
    pub machine_arn: String,
    /// The state machine's name.
    pub machine_name: String,
    /// The execution's input.
    pub input: Value,
    /// When it was started.
    pub at: Timestamp,
}

/// Where an execution gets ids and chance from, and what it must know at once.
pub trait Entropy {
    /// A new unguessable identifier, for task tokens and `States.UUID()`.
    fn uuid(&mut self) -> String;
    /// A number from 0 up to but not 1, for jitter and `States.MathRandom`.
    fn random(&mut self) -> f64;
    /// Whether there is an activity of that ARN: a Task that names another fails before it is scheduled.
    fn activity_exists(&mut self, _arn: &str) -> bool {
        true
    }
}
