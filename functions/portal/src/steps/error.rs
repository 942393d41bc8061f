//! Errors of steps. Their names are stable: the gateway's Retry and Catch match them.

use crate::app::AppError;
use crate::domain::{RunId, Status};
use crate::store::StoreError;

/// A step that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct StepError {
    /// The name that state machines match, such as `Drawbridge.Cancelled`.
    pub name: &'static str,
    /// What happened.
    pub message: String,
}

impl StepError {
    fn new(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, message: message.into() }
    }

    /// `Drawbridge.Unavailable`: something outside did not answer; trying again may help.
    pub fn unavailable(error: &dyn std::error::Error) -> Self {
        Self::new("Drawbridge.Unavailable", crate::sdk::chain(error))
    }

    /// `Drawbridge.InvalidPayload`: gateway and function are of different releases.
    pub fn invalid_payload(message: impl Into<String>) -> Self {
        Self::new("Drawbridge.InvalidPayload", message)
    }

    /// `Drawbridge.NoSuchRun`: the run item does not exist.
    pub fn no_such_run(run: RunId) -> Self {
        Self::new("Drawbridge.NoSuchRun", format!("there is no run {run}"))
    }

    /// `Drawbridge.DigestMismatch`: the run is not the one that was asked for or approved.
    pub fn digest_mismatch(run: RunId) -> Self {
        Self::new("Drawbridge.DigestMismatch", format!("run {run} is not what was asked for and approved"))
    }

    /// `Drawbridge.ForeignExecution`: another execution wants to pass the commit gate.
    pub fn foreign_execution(run: RunId) -> Self {
        Self::new("Drawbridge.ForeignExecution", format!("this execution is not the gateway of run {run}"))
    }

    /// `Drawbridge.NotDeployed`: no published version of what was approved.
    pub fn not_deployed(slug: &str) -> Self {
        let message = format!("the approved version of the workflow {slug} is not published");
        Self::new("Drawbridge.NotDeployed", message)
    }

    /// A run that is not approved does not pass the commit gate; the name says what it is instead.
    pub fn not_approved(status: Status) -> Self {
        let name = match status {
            Status::Cancelled | Status::Cancelling => "Drawbridge.Cancelled",
            Status::Rejected => "Drawbridge.Rejected",
            Status::Expired => "Drawbridge.Expired",
            Status::TimedOut => "Drawbridge.TimedOut",
            _ => "Drawbridge.NotApproved",
        };
        Self::new(name, format!("the run is {status}, so nothing is started"))
    }
}

impl From<StoreError> for StepError {
    fn from(error: StoreError) -> Self {
        Self::unavailable(&error)
    }
}

impl From<AppError> for StepError {
    fn from(error: AppError) -> Self {
        Self::unavailable(&error)
    }
}
