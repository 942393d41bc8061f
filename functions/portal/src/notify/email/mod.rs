//! Sends mail through SES: text and HTML, each person on their own, updates in the conversation that the first mail
//! began.
//!
//! 1. [`letter`] is what a mail says, [`render`] gives it its two forms;
//! 2. [`headers`] tie mails together and tell machines not to answer.

pub mod headers;
pub mod letter;
mod render;

use std::time::Duration;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use tokio::time::timeout;

use super::NotifyError;
use crate::domain::Conversation;
use crate::{AwsError, Config, Late};
pub use render::{Letterhead, Rendered};

/// A notice is not worth a function's whole time.
const TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
pub(super) struct Email {
    client: Late<Client>,
    sender: Option<String>,
}

impl Email {
    pub(super) fn new(config: &Config, client: Late<Client>) -> Self {
        Self { client, sender: config.email_sender.clone() }
    }

    /// Whether there is a sender; without one nothing is sent.
    pub(super) fn is_on(&self) -> bool {
        self.sender.is_some()
    }

    /// Mails one person. The answer is the mail's `Message-ID`, which later mails refer to.
    pub(super) async fn send(
        &self,
        to: &str,
        mail: &Rendered,
        conversation: Option<&Conversation>,
    ) -> Result<String, NotifyError> {
        let sender = self.sender.as_ref().ok_or(NotifyError::NoSender)?;
        if !headers::is_address(to) {
            return Err(NotifyError::Address);
        }
        let content = content(mail, conversation).map_err(AwsError::from)?;
        let send = self
            .client
            .send_email()
            .from_email_address(sender)
            .destination(Destination::builder().to_addresses(to).build())
            .content(content)
            .send();
        let answer =
            timeout(TIMEOUT, send).await.map_err(|_| NotifyError::Silent)?.map_err(AwsError::from)?;
        let id = answer.message_id.ok_or_else(|| AwsError::saying("SES returned no message id"))?;
        Ok(headers::message_id(&id, self.client.config().region().map(AsRef::as_ref)))
    }
}

fn content(mail: &Rendered, conversation: Option<&Conversation>) -> Result<EmailContent, BuildError> {
    let part = |data: &str| Content::builder().data(data).charset("UTF-8").build();
    let body = Body::builder().text(part(&mail.text)?).html(part(&mail.html)?).build();
    let message = Message::builder()
        .subject(part(&mail.subject)?)
        .body(body)
        .set_headers(Some(headers::of(conversation)?))
        .build();
    Ok(EmailContent::builder().simple(message).build())
}
