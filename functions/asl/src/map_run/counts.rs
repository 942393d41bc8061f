//! How many children, or items, stand how.

use serde::{Deserialize, Serialize};

use crate::run::Status;

/// `executionCounts` or `itemCounts` of `DescribeMapRun`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Counts {
    /// Not started.
    pub pending: u64,
    /// Started and not over.
    pub running: u64,
    /// Ended well.
    pub succeeded: u64,
    /// Ended with an error.
    pub failed: u64,
    /// Ran into the limit of their time.
    pub timed_out: u64,
    /// Stopped.
    pub aborted: u64,
    /// All of them.
    pub total: u64,
    /// Written by a `ResultWriter`.
    pub results_written: u64,
    /// Ended badly and cannot be redriven.
    pub failures_not_redrivable: u64,
    /// Ended badly and wait for their turn in a redrive.
    pub pending_redrive: u64,
}

impl Counts {
    pub(super) fn add_pending(&mut self, count: u64) {
        self.pending += count;
        self.total += count;
    }

    pub(super) fn begin(&mut self, count: u64) {
        self.pending = self.pending.saturating_sub(count);
        self.pending_redrive = self.pending_redrive.saturating_sub(count);
        self.running += count;
    }

    pub(super) fn end(&mut self, count: u64, status: Status) {
        self.running = self.running.saturating_sub(count);
        match status {
            Status::Succeeded => self.succeeded += count,
            Status::Failed => self.failed += count,
            Status::TimedOut => self.timed_out += count,
            Status::Aborted | Status::Running => self.aborted += count,
        }
    }

    /// What ended badly waits again.
    pub(super) fn redrive(&mut self) {
        let again = self.unsuccessful();
        (self.failed, self.timed_out, self.aborted) = (0, 0, 0);
        self.pending += again;
        self.pending_redrive += again;
        self.results_written = 0;
    }

    fn unsuccessful(&self) -> u64 {
        self.failed + self.timed_out + self.aborted
    }
}
