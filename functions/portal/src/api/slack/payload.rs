//! What Slack sends about a click, as far as it is read. Names and addresses of users are not: they prove
//! nothing.

use openidconnect::url::form_urlencoded;
use serde::Deserialize;
use serde_json::Value;

use crate::api::error::{ApiError, Kind};
use crate::app::slack::modal::REASON;

/// An interaction.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Payload {
    BlockActions(Press),
    ViewSubmission(Submit),
    /// Something that the portal did not ask for.
    #[serde(other)]
    Other,
}

/// A click on a button of a message.
#[derive(Debug, Deserialize)]
pub(super) struct Press {
    #[serde(flatten)]
    pub(super) who: Who,
    pub(super) trigger_id: String,
    #[serde(default)]
    pub(super) response_url: Option<String>,
    #[serde(default)]
    pub(super) channel: Option<Id>,
    pub(super) actions: Vec<Action>,
}

/// A modal that was sent.
#[derive(Debug, Deserialize)]
pub(super) struct Submit {
    #[serde(flatten)]
    pub(super) who: Who,
    pub(super) view: View,
}

/// Who clicked.
#[derive(Debug, Deserialize)]
pub(super) struct Who {
    #[serde(default)]
    team: Option<Id>,
    user: User,
}

#[derive(Debug, Deserialize)]
pub(super) struct Id {
    pub(super) id: String,
}

#[derive(Debug, Deserialize)]
struct User {
    id: String,
    #[serde(default)]
    team_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Action {
    pub(super) action_id: String,
    #[serde(default)]
    pub(super) value: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct View {
    pub(super) id: String,
    #[serde(default)]
    pub(super) callback_id: String,
    #[serde(default)]
    pub(super) private_metadata: String,
    #[serde(default)]
    state: Value,
}

impl Payload {
    /// Takes it from a verified body.
    pub(super) fn read(body: &[u8]) -> Result<Self, ApiError> {
        let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload");
        let payload = payload.and_then(|(_, json)| serde_json::from_str(&json).ok());
        payload.ok_or_else(|| ApiError::new(Kind::Malformed, "There is no payload of an interaction here."))
    }
}

impl Who {
    /// The workspace that the user belongs to: in a shared channel that is not the channel's.
    pub(super) fn team(&self) -> &str {
        let own = self.user.team_id.as_deref();
        own.or(self.team.as_ref().map(|team| &*team.id)).unwrap_or_default()
    }

    pub(super) fn user(&self) -> &str {
        &self.user.id
    }
}

impl View {
    /// What was typed.
    pub(super) fn reason(&self) -> Option<String> {
        self.state["values"][REASON][REASON]["value"].as_str().map(str::to_owned)
    }
}
