//! What an execution asks its host to do.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::map_run::MapRunRequest;

/// Something the host must carry out; its outcome comes back as an [`Event`](crate::Event).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Call an integration.
    RunTask(Box<TaskRequest>),
    /// Stop caring about a task: its answer would be ignored. A nested execution is stopped.
    CancelTask {
        /// The task's number.
        task: u64,
    },
    /// Answer with `TimerFired` at a time.
    SetTimer {
        /// The timer's number.
        timer: u64,
        /// When it fires.
        at: Timestamp,
    },
    /// Forget a timer.
    CancelTimer {
        /// The timer's number.
        timer: u64,
    },
    /// Start a map run: [`MapRun::start`](crate::MapRun::start).
    StartMapRun(Box<MapRunRequest>),
    /// Go on with a map run that ended badly: [`MapRunEvent::Redrive`](crate::MapRunEvent::Redrive).
    RedriveMapRun {
        /// The map run's number.
        map_run: u64,
        /// Its ARN.
        arn: String,
    },
    /// Stop a map run, whose end would be ignored: [`MapRunEvent::Stop`](crate::MapRunEvent::Stop).
    StopMapRun {
        /// The map run's number.
        map_run: u64,
        /// Its ARN.
        arn: String,
    },
}

/// One call of an integration, as a Task state asked for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskRequest {
    /// Identifies the task within its execution.
    pub task: u64,
    /// The Task state's name.
    pub state: String,
    /// How many times this state has been invoked in this execution before (retries count), from 0.
    pub invocation: u64,
    /// What is called.
    pub integration: Integration,
    /// The effective `Parameters` or `Arguments`.
    pub arguments: Value,
    /// `Credentials.RoleArn`, where given: the call is made as that role, in that role's account.
    pub role_arn: Option<String>,
    /// The task token, for `.waitForTaskToken` and activities.
    pub token: Option<String>,
}

/// What a Task's `Resource` names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    /// `Resource` as written.
    pub resource: String,
    /// Service as AWS's history names it in `resourceType`: `lambda`, `states`, `aws-sdk:rds`, `activity`.
    pub service: String,
    /// Action as AWS's history names it in `resource`, with its suffix: `startExecution.sync:2`.
    pub action: String,
    /// When the task is over.
    pub pattern: Pattern,
}

/// The service integration patterns of Step Functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pattern {
    /// When the service answered.
    RequestResponse,
    /// `.sync`: when the job ended; output is a JSON string.
    Sync,
    /// `.sync:2`: when the job ended; output is JSON.
    SyncV2,
    /// `.waitForTaskToken`: when somebody sent the token back.
    WaitForTaskToken,
}
