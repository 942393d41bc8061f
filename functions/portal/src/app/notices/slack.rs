//! What Slack is told: the owner team's channel.

use super::open_gate;
use crate::app::{AppError, Portal};
use crate::domain::Run;
use crate::notify::message;
use crate::store::outbox::Notice;

/// Posts to the owner team's channel.
pub(super) async fn tell(portal: &Portal, run: &Run, notice: &Notice) -> Result<(), AppError> {
    let content = match notice {
        Notice::Asked { gate } | Notice::Reminded { gate } | Notice::Escalated { gate } => {
            let Some(gate) = open_gate(portal, run, gate) else { return Ok(()) };
            message::asked(run, gate, &portal.config.url)
        }
        Notice::Decided { .. } | Notice::Proposed | Notice::GlassBroken => return Ok(()),
        Notice::Ended => message::ended(run, &portal.config.url),
    };
    let index = portal.catalog.index();
    let Some(team) = index.teams.get(&run.target.owner) else { return Ok(()) };
    Ok(portal.notifier.post(&team.slack_channel, &content).await?)
}
