//! The states of a run, and the only table that knows which may follow which.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// Accepted; the gateway has not looked at it yet.
    Starting,
    /// A gate is open and people are asked.
    Waiting,
    /// Nothing stands in the way of the owner's steps.
    Approved,
    /// The owner's steps run.
    Executing,
    /// Somebody asked to stop the owner's steps; they may still end by themselves.
    Cancelling,
    /// The owner's steps returned a result.
    Succeeded,
    /// The owner's steps, or the way to them, failed.
    Failed,
    /// The owner's steps took longer than they may.
    #[serde(rename = "TIMED_OUT")]
    TimedOut,
    /// An approver said no.
    Rejected,
    /// Nobody decided in time.
    Expired,
    /// Stopped on request; nothing privileged happens any more.
    Cancelled,
}

use Status::{
    Approved, Cancelled, Cancelling, Executing, Expired, Failed, Rejected, Starting, Succeeded, TimedOut,
    Waiting,
};

/// Every transition there is. Whatever is not in this table does not happen.
pub const TRANSITIONS: &[(Status, &[Status])] = &[
    (Starting, &[Waiting, Approved, Failed, Expired, Cancelled]),
    (Waiting, &[Approved, Rejected, Expired, Cancelled]),
    (Approved, &[Executing, Failed, TimedOut, Cancelled]),
    (Executing, &[Succeeded, Failed, TimedOut, Cancelling]),
    (Cancelling, &[Cancelled, Succeeded, Failed]),
];

impl Status {
    /// Whether the table allows this step.
    pub fn may_become(self, next: Status) -> bool {
        TRANSITIONS.iter().any(|(from, to)| *from == self && to.contains(&next))
    }

    /// Whether nothing can follow.
    pub fn is_final(self) -> bool {
        TRANSITIONS.iter().all(|(from, _)| *from != self)
    }

    /// The word used in JSON, in the database and on pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Starting => "STARTING",
            Waiting => "WAITING",
            Approved => "APPROVED",
            Executing => "EXECUTING",
            Cancelling => "CANCELLING",
            Succeeded => "SUCCEEDED",
            Failed => "FAILED",
            TimedOut => "TIMED_OUT",
            Rejected => "REJECTED",
            Expired => "EXPIRED",
            Cancelled => "CANCELLED",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Status; 11] = [
        Starting, Waiting, Approved, Executing, Cancelling, Succeeded, Failed, TimedOut, Rejected, Expired,
        Cancelled,
    ];

    #[test]
    fn follows_the_design() {
        let check = |from: Status, expect: &[Status]| {
            let next: Vec<_> = ALL.into_iter().filter(|to| from.may_become(*to)).collect();
            assert_eq!(next.len(), expect.len(), "{from} → {next:?}");
            assert!(expect.iter().all(|to| next.contains(to)), "{from} → {next:?}");
        };
        check(Starting, &[Waiting, Approved, Failed, Expired, Cancelled]);
        check(Waiting, &[Approved, Rejected, Expired, Cancelled]);
        check(Approved, &[Executing, Failed, TimedOut, Cancelled]);
        check(Executing, &[Succeeded, Failed, TimedOut, Cancelling]);
        check(Cancelling, &[Cancelled, Succeeded, Failed]);
        for end in [Succeeded, Failed, TimedOut, Rejected, Expired, Cancelled] {
            check(end, &[]);
            assert!(end.is_final());
        }
    }

    #[test]
    fn says_the_same_word_everywhere() {
        for status in ALL {
            let json = serde_json::to_value(status).expect("a status is a string");
            assert_eq!(json, status.as_str());
        }
    }
}
