//! A click on Approve or Reject: the modal is opened before the click is acknowledged, since what opens it
//! lives three seconds.

use std::time::Duration;

use tokio::time::timeout;

use super::payload::{Action, Press};
use crate::Portal;
use crate::app::slack::press::pressed;
use crate::app::slack::{Pointer, action, modal};
use crate::domain::Decision;
use crate::notify::NotifyError;
use crate::notify::slack::{Slack, text};

/// How long the tables may take to say what the modal shows.
const READING: Duration = Duration::from_millis(1_200);
/// How long Slack may take to open it, or to tell why not.
const TELLING: Duration = Duration::from_millis(1_300);

/// Opens a modal, or says why there is none.
pub(super) async fn answer(portal: &Portal, press: Press) {
    let wanted = press.actions.iter().find_map(wanted);
    // The button that leads to the portal is a link; Slack tells of its clicks all the same.
    let (Some((decision, about)), Some(slack)) = (wanted, portal.notifier.slack()) else { return };
    let (team, user) = (press.who.team(), press.who.user());
    let view = match timeout(READING, Box::pin(pressed(portal, team, user, &about, decision))).await {
        Ok(Ok(view)) => view,
        Ok(Err(error)) => {
            if let Some(says) = error.refusal() {
                return refuse(slack, &press, &says).await;
            }
            tracing::warn!(%error, "the details of a request could not be read");
            modal::ask_briefly(&about, decision, &portal.config.url)
        }
        Err(_) => modal::ask_briefly(&about, decision, &portal.config.url),
    };
    told(timeout(TELLING, slack.open(&press.trigger_id, &view)).await, "a modal was not opened");
}

fn wanted(pressed: &Action) -> Option<(Decision, Pointer)> {
    let decisions = [Decision::Approve, Decision::Reject];
    let decision = decisions.into_iter().find(|decision| action(*decision) == pressed.action_id)?;
    Some((decision, serde_json::from_str(pressed.value.as_deref()?).ok()?))
}

/// Only whoever clicked reads it.
async fn refuse(slack: &Slack, press: &Press, says: &str) {
    let says = text::escape(says);
    let telling = async {
        let responded = match &press.response_url {
            Some(url) => slack.respond(url, &says).await,
            None => Err(NotifyError::Slack("there is no response URL".to_owned())),
        };
        match (responded, &press.channel) {
            (Err(_), Some(channel)) => slack.whisper(&channel.id, press.who.user(), &says).await,
            (responded, _) => responded,
        }
    };
    told(timeout(TELLING, telling).await, "a refusal was not told");
}

fn told(outcome: Result<Result<(), NotifyError>, tokio::time::error::Elapsed>, what: &'static str) {
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "{what}"),
        Err(_) => tracing::warn!("{what} in time"),
    }
}
