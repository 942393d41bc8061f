//! Owns SQS: decisions from Slack that the tables did not take in time wait here for the step `interaction`.
//!
//! What is queued was verified before: nobody else than the portal's API may send to the queue.

#![expect(clippy::disallowed_types, reason = "this module owns the queue of interactions")]

use aws_sdk_sqs::Client;
use serde::Serialize;

use crate::{AwsError, Config, Late};

/// The queue.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Late<Client>,
    url: String,
}

impl Queue {
    /// The queue as configured, if there is one.
    pub(crate) fn new(config: &Config, client: Option<Late<Client>>) -> Option<Self> {
        Some(Self { client: client?, url: config.interactions_queue.clone()? })
    }

    /// Puts something off.
    pub async fn send(&self, message: &impl Serialize) -> Result<(), AwsError> {
        let body = serde_json::to_string(message).map_err(|error| AwsError::saying(error.to_string()))?;
        let sent = self.client.send_message().queue_url(&self.url).message_body(body).send().await;
        Ok(sent.map(drop)?)
    }
}
