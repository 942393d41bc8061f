//! What the portal says in Slack, and what people say there.
//!
//! 1. [`message`] puts the facts of a gate into blocks, whatever became of it; [`parts`] are its paragraphs;
//! 2. [`modal`] asks for a decision and tells what became of it;
//! 3. [`press`] is a click on a button, [`submission`] a decision: both come from a verified request, and say
//!    who it is by workspace and user alone;
//! 4. [`link`] ties a Slack user to a person.

pub mod link;
pub mod message;
pub mod modal;
mod parts;
pub mod press;
pub mod submission;

use serde::{Deserialize, Serialize};

use super::facts::Facts;
use super::{AppError, Portal};
use crate::domain::{Caller, Decision, RunId};
use crate::notify::slack::text;

pub(crate) use parts::{date, vote as vote_sentence};

/// What a button or modal is about. It comes back with a click; it says what was shown, not what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// The run.
    pub run: RunId,
    /// The gate.
    pub gate: String,
    /// The run's digest as it was shown.
    pub digest: String,
    /// What will run, in a few escaped words: a modal needs them also where the tables do not answer in time.
    pub title: String,
}

impl Pointer {
    fn of(facts: &Facts) -> Self {
        let title = format!(
            "*{}*, requested by {}",
            text::line(&facts.workflow.title, parts::TITLE_MAX),
            text::line(&facts.requester.name, parts::NAME_MAX)
        );
        Self { run: facts.run, gate: facts.gate.name.clone(), digest: facts.digest.clone(), title }
    }

    /// As Slack carries it. A pointer is text and always has a form.
    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What a button is called, in messages and in what comes back.
pub fn action(decision: Decision) -> &'static str {
    match decision {
        Decision::Approve => "approve",
        Decision::Reject => "reject",
    }
}

/// The person whom a user of a workspace is linked to.
pub async fn caller(portal: &Portal, team: &str, user: &str) -> Result<Caller, AppError> {
    if portal.config.slack_team.as_deref() != Some(team) {
        let sentence = "this portal does not belong to your Slack workspace; decide in the portal";
        return Err(AppError::NotAllowed(sentence.to_owned()));
    }
    match portal.store.slack_user(team, user).await? {
        Some(link) => Ok(Caller::person(link.person)),
        None => Err(AppError::NotAllowed(format!(
            "your Slack account is not linked to you in the portal; link it at {}/settings, then decide again",
            portal.config.url
        ))),
    }
}
