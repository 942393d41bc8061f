//! The worker behind a queue: what Lambda's event source mapping does, done by a task of this process.
//!
//! 1. Receives up to ten messages, waiting for them.
//! 2. Calls a function with the event that Lambda would give it.
//! 3. Deletes what succeeded: all messages, or those that the answer's `batchItemFailures` does not name. The
//!    rest is seen again after the queue's visibility timeout and goes to the dead letters in the end.

#![expect(clippy::disallowed_types, reason = "stands for Lambda, which empties the queue")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use serde_json::{Map, Value, json};

use crate::engine::Functions;

const BATCH: i32 = 10;
const LONGEST_WAIT: i32 = 20;
/// How long the worker rests when the queue cannot be reached.
const REST: Duration = Duration::from_secs(1);

/// A queue and the function that takes what comes.
pub struct Worker {
    /// Speaks to the queue's service.
    pub client: Client,
    /// The queue's address.
    pub queue_url: String,
    /// The queue's ARN, which events carry.
    pub queue_arn: String,
    /// Where the function is.
    pub functions: Arc<dyn Functions>,
    /// The function's name.
    pub function: &'static str,
}

impl Worker {
    /// Works until the task is dropped.
    pub async fn run(self) {
        loop {
            if let Err(error) = self.batch().await {
                tracing::warn!(%error, queue = self.queue_url, "the queue could not be worked on");
                tokio::time::sleep(REST).await;
            }
        }
    }

    async fn batch(&self) -> anyhow::Result<()> {
        let received = self
            .client
            .receive_message()
            .queue_url(&self.queue_url)
            .max_number_of_messages(BATCH)
            .wait_time_seconds(LONGEST_WAIT)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send()
            .await?;
        let messages = received.messages.unwrap_or_default();
        if messages.is_empty() {
            return Ok(());
        }
        let failed = match self.functions.invoke(self.function, self.event(&messages)).await {
            Ok(answer) => failures(&answer, &messages),
            Err(error) => {
                tracing::warn!(
                    error = error.message,
                    function = self.function,
                    "a batch failed; it comes again"
                );
                Failures::All
            }
        };
        for message in messages.iter().filter(|message| !failed.names(message)) {
            let delete = self.client.delete_message().queue_url(&self.queue_url);
            delete.set_receipt_handle(message.receipt_handle.clone()).send().await?;
        }
        Ok(())
    }

    /// The event of Lambda's reference for SQS.
    fn event(&self, messages: &[Message]) -> Value {
        let region = self.queue_arn.split(':').nth(3).unwrap_or_default();
        let record = |message: &Message| {
            let attributes: Map<String, Value> = message
                .attributes
                .iter()
                .flatten()
                .map(|(name, value)| (name.as_str().to_owned(), json!(value)))
                .collect();
            json!({
                "messageId": message.message_id,
                "receiptHandle": message.receipt_handle,
                "body": message.body,
                "attributes": attributes,
                "messageAttributes": {},
                "md5OfBody": message.md5_of_body,
                "eventSource": "aws:sqs",
                "eventSourceARN": self.queue_arn,
                "awsRegion": region,
            })
        };
        json!({"Records": messages.iter().map(record).collect::<Vec<_>>()})
    }
}

/// What of a batch comes again.
#[derive(Debug, PartialEq, Eq)]
enum Failures {
    All,
    These(BTreeSet<String>),
}

impl Failures {
    fn names(&self, message: &Message) -> bool {
        match self {
            Self::All => true,
            Self::These(ids) => message.message_id.as_ref().is_some_and(|id| ids.contains(id)),
        }
    }
}

/// Reads `batchItemFailures` as Lambda does: a name that is no message of the batch fails the whole of it.
fn failures(answer: &Value, messages: &[Message]) -> Failures {
    let items = match &answer["batchItemFailures"] {
        Value::Null => return Failures::These(BTreeSet::new()),
        Value::Array(items) => items,
        _ => return Failures::All,
    };
    let known = |id: &str| messages.iter().any(|message| message.message_id.as_deref() == Some(id));
    let ids =
        items.iter().map(|item| item["itemIdentifier"].as_str().filter(|id| known(id)).map(str::to_owned));
    ids.collect::<Option<_>>().map_or(Failures::All, Failures::These)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &Value, expected: &Failures) {
        let messages = ["a", "b"].map(|id| Message::builder().message_id(id).build());
        assert_eq!(failures(answer, &messages), *expected, "{answer}");
    }

    #[test]
    fn an_answer_names_what_comes_again() {
        let these = |ids: &[&str]| Failures::These(ids.iter().map(|id| (*id).to_owned()).collect());
        check(&Value::Null, &these(&[]));
        check(&json!({"batchItemFailures": []}), &these(&[]));
        check(&json!({"batchItemFailures": [{"itemIdentifier": "b"}]}), &these(&["b"]));
        check(&json!({"batchItemFailures": [{"itemIdentifier": "c"}]}), &Failures::All);
        check(&json!({"batchItemFailures": [{}]}), &Failures::All);
    }
}
