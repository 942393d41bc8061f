//! Express executions: they live in memory, and only who started one synchronously hears of its end.

use asl::{Execution, Status};
use jiff::Timestamp;
use tokio::sync::oneshot;

/// What an Express execution has that others have not.
#[derive(Debug, Default)]
pub(crate) struct Express {
    /// Whoever waits for its end.
    pub(crate) waiter: Option<oneshot::Sender<Ended>>,
}

/// How an Express execution ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ended {
    pub(crate) status: &'static str,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) at: Timestamp,
}

impl Express {
    /// Tells whoever waits. Somebody who went away meanwhile needs no answer.
    pub(crate) fn end(self, execution: &Execution, at: Timestamp) {
        let ended = Ended {
            status: match execution.status() {
                Status::Succeeded => "SUCCEEDED",
                Status::TimedOut => "TIMED_OUT",
                Status::Running | Status::Failed | Status::Aborted => "FAILED",
            },
            output: execution.output().map(ToString::to_string),
            error: execution.error().map(str::to_owned),
            cause: execution.cause().map(str::to_owned),
            at,
        };
        tracing::debug!(?ended, "an Express execution ended");
        if let Some(waiter) = self.waiter {
            let _ = waiter.send(ended);
        }
    }
}
