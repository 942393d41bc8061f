//! A decision that was submitted in a modal, from a verified request.

use catalog_model::approval::Channel;
use serde::{Deserialize, Serialize};

use super::caller;
use super::modal::Metadata;
use crate::app::decide::{self, Recorded};
use crate::app::{AppError, Portal};
use crate::domain::Decision;
use crate::domain::verdict::Ballot;

/// The decision, as it waits in the queue where the tables did not answer in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// The workspace.
    pub team: String,
    /// The user.
    pub user: String,
    /// What was decided about.
    pub metadata: Metadata,
    /// Why.
    pub reason: Option<String>,
    /// The modal.
    pub view_id: String,
    /// The request's signature: it is carried out once.
    pub signature: String,
}

/// Records a decision; what follows from it is still to be delivered.
pub async fn record(portal: &Portal, submission: &Submission) -> Result<Recorded, AppError> {
    let caller = caller(portal, &submission.team, &submission.user).await?;
    let Metadata { about, decision } = &submission.metadata;
    let ballot = Ballot {
        gate: about.gate.clone(),
        decision: *decision,
        reason: submission.reason.clone(),
        digest: about.digest.clone(),
        channel: Channel::Slack,
        signed_in_at: None,
    };
    decide::record(portal, &caller, about.run, &ballot, Some(&submission.signature)).await
}

/// What somebody is told whose decision was recorded.
pub fn thanks(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "Your approval is recorded.",
        Decision::Reject => "Your rejection is recorded.",
    }
}
