//! Tells people: Slack for channels and single people, e-mail for each person. Best effort, never a fact.
//!
//! A notice holds a link to a page. The link carries no authority: whoever opens it still has to sign in and
//! decide.

#![expect(clippy::disallowed_types, reason = "this module owns e-mail")]

pub mod email;
pub mod slack;

use jiff::SignedDuration;

use crate::domain::Conversation;
use crate::{AwsError, Config, Http, Late};

pub use email::letter::Letter;
pub use email::{Letterhead, Rendered};

/// A notice that did not go out.
#[derive(Debug, thiserror::Error)]
pub enum NotifyError {
    /// Slack could not be reached.
    #[error("Slack could not be reached")]
    Http(#[from] reqwest::Error),
    /// Slack did not take the message.
    #[error("Slack refused: {0}")]
    Slack(String),
    /// Slack wants to be left alone for a while.
    #[error("Slack takes no more for {0:#}")]
    Later(SignedDuration),
    /// The e-mail service did not take the message.
    #[error("the e-mail was refused: {0}")]
    Email(#[from] AwsError),
    /// The e-mail service did not answer in time.
    #[error("the e-mail service did not answer in time")]
    Silent,
    /// Somebody's address is none; it comes from the directory or the identity provider.
    #[error("the person's e-mail address is not one plain address; correct it where it comes from")]
    Address,
    /// Mail is switched off.
    #[error("there is no sender of e-mail")]
    NoSender,
    /// The templates of mail are wrong.
    #[error("a template of mail does not render: {0}")]
    Template(#[source] tera::Error),
}

/// Slack and e-mail.
#[derive(Debug, Clone)]
pub struct Notifier {
    slack: Option<slack::Slack>,
    slack_sign_in: Option<slack::sign_in::SignIn>,
    email: email::Email,
}

impl Notifier {
    /// Channels as configured; one without credentials stays silent.
    pub fn new(config: &Config, http: Http, ses: Late<aws_sdk_sesv2::Client>) -> Self {
        Self {
            slack: slack::Slack::new(config, http.clone()),
            slack_sign_in: slack::sign_in::SignIn::new(config, http),
            email: email::Email::new(config, ses),
        }
    }

    /// Slack, where the portal is an app of a workspace.
    pub fn slack(&self) -> Option<&slack::Slack> {
        self.slack.as_ref()
    }

    /// Slack's sign-in, where people can link their accounts.
    pub fn slack_sign_in(&self) -> Option<&slack::sign_in::SignIn> {
        self.slack_sign_in.as_ref()
    }

    /// Whether mail is sent at all.
    pub fn mails(&self) -> bool {
        self.email.is_on()
    }

    /// Mails one address; the answer is the mail's `Message-ID`.
    pub async fn mail(
        &self,
        to: &str,
        mail: &Rendered,
        conversation: Option<&Conversation>,
    ) -> Result<String, NotifyError> {
        self.email.send(to, mail, conversation).await
    }
}
