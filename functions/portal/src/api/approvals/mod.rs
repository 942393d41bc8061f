//! `/api/approvals` and the decisions at a run's gates.

pub(super) mod decide;
pub(super) mod edit;
pub(super) mod inbox;
