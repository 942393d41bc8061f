//! What people are mailed: each on their own, so that nobody learns who else was asked.
//!
//! 1. [`mailings`] says who gets which letter;
//! 2. whoever was told by an earlier try of the same outbox row is not told again;
//! 3. whoever prefers another medium is left to it, and what can wait is left to the daily mail of whoever wants one;
//! 4. a mailbox that fails holds up nobody else: the others are mailed, and the row is tried again for it alone;
//! 5. a service that does not answer is left alone after a few seconds, so that no run waits for it.
//!
//! Mail is told at least once: a function that dies between SES's answer and its own note sends a second one.

use jiff::Timestamp;

use super::letters::head;
use super::mailings::{Mailing, Recipient, mailings};
use crate::app::{AppError, Portal, preferences};
use crate::domain::{Conversation, Run};
use crate::notify::{NotifyError, Rendered};
use crate::store::daily::{Line, Matter};
use crate::store::mail::Mailed;
use crate::store::outbox::{Medium, Notice};

/// What is being told: the notice of an outbox row about a run.
struct Telling<'a> {
    portal: &'a Portal,
    run: &'a Run,
    notice: &'a Notice,
    medium: Medium,
    row: u64,
}

/// Mails everybody whom the notice of an outbox row is for, and who wants to be told by this medium.
pub(super) async fn tell(
    portal: &Portal,
    run: &Run,
    notice: &Notice,
    medium: Medium,
    row: u64,
) -> Result<(), AppError> {
    if !portal.notifier.mails() {
        return Ok(());
    }
    let telling = Telling { portal, run, notice, medium, row };
    let told = portal.store.told(run.id, row).await?;
    let mut failures = Vec::new();
    for mailing in mailings(portal, run, notice).await? {
        let mail = mailing.letter.render(&portal.catalog.letters()?, &head(portal))?;
        for recipient in mailing.to.iter().filter(|recipient| !told.contains(&recipient.id)) {
            if let Err(error) = telling.to(recipient, &mailing, &mail).await {
                tracing::warn!(run = %run.id, row, to = ?recipient.id, %error, "a mail was not sent");
                // A service that does not answer one would keep the others waiting, too.
                if matches!(error, AppError::Notify(NotifyError::Silent)) {
                    return Err(error);
                }
                failures.push(error);
            }
        }
    }
    // The first one stands for all; the log has each.
    failures.into_iter().next().map_or(Ok(()), Err)
}

impl Telling<'_> {
    /// Tells one person, now or by their daily mail.
    async fn to(&self, recipient: &Recipient, mailing: &Mailing, mail: &Rendered) -> Result<(), AppError> {
        let chosen = preferences::of(self.portal, &recipient.id).await?;
        // What is urgent is mailed to everybody already, so nothing is left to make up for.
        if mailing.urgent {
            return if self.medium == Medium::Email {
                self.mail(recipient, mailing, mail).await
            } else {
                Ok(())
            };
        }
        if !chosen.wants(self.medium) {
            return Ok(());
        }
        match chosen.may_wait(self.portal.now(), mailing.closes) {
            Some(due) => self.wait(recipient, due).await,
            None => self.mail(recipient, mailing, mail).await,
        }
    }

    async fn wait(&self, recipient: &Recipient, due: Timestamp) -> Result<(), AppError> {
        let matter = Matter::Notice { run_id: self.run.id, row: self.row, notice: self.notice.clone() };
        let line = Line { at: self.portal.now(), matter };
        self.portal.store.put_line(&recipient.id, &line, due).await?;
        Ok(())
    }

    async fn mail(&self, recipient: &Recipient, mailing: &Mailing, mail: &Rendered) -> Result<(), AppError> {
        let store = &self.portal.store;
        let before = store.mailed(self.run.id, &mailing.gate, &recipient.id).await?;
        let before = before.map(|mailed| mailed.conversation);
        let id = self.portal.notifier.mail(&recipient.address, mail, before.as_ref()).await?;
        let conversation = Conversation::after(before.as_ref(), id);
        let mailed = Mailed { gate: mailing.gate.clone(), person: recipient.id.clone(), conversation };
        Ok(store.put_mailed(self.run.id, self.row, &mailed).await?)
    }
}
