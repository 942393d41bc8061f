//! Writes history events in AWS's shape.

use serde_json::{Value, json};

use super::{HISTORY_LIMIT, Run};
use crate::command::Integration;
use crate::history::HistoryEvent;

/// The member a type's details are in, and its content.
pub(super) type Details = Option<(&'static str, Value)>;

impl Run<'_> {
    /// Adds an entry; its number. The last number is kept for the execution's end.
    pub(super) fn record(&mut self, previous: u64, kind: &str, details: Details) -> u64 {
        let ending = kind.starts_with("Execution");
        if self.execution.counters.event >= HISTORY_LIMIT - 1 && !ending {
            return self.execution.counters.event;
        }
        self.execution.counters.event += 1;
        let id = self.execution.counters.event;
        self.transition.history.push(HistoryEvent {
            id,
            previous_event_id: previous,
            timestamp: self.now,
            kind: kind.to_owned(),
            details: details.map(|(member, content)| (member.to_owned(), content)),
        });
        id
    }

    /// Adds an entry to a frame's chain.
    pub(super) fn note(&mut self, frame: u64, kind: &str, details: Details) -> u64 {
        let previous = self.last_event(frame);
        let id = self.record(previous, kind, details);
        if let Some(frame) = self.execution.frames.get_mut(&frame) {
            frame.last_event = id;
        }
        id
    }

    /// Adds an entry that the frame's next one does not follow from.
    pub(super) fn note_aside(&mut self, frame: u64, kind: &str, details: Details) {
        let previous = self.last_event(frame);
        self.record(previous, kind, details);
    }

    pub(super) fn last_event(&self, frame: u64) -> u64 {
        self.execution.frames.get(&frame).map_or(0, |frame| frame.last_event)
    }

    /// The region that the execution runs in.
    pub(super) fn region(&self) -> &str {
        self.execution.begun.execution_arn.split(':').nth(3).unwrap_or_default()
    }
}

/// How the history speaks of an integration's task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// `Resource` is a function's ARN.
    Function,
    Activity,
    Service,
}

impl Family {
    pub(super) fn of(integration: &Integration) -> Self {
        match (integration.service.as_str(), integration.action.as_str()) {
            ("lambda", "function") => Self::Function,
            ("activity", _) => Self::Activity,
            _ => Self::Service,
        }
    }

    /// Type and details of an event about the end of a task.
    pub(super) fn ended(
        self,
        outcome: &str,
        integration: &Integration,
        mut content: Value,
    ) -> (String, Details) {
        let (prefix, member) = match (self, outcome) {
            (Self::Function, "Succeeded") => ("LambdaFunction", "lambdaFunctionSucceededEventDetails"),
            (Self::Function, "Failed") => ("LambdaFunction", "lambdaFunctionFailedEventDetails"),
            (Self::Function, _) => ("LambdaFunction", "lambdaFunctionTimedOutEventDetails"),
            (Self::Activity, "Succeeded") => ("Activity", "activitySucceededEventDetails"),
            (Self::Activity, "Failed") => ("Activity", "activityFailedEventDetails"),
            (Self::Activity, _) => ("Activity", "activityTimedOutEventDetails"),
            (Self::Service, "Submitted") => ("Task", "taskSubmittedEventDetails"),
            (Self::Service, "Succeeded") => ("Task", "taskSucceededEventDetails"),
            (Self::Service, "Failed") => ("Task", "taskFailedEventDetails"),
            (Self::Service, _) => ("Task", "taskTimedOutEventDetails"),
        };
        if self == Self::Service {
            content["resource"] = json!(integration.action);
            content["resourceType"] = json!(integration.service);
        }
        (format!("{prefix}{outcome}"), Some((member, content)))
    }
}

/// `error` and `cause` as far as they are there.
pub(super) fn error_details(error: Option<&str>, cause: Option<&str>) -> Value {
    let mut details = json!({});
    if let Some(error) = error {
        details["error"] = json!(error);
    }
    if let Some(cause) = cause {
        details["cause"] = json!(cause);
    }
    details
}
