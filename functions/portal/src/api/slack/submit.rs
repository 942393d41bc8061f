//! A decision that was sent: recorded if the tables take it in time, put off into the queue otherwise.
//!
//! Slack waits three seconds: one and a half are for the decision, one for the queue or for what follows from
//! the decision. Nothing goes on after the answer; the relay and the step `interaction` do the rest.

use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::payload::Submit;
use crate::Portal;
use crate::app::slack::modal::{self, DECISION, REASON};
use crate::app::slack::submission::{self, Submission};

const DECIDING: Duration = Duration::from_millis(1_500);
const FOLLOWING: Duration = Duration::from_secs(1);

/// What the modal does next.
pub(super) async fn answer(portal: &Portal, sent: Submit, signature: String) -> Response {
    match read(&sent, signature) {
        Some(submission) => Json(decide(portal, &submission).await).into_response(),
        // A modal of another release; whoever sent it starts anew from the message.
        None => Json(refused("This form is not current any more. Close it and press the button again."))
            .into_response(),
    }
}

fn read(sent: &Submit, signature: String) -> Option<Submission> {
    let metadata = serde_json::from_str(&sent.view.private_metadata).ok()?;
    (sent.view.callback_id == DECISION).then(|| Submission {
        team: sent.who.team().to_owned(),
        user: sent.who.user().to_owned(),
        metadata,
        reason: sent.view.reason(),
        view_id: sent.view.id.clone(),
        signature,
    })
}

async fn decide(portal: &Portal, submission: &Submission) -> Value {
    match timeout(DECIDING, Box::pin(submission::record(portal, submission))).await {
        Ok(Ok(recorded)) => {
            // What is not delivered in time stays in the outbox.
            let delivered = timeout(FOLLOWING, recorded.tell(portal)).await;
            if delivered.is_err() {
                tracing::info!("what follows from a decision is left to the relay");
            }
            json!({ "response_action": "clear" })
        }
        Ok(Err(error)) => {
            if let Some(says) = error.refusal() {
                return refused(&says);
            }
            tracing::warn!(%error, "a decision could not be recorded at once");
            put_off(portal, submission).await
        }
        Err(_) => put_off(portal, submission).await,
    }
}

/// Leaves it to the queue, or says that nothing was recorded.
async fn put_off(portal: &Portal, submission: &Submission) -> Value {
    let queued = match &portal.queue {
        Some(queue) => timeout(FOLLOWING, queue.send(submission)).await,
        None => {
            return refused("The portal is too slow in this moment, so nothing is recorded yet. Try again.");
        }
    };
    match queued {
        Ok(Ok(())) => {
            let says = "Your decision is being recorded. This says so once it is; you may close it.";
            json!({ "response_action": "update", "view": modal::tell("Being recorded", says) })
        }
        lost => {
            let error = lost.map(|sent| sent.err().map(|error| error.to_string()));
            tracing::error!(?error, "a decision could not be queued");
            refused(
                "The portal is too slow in this moment, and it is not certain that this was recorded. Try again.",
            )
        }
    }
}

/// Shown at the field.
fn refused(says: &str) -> Value {
    json!({ "response_action": "errors", "errors": { REASON: says } })
}
