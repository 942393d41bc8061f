//! Errors of steps. Their names are stable: the gateway's Retry and Catch match them.

use crate::app::AppError;
use crate::app::limits::{CircuitOpen, Exceeded};
use crate::app::trigger::DOOR_KEY_MAX;
use crate::domain::{RunId, Status};
use crate::store::StoreError;

/// How many faults of a request are said: a state machine's cause is cut when it is long, and then nobody can read it.
const MOST_FAULTS: usize = 20;

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
        Self::new("Drawbridge.Unavailable", crate::aws::chain(error))
    }

    /// `Drawbridge.InvalidParameters`: a request that cannot be what was meant, with every fault.
    pub fn invalid_parameters(faults: Vec<String>) -> Self {
        let more = faults.len().saturating_sub(MOST_FAULTS);
        let more = (more > 0).then(|| format!("and {more} more"));
        let said: Vec<_> = faults.into_iter().take(MOST_FAULTS).chain(more).collect();
        Self::new("Drawbridge.InvalidParameters", said.join("; "))
    }

    /// A request of a state machine that was not carried out; the name is what its Retry and Catch match.
    pub fn refused(error: &AppError) -> Self {
        match error {
            AppError::Invalid(errors) => {
                let fault =
                    |error: &form::FieldError| format!("/parameters{}: {}", error.pointer, error.message);
                Self::invalid_parameters(errors.iter().map(fault).collect())
            }
            AppError::BadKey => {
                let says =
                    format!("/idempotency_key must be 1 to {DOOR_KEY_MAX} bytes, without control characters");
                Self::invalid_parameters(vec![says])
            }
            AppError::TooLarge | AppError::NotCanonical(_) => {
                Self::invalid_parameters(vec![format!("/parameters: {error}")])
            }
            AppError::NotAllowed(_) => Self::new("Drawbridge.NotAllowed", error.to_string()),
            AppError::NotFound("workflow") => {
                Self::new("Drawbridge.NoSuchWorkflow", "the catalog has no workflow of that name")
            }
            AppError::WrongRegion { region, .. } => {
                let says = format!(
                    "not in this Region: the workflow runs in {region}, and a door calls no other Region"
                );
                Self::new("Drawbridge.NoSuchWorkflow", says)
            }
            AppError::KeyReused => Self::new("Drawbridge.KeyReused", error.to_string()),
            AppError::PastDeadline(_) => Self::new("Drawbridge.TimedOut", error.to_string()),
            AppError::NotDeployed(_) => Self::new("Drawbridge.NotDeployed", error.to_string()),
            AppError::LimitExceeded(exceeded) => Self::new(Exceeded::NAME, exceeded.says.clone()),
            AppError::CircuitOpen(open) => Self::new(CircuitOpen::NAME, open.says.clone()),
            _ => Self::unavailable(error),
        }
    }

    /// `Drawbridge.ForeignExecution`: what asks is not the door that it says.
    pub fn foreign_door(team: &str) -> Self {
        let says = format!("this execution is not one of the door of team {team} in this account and Region");
        Self::new("Drawbridge.ForeignExecution", says)
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
