//! `anchor`: once a day, the heads of all audit chains that grew go to the archive.

use serde::Serialize;

use super::StepError;
use crate::Portal;
use crate::app::anchor;

/// What was anchored.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct AnchoredDay {
    /// The key of the day's anchor.
    pub key: String,
    /// How many runs are in it; absent when the day had been anchored before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs: Option<usize>,
}

/// Anchors the day that was over last. A day that was missed is in the next one.
pub async fn run(portal: &Portal) -> Result<AnchoredDay, StepError> {
    let day = anchor::day(portal).await?;
    Ok(AnchoredDay { key: day.key, runs: day.runs })
}
