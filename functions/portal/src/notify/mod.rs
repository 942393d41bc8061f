//! Tells people: Slack for the owner's channel, e-mail for each person. Best effort, never a fact.
//!
//! A notice holds a plain link to a page. The link carries no authority: whoever opens it still has to
//! sign in and decide.

#![expect(clippy::disallowed_types, reason = "this module owns e-mail")]

mod email;
pub mod message;
mod slack;

use crate::{AwsError, Config};

pub use message::Content;

/// A notice that did not go out.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// Slack could not be reached.
    #[error("Slack could not be reached")]
    Http(#[from] reqwest::Error),
    /// Slack did not take the message.
    #[error("Slack refused the message: {0}")]
    Slack(String),
    /// The e-mail service did not take the message.
    #[error("the e-mail was refused: {0}")]
    Email(#[from] AwsError),
}

/// Slack and e-mail.
#[derive(Debug, Clone)]
pub struct Notifier {
    slack: slack::Slack,
    email: email::Email,
}

impl Notifier {
    /// Channels as configured; one without credentials stays silent.
    pub fn new(config: &Config, http: reqwest::Client, ses: aws_sdk_sesv2::Client) -> Self {
        Self { slack: slack::Slack::new(config, http), email: email::Email::new(config, ses) }
    }

    /// Posts to a Slack channel.
    pub async fn post(&self, channel: &str, content: &Content) -> Result<(), NotifyError> {
        self.slack.post(channel, &content.mrkdwn()).await
    }

    /// Mails everybody on their own, so that nobody learns who else was asked.
    pub async fn mail(&self, addresses: &[String], content: &Content) -> Result<(), NotifyError> {
        for address in addresses {
            self.email.send(address, &content.title, &content.plain()).await?;
        }
        Ok(())
    }
}
