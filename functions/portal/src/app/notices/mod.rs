//! Whom a notice is for, and that each medium gets it on its own: a Slack that is down delays no mail.
//!
//! 1. [`send`] writes outbox rows with the change that a notice is about;
//! 2. [`tell`] carries one out: [`slack`] and [`email`] say it in their own ways, from the same facts;
//! 3. [`audience`] says who is asked, [`mailings`] who gets which of the [`letters`].

pub(crate) mod audience;
mod email;
pub(super) mod letters;
mod mailings;
mod slack;

use jiff::Timestamp;

use super::trigger::HEAD_START;
use super::{AppError, Portal};
use crate::domain::{Gate, Run};
use crate::store::commit::Change;
use crate::store::outbox::{Medium, Message, Notice};

/// Tells people once the change is written.
pub(crate) fn send(change: &mut Change, notice: &Notice, now: Timestamp) {
    for medium in media(notice) {
        change.send(Message::Notify { notice: notice.clone(), medium: *medium }, now + HEAD_START);
    }
}

/// A vote is told where the request stands; a mail for each would only be noise.
fn media(notice: &Notice) -> &'static [Medium] {
    match notice {
        Notice::Decided { .. } => &[Medium::Slack],
        _ => &[Medium::Slack, Medium::Email],
    }
}

/// What is sent in place of a message that was given up: what Slack did not take goes by e-mail to those who
/// have nothing but Slack.
pub(super) fn instead(message: &Message) -> Option<Message> {
    match message {
        Message::Notify { notice, medium: Medium::Slack } if media(notice).contains(&Medium::Email) => {
            Some(Message::Notify { notice: notice.clone(), medium: Medium::EmailInstead })
        }
        _ => None,
    }
}

/// Tells people by one medium what an outbox row, by its number, is about.
pub(super) async fn tell(
    portal: &Portal,
    run: &Run,
    notice: &Notice,
    medium: Medium,
    row: u64,
) -> Result<(), AppError> {
    match medium {
        Medium::Slack => slack::tell(portal, run, notice).await,
        Medium::Email | Medium::EmailInstead => email::tell(portal, run, notice, medium, row).await,
    }
}

/// The gate that people are asked about, unless it was decided before the notice went out.
fn open_gate<'a>(portal: &Portal, run: &'a Run, gate: &str) -> Option<&'a Gate> {
    run.gate(gate).filter(|gate| gate.is_open(portal.now()))
}
