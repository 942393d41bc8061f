//! `/api/runs`: what was requested and what became of it.

pub(super) mod audit;
pub(super) mod cancel;
pub(super) mod list;
pub(super) mod one;
pub(super) mod proposal;
pub(super) mod steps;

use super::error::ApiError;
use crate::domain::RunId;

/// The run id of a path; what is none is answered like a run that does not exist.
pub(super) fn id(text: &str) -> Result<RunId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found())
}
