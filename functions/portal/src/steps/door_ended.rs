//! `door-ended`: an event says that a door's execution was stopped, failed or ran out of time.
//!
//! The event is a hint: the run's executions are asked themselves, since one that was redriven waits again. What
//! follows from it is left to the relay, which has the rights for that.

use serde::{Deserialize, Serialize};

use super::StepError;
use crate::Portal;
use crate::app::doors::look_after;
use crate::domain::RunId;

/// The event, as EventBridge has it; most of it does not matter.
#[derive(Debug, Deserialize)]
pub struct Event {
    detail: Detail,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    execution_arn: String,
}

/// What was looked at.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct LookedAfter {
    /// The run that the execution asked for; none where it never came so far.
    pub run_id: Option<RunId>,
}

/// Looks after the run that the execution waited for.
pub async fn run(portal: &Portal, event: Event) -> Result<LookedAfter, StepError> {
    let run_id = portal.store.run_of_door(&event.detail.execution_arn).await?;
    if let Some(run_id) = run_id {
        look_after(portal, run_id).await?;
    }
    Ok(LookedAfter { run_id })
}
