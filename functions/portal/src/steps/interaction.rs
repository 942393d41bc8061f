//! `interaction`: records decisions from Slack that were put off, and tells who made them.
//!
//! They were verified when they came. What was recorded in the meantime is recorded once; what cannot be
//! recorded now goes back to the queue, message by message.

use serde::{Deserialize, Serialize};

use crate::Portal;
use crate::app::slack::modal;
use crate::app::slack::submission::{self, Submission, thanks};
use crate::notify::slack::{Message, text};

/// A batch of the queue, as Lambda hands it over.
#[derive(Debug, Deserialize)]
pub struct Batch {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Debug, Deserialize)]
struct Record {
    #[serde(rename = "messageId")]
    message_id: String,
    body: String,
}

/// Which messages go back to the queue.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    #[serde(rename = "batchItemFailures")]
    failures: Vec<Failure>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Failure {
    #[serde(rename = "itemIdentifier")]
    message_id: String,
}

/// Carries out each message of the batch.
pub async fn run(portal: &Portal, batch: Batch) -> Outcome {
    let mut failures = Vec::new();
    for Record { message_id, body } in batch.records {
        if let Err(reason) = carry_out(portal, &body).await {
            tracing::warn!(message_id, reason, "a decision could not be recorded");
            failures.push(Failure { message_id });
        }
    }
    Outcome { failures }
}

async fn carry_out(portal: &Portal, body: &str) -> Result<(), String> {
    let submission: Submission = serde_json::from_str(body).map_err(|error| error.to_string())?;
    match Box::pin(submission::record(portal, &submission)).await {
        Ok(recorded) => {
            recorded.tell(portal).await;
            tell(portal, &submission, "Recorded", thanks(submission.metadata.decision), false).await;
            Ok(())
        }
        Err(error) => {
            let says = error.refusal().ok_or_else(|| error.to_string())?;
            tell(portal, &submission, "Not recorded", &says, true).await;
            Ok(())
        }
    }
}

/// Tells in the modal, which may be closed by now; a refusal is told in a message as well. Best effort: the
/// decision is a fact either way.
async fn tell(
    portal: &Portal,
    submission: &Submission,
    title: &'static str,
    says: &str,
    also_by_message: bool,
) {
    let Some(slack) = portal.notifier.slack() else { return };
    if let Err(error) = slack.replace(&submission.view_id, &modal::tell(title, says)).await {
        tracing::info!(%error, "the modal is not there any more");
    }
    if !also_by_message {
        return;
    }
    let about = &submission.metadata.about;
    let text = format!("Your decision about {} was not recorded. {}", about.title, text::escape(says));
    let message = Message { text, blocks: Vec::new() };
    if let Err(error) = slack.post(&submission.user, &message, &uuid::Uuid::new_v4().to_string()).await {
        tracing::warn!(%error, "a refusal was not told");
    }
}
