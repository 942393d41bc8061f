//! The model's own table of transitions, written from the design and not from the code: a test holds
//! that the code's table is the same, and another that the database refuses everything else.

use portal::domain::Status;
use portal::domain::Status::{
    Approved, Cancelled, Cancelling, Executing, Expired, Failed, Rejected, Starting, Succeeded, TimedOut,
    Waiting,
};

/// Every status, in the order of a run's life.
pub(super) const ALL: [Status; 11] = [
    Starting, Waiting, Approved, Executing, Cancelling, Succeeded, Failed, TimedOut, Rejected, Expired,
    Cancelled,
];

/// Every transition of the design.
pub(super) const TABLE: [(Status, Status); 20] = [
    (Starting, Waiting),
    (Waiting, Approved),
    (Approved, Executing),
    (Executing, Succeeded),
    (Executing, Failed),
    (Executing, TimedOut),
    // No approval asked.
    (Starting, Approved),
    (Starting, Failed),
    (Starting, Expired),
    (Waiting, Rejected),
    (Waiting, Expired),
    (Approved, Failed),
    (Approved, TimedOut),
    (Starting, Cancelled),
    (Waiting, Cancelled),
    (Approved, Cancelled),
    (Executing, Cancelling),
    (Cancelling, Cancelled),
    (Cancelling, Succeeded),
    (Cancelling, Failed),
];

/// Whether the design knows this step.
pub(super) fn allows(from: Status, to: Status) -> bool {
    TABLE.contains(&(from, to))
}

/// Whether nothing follows.
pub(super) fn is_end(status: Status) -> bool {
    matches!(status, Succeeded | Failed | TimedOut | Rejected | Expired | Cancelled)
}
