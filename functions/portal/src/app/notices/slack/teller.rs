//! Posts about a run, and remembers what it posted.
//!
//! A request for a decision is posted first and remembered then: should the answer get lost, it may stand there
//! twice, and either one works. A reply is remembered first: should the process die in between, it is missing,
//! but nobody is told twice.

use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use super::{refresh, targets};
use crate::app::facts::facts;
use crate::app::slack::message::message;
use crate::app::{AppError, Portal};
use crate::domain::{Gate, Run, Status};
use crate::notify::NotifyError;
use crate::notify::slack::{Message, Place, Slack};
use crate::store::slack_message::{REQUEST, Sent};

/// Somebody who tells Slack about a run.
pub(super) struct Teller<'a> {
    pub(super) portal: &'a Portal,
    pub(super) run: &'a Run,
    slack: &'a Slack,
    gave_up: AtomicBool,
}

/// A message about a gate, with the thread below it.
pub(super) struct Thread {
    pub(super) gate: String,
    pub(super) to: String,
    pub(super) place: Place,
}

impl Thread {
    /// Channels are addressed by name, people by their user's id.
    pub(super) fn is_channel(&self) -> bool {
        self.to.starts_with('#')
    }
}

impl<'a> Teller<'a> {
    pub(super) fn new(portal: &'a Portal, slack: &'a Slack, run: &'a Run) -> Self {
        Self { portal, run, slack, gave_up: AtomicBool::new(false) }
    }

    /// Carries out a call. Once Slack wants to be left alone, or cannot be reached, nothing more is asked of it:
    /// whoever voted waits for this.
    async fn call<T>(&self, call: impl Future<Output = Result<T, NotifyError>>) -> Result<T, NotifyError> {
        if self.gave_up.load(Ordering::Relaxed) {
            return Err(NotifyError::Slack("left alone after an earlier call".to_owned()));
        }
        let outcome = call.await;
        if matches!(outcome, Err(NotifyError::Later(_) | NotifyError::Http(_))) {
            self.gave_up.store(true, Ordering::Relaxed);
        }
        outcome
    }

    /// Replaces a message.
    pub(super) async fn update(&self, thread: &Thread, message: &Message) -> Result<(), AppError> {
        Ok(self.call(self.slack.update(&thread.place, message)).await?)
    }

    /// The messages about a gate.
    pub(super) async fn threads(&self, gate: &Gate) -> Result<Vec<Thread>, AppError> {
        threads(self.portal, self.run, &gate.name).await
    }

    /// Posts the message about a gate wherever it does not stand yet.
    pub(super) async fn request(&self, gate: &Gate, to: &[String]) -> Result<(), AppError> {
        let known: Vec<_> = self.threads(gate).await?.into_iter().map(|thread| thread.to).collect();
        let new: Vec<_> = to.iter().filter(|to| !known.contains(to)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let open = self.run.status == Status::Waiting && gate.is_open(self.portal.now());
        let message = message(self.run, &facts(self.portal, self.run, gate).await?, open);
        let mut outcomes = Vec::new();
        for to in new {
            outcomes.push(self.post(&gate.name, to, &message).await);
        }
        // Somebody may have decided while it was posted, and found no message to update.
        outcomes.push(refresh::if_changed(self, &gate.name).await);
        all(outcomes)
    }

    async fn post(&self, gate: &str, to: &str, message: &Message) -> Result<(), AppError> {
        let once = self.once(gate, to, REQUEST);
        let place = self.call(self.slack.post(to, message, &once)).await?;
        let sent = Sent { place: Some((place.channel, place.ts)), ..self.sent(gate, to, REQUEST) };
        Ok(self.portal.store.put_slack_message(self.run.id, &sent).await?)
    }

    /// Answers in a thread, once.
    pub(super) async fn reply(
        &self,
        thread: &Thread,
        what: &str,
        message: &Message,
        broadcast: bool,
    ) -> Result<(), AppError> {
        let once = self.once(&thread.gate, &thread.to, what);
        let sending = self.slack.reply(&thread.place, message, &once, broadcast);
        self.claimed(self.sent(&thread.gate, &thread.to, what), sending).await
    }

    /// Remembers that those who have the message need no such reply.
    pub(super) async fn skip(&self, gate: &Gate, to: &[String], what: &str) -> Result<(), AppError> {
        for thread in self.threads(gate).await?.iter().filter(|thread| to.contains(&thread.to)) {
            let sent = self.sent(&thread.gate, &thread.to, what);
            self.portal.store.claim_slack_message(self.run.id, &sent).await?;
        }
        Ok(())
    }

    /// Tells the requester, where they are linked. A state machine has its answer, its team is told by mail.
    pub(super) async fn requester(&self, what: &str, message: &Message) -> Result<(), AppError> {
        if self.run.calling_team().is_some() {
            return Ok(());
        }
        let Some(user) = targets::user(self.portal, &self.run.requester.id).await? else { return Ok(()) };
        let once = self.once("", &user, what);
        self.claimed(self.sent("", &user, what), self.slack.post(&user, message, &once)).await
    }

    async fn claimed(
        &self,
        sent: Sent,
        sending: impl Future<Output = Result<Place, NotifyError>>,
    ) -> Result<(), AppError> {
        let (store, run) = (&self.portal.store, self.run.id);
        if !store.claim_slack_message(run, &sent).await? {
            return Ok(());
        }
        match self.call(sending).await {
            Ok(place) => {
                let sent = Sent { place: Some((place.channel, place.ts)), ..sent };
                Ok(store.put_slack_message(run, &sent).await?)
            }
            Err(error) => {
                store.drop_slack_message(run, &sent).await?;
                Err(error.into())
            }
        }
    }

    fn sent(&self, gate: &str, to: &str, what: &str) -> Sent {
        let (gate, to, what) = (gate.to_owned(), to.to_owned(), what.to_owned());
        Sent { gate, to, what, place: None, at: self.portal.now() }
    }

    /// The same name for the same message, whoever sends it.
    fn once(&self, gate: &str, to: &str, what: &str) -> String {
        let hash = Sha256::digest(format!("{}\n{gate}\n{to}\n{what}", self.run.id));
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

/// The messages about a gate of a run.
pub(super) async fn threads(portal: &Portal, run: &Run, gate: &str) -> Result<Vec<Thread>, AppError> {
    let sent = portal.store.slack_messages(run.id, gate).await?;
    let requests = sent.into_iter().filter(|sent| sent.what == REQUEST);
    let thread = |sent: Sent| {
        let (channel, ts) = sent.place?;
        Some(Thread { gate: sent.gate, to: sent.to, place: Place { channel, ts } })
    };
    Ok(requests.filter_map(thread).collect())
}

/// One channel that is gone does not keep others from being told: everything is tried, and the first that went
/// wrong is said. What Slack wants later comes first, since it says when.
pub(super) fn all(outcomes: Vec<Result<(), AppError>>) -> Result<(), AppError> {
    let mut errors: Vec<_> = outcomes.into_iter().filter_map(Result::err).collect();
    errors.sort_by_key(|error| !matches!(error, AppError::Notify(NotifyError::Later(_))));
    errors.into_iter().next().map_or(Ok(()), Err)
}
