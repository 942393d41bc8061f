//! Redrive: an execution that ended badly goes on from where it was.
//!
//! What succeeded stays done: in a Parallel or Map only the branches that had not ended run again. A
//! state that failed is attempted anew with the same input, its retries counted from the beginning;
//! a Fail state is entered again. The machine's timeout starts over; the history goes on.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::definition::Definition;
use crate::event::Entropy;
use crate::run::{Execution, Status, Transition};

/// How long after its end an execution may be redriven.
const REDRIVABLE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long an execution may last in all.
const LONGEST: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Why an execution cannot be redriven; its text is AWS's `redriveStatusReason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRedrivable {
    /// It runs.
    Running,
    /// It succeeded.
    Succeeded,
    /// It ended more than 14 days ago.
    PeriodExceeded,
    /// Its history is full.
    HistoryLimit,
    /// It began more than a year ago.
    TimeExceeded,
    /// It was stored by an engine that kept nothing to go on from.
    TooOld,
}

impl fmt::Display for NotRedrivable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Running => "Execution is RUNNING and cannot be redriven",
            Self::Succeeded => "Execution is SUCCEEDED and cannot be redriven",
            Self::PeriodExceeded => "Execution redrivable period exceeded",
            Self::HistoryLimit => "Execution history event limit exceeded",
            Self::TimeExceeded => "Execution has exceeded the max execution time",
            Self::TooOld => "Execution was started before the launch of RedriveExecution",
        })
    }
}

impl std::error::Error for NotRedrivable {}

impl Execution {
    /// Goes on with an execution that failed, timed out or was aborted: `RedriveExecution`.
    ///
    /// `definition` is the one it was started with. The host stores the transition and carries out its
    /// commands as those of any other. Whether the machine is Express, whose executions are never
    /// redriven, is the host's to know.
    pub fn redrive(
        &mut self,
        definition: &Definition,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Transition, NotRedrivable> {
        self.redrivable(now)?;
        self.go_on(definition, now, entropy).ok_or(NotRedrivable::TooOld)
    }

    /// Whether [`Execution::redrive`] would do it, for `redriveStatus` and `redriveStatusReason`.
    pub fn redrivable(&self, now: Timestamp) -> Result<(), NotRedrivable> {
        match self.status() {
            Status::Running => return Err(NotRedrivable::Running),
            Status::Succeeded => return Err(NotRedrivable::Succeeded),
            Status::Failed | Status::TimedOut | Status::Aborted => {}
        }
        let ended = self.stopped_at().ok_or(NotRedrivable::TooOld)?;
        if now.duration_since(ended) > REDRIVABLE {
            return Err(NotRedrivable::PeriodExceeded);
        }
        if now.duration_since(self.started_at()) > LONGEST {
            return Err(NotRedrivable::TimeExceeded);
        }
        if self.history_is_full() {
            return Err(NotRedrivable::HistoryLimit);
        }
        Ok(())
    }
}
