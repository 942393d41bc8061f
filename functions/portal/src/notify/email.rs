//! Sends plain-text mail through SES.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};

use super::NotifyError;
use crate::{AwsError, Config};

#[derive(Debug, Clone)]
pub(super) struct Email {
    client: Client,
    sender: Option<String>,
}

impl Email {
    pub(super) fn new(config: &Config, client: Client) -> Self {
        Self { client, sender: config.email_sender.clone() }
    }

    /// Mails one person; without a sender nothing is sent.
    pub(super) async fn send(&self, to: &str, subject: &str, text: &str) -> Result<(), NotifyError> {
        let Some(sender) = &self.sender else { return Ok(()) };
        let content = simple(subject, text).map_err(AwsError::from)?;
        let sent = self
            .client
            .send_email()
            .from_email_address(sender)
            .destination(Destination::builder().to_addresses(to).build())
            .content(content)
            .send()
            .await;
        Ok(sent.map(drop).map_err(AwsError::from)?)
    }
}

/// A subject is one line, whatever a title holds.
fn simple(subject: &str, text: &str) -> Result<EmailContent, BuildError> {
    let subject: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let part = |data: &str| Content::builder().data(data).charset("UTF-8").build();
    let body = Body::builder().text(part(text)?).build();
    let message = Message::builder().subject(part(&subject)?).body(body).build();
    Ok(EmailContent::builder().simple(message).build())
}
