//! `digest`: sends the daily mails that are due, on a schedule.

use serde::Serialize;

use super::StepError;
use crate::Portal;
use crate::app::daily;

/// What a round did.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Mails sent, or found to have nothing left to tell.
    pub done: u32,
    /// Mails that will be tried again.
    pub failed: u32,
    /// Mails that were given up.
    pub given_up: u32,
}

/// One round over everybody's daily mail.
pub async fn run(portal: &Portal) -> Result<Sent, StepError> {
    let daily::Round { done, failed, given_up } = daily::round(portal).await?;
    Ok(Sent { done, failed, given_up })
}
