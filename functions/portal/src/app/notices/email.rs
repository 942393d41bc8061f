//! What people are mailed: each on their own, so that nobody learns who else was asked.

use super::{audience, open_gate};
use crate::app::{AppError, Portal};
use crate::domain::{Person, Run};
use crate::notify::message;
use crate::store::outbox::Notice;

/// Mails everybody whom a notice is for.
pub(super) async fn tell(portal: &Portal, run: &Run, notice: &Notice) -> Result<(), AppError> {
    let (people, content) = match notice {
        Notice::Asked { gate } | Notice::Reminded { gate } | Notice::Escalated { gate } => {
            let Some(gate) = open_gate(portal, run, gate) else { return Ok(()) };
            let people = match notice {
                Notice::Reminded { .. } => audience::undecided(portal, run, gate).await?,
                Notice::Escalated { .. } => audience::escalated(portal, run, gate).await?,
                _ => audience::approvers(portal, run, gate).await?,
            };
            (people, message::asked(run, gate, &portal.config.url))
        }
        Notice::Decided { .. } | Notice::Proposed | Notice::GlassBroken => return Ok(()),
        Notice::Ended => {
            let requester = portal.store.person(&run.requester.id).await?;
            (requester.into_iter().collect(), message::ended(run, &portal.config.url))
        }
    };
    let addresses: Vec<_> = people.into_iter().map(|person: Person| person.email).collect();
    Ok(portal.notifier.mail(&addresses, &content).await?)
}
