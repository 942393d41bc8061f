//! A failure on its way from where it arose to a Retry, a Catch or the end of the execution.

use serde::{Deserialize, Serialize};

/// What went wrong, before the state's name is put in front of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Failure {
    /// The error name; a worker may report none.
    pub(crate) error: Option<String>,
    /// The explanation, where there is one.
    pub(crate) cause: Option<String>,
    /// Field of the state whose expression failed.
    pub(crate) location: Option<String>,
    /// Who noticed.
    pub(crate) origin: Origin,
}

/// Who noticed a failure; this decides what may catch it and what its cause says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Origin {
    /// The integration, a Fail state, or a limit.
    Reported,
    /// The heartbeat's timer: `States.Timeout` that `States.HeartbeatTimeout` matches as well.
    Heartbeat,
    /// The engine, while it interpreted the state.
    Runtime,
    /// An expression, or a field that holds one.
    Query,
}

impl Failure {
    /// A failure somebody reported; empty texts count as absent.
    pub(crate) fn reported(error: &str, cause: &str) -> Self {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self { error: text(error), cause: text(cause), location: None, origin: Origin::Reported }
    }

    /// `States.Runtime`.
    pub(crate) fn runtime(message: impl Into<String>) -> Self {
        Self {
            error: Some("States.Runtime".to_owned()),
            cause: Some(message.into()),
            location: None,
            origin: Origin::Runtime,
        }
    }

    /// `States.QueryEvaluationError`, with the field it arose in where that is known.
    pub(crate) fn query(message: impl Into<String>, location: Option<&str>) -> Self {
        Self {
            error: Some("States.QueryEvaluationError".to_owned()),
            cause: Some(message.into()),
            location: location.map(str::to_owned),
            origin: Origin::Query,
        }
    }

    /// `States.DataLimitExceeded` of a state or a resource.
    pub(crate) fn data_limit(subject: &str) -> Self {
        Self::reported(
            "States.DataLimitExceeded",
            &format!(
                "The state/task '{subject}' returned a result with a size exceeding the maximum \
                 number of bytes service limit."
            ),
        )
    }

    /// `States.Timeout`, of the whole task or of its heartbeat.
    pub(crate) fn timeout(heartbeat: bool) -> Self {
        let origin = if heartbeat { Origin::Heartbeat } else { Origin::Reported };
        Self { origin, ..Self::reported("States.Timeout", "") }
    }
}
