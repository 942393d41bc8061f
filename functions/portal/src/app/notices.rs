//! Whom a notice is for, and that each channel gets it on its own: a Slack that is down delays no mail.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::trigger::HEAD_START;
use super::{AppError, Portal};
use crate::domain::Run;
use crate::notify::message;
use crate::store::commit::Change;
use crate::store::outbox::{Channel, Message, Notice};

/// Tells people once the change is written.
pub(crate) fn send(change: &mut Change, notice: &Notice, now: Timestamp) {
    for channel in [Channel::Slack, Channel::Email] {
        change.send(Message::Notify { notice: notice.clone(), channel }, now + HEAD_START);
    }
}

/// Tells people by one channel.
pub(super) async fn tell(
    portal: &Portal,
    run: &Run,
    notice: &Notice,
    channel: Channel,
) -> Result<(), AppError> {
    let content = match notice {
        Notice::Asked { gate } => match run.gate(gate) {
            // Nobody is asked about what was decided before the notice went out.
            Some(gate) if gate.is_open(portal.now()) => message::asked(run, gate, &portal.config.url),
            _ => return Ok(()),
        },
        Notice::Ended => message::ended(run, &portal.config.url),
    };
    match channel {
        Channel::Slack => {
            let index = portal.catalog.index();
            let Some(team) = index.teams.get(&run.target.owner) else { return Ok(()) };
            Ok(portal.notifier.post(&team.slack_channel, &content).await?)
        }
        Channel::Email => {
            let people = match notice {
                Notice::Asked { gate } => approvers(portal, run, gate).await?,
                Notice::Ended => BTreeSet::from([run.requester.id.clone()]),
            };
            Ok(portal.notifier.mail(&addresses(portal, people).await?, &content).await?)
        }
    }
}

/// Who may decide at the gate: the members of its groups, never the requester.
async fn approvers(portal: &Portal, run: &Run, gate: &str) -> Result<BTreeSet<String>, AppError> {
    let mut people = BTreeSet::new();
    for id in run.gate(gate).map(crate::domain::Gate::group_ids).unwrap_or_default() {
        people.extend(portal.store.group(&id).await?.map(|group| group.members).unwrap_or_default());
    }
    people.remove(&run.requester.id);
    Ok(people)
}

async fn addresses(portal: &Portal, people: BTreeSet<String>) -> Result<Vec<String>, AppError> {
    let mut addresses = Vec::new();
    for id in people {
        addresses.extend(portal.store.person(&id).await?.map(|person| person.email));
    }
    Ok(addresses)
}
