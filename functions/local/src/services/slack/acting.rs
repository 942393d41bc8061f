//! Somebody acts: the routes of the inbox page and of programs, which both end in a signed request to the portal.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::delivery::Delivered;
use super::obey::{Obeyed, TROUBLE};
use super::refusal::Refusal;
use super::{Slack, blocks, payload, state, views as modals};
use crate::services::inbox::{Answerable, OpenView};
use crate::services::workspace::Member;

/// Slack's words to somebody whose action reached nobody.
const TIMED_OUT: &str = "Operation timed out. Apps need to respond within 3 seconds.";
const UNREACHABLE: &str = "The app could not be reached.";

/// An element of a message or of a modal is used.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Act {
    user: String,
    channel: Option<String>,
    ts: Option<String>,
    view_id: Option<String>,
    block_id: Option<String>,
    action_id: String,
    #[serde(default)]
    value: Value,
}

/// A modal is submitted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Submit {
    user: String,
    view_id: String,
    #[serde(default)]
    values: Map<String, Value>,
}

/// A modal is closed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Close {
    user: String,
    view_id: String,
}

/// What came of it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Answered {
    outcome: &'static str,
    status: Option<u16>,
    warning: Option<String>,
    errors: BTreeMap<String, String>,
    view: Option<Value>,
}

type Answer = Result<Json<Answered>, Refusal>;

impl IntoResponse for Refusal {
    /// Programs that name what is not there get 404 and the name of the error.
    fn into_response(self) -> Response {
        (StatusCode::NOT_FOUND, Json(self.body())).into_response()
    }
}

/// `POST /act`.
pub(super) async fn act(State(slack): State<Arc<Slack>>, Json(act): Json<Act>) -> Answer {
    let member = slack.anybody(&act.user)?;
    let payload = match &act.view_id {
        Some(id) => slack.act_in_view(&member, id, &act)?,
        None => slack.act_in_message(&member, &act)?,
    };
    let delivered = slack.deliver(&payload).await;
    slack.outcome(&member, &delivered, false)
}

/// `POST /submit`.
pub(super) async fn submit(State(slack): State<Arc<Slack>>, Json(submit): Json<Submit>) -> Answer {
    let member = slack.anybody(&submit.user)?;
    let open = slack.open(&member, &submit.view_id)?;
    let values = match state::gather(&open.view, &submit.values) {
        Ok(values) => values,
        Err(errors) => {
            let view = Some(open.view);
            return Ok(Json(Answered { outcome: "invalid", errors, view, ..Answered::default() }));
        }
    };
    let filled = modals::with_state(&open, &values);
    let trigger = slack.triggers.give(&member.id, Instant::now());
    let delivered = slack.deliver(&payload::submission(&member, &filled, &trigger)).await;
    let answered = match &delivered {
        Delivered::Taken(_, body) => slack.obey(&filled, body)?,
        _ => Obeyed::default(),
    };
    let Json(mut outcome) = slack.outcome(&member, &delivered, true)?;
    outcome.errors = answered.errors;
    outcome.warning = answered.warning.or(outcome.warning);
    Ok(Json(outcome))
}

/// `POST /close`.
pub(super) async fn close(State(slack): State<Arc<Slack>>, Json(close): Json<Close>) -> Answer {
    let member = slack.anybody(&close.user)?;
    let open = slack.open(&member, &close.view_id)?;
    slack.inbox.close_view(open.text("id"))?;
    if open.view["notify_on_close"] != true {
        return Ok(Json(Answered { outcome: "closed", ..Answered::default() }));
    }
    let delivered = slack.deliver(&payload::closed(&member, &open)).await;
    let Json(outcome) = slack.outcome(&member, &delivered, true)?;
    // Slack says nothing to somebody who has closed the modal.
    Ok(Json(Answered { warning: None, ..outcome }))
}

#[derive(Debug, Deserialize)]
pub(super) struct Of {
    user: String,
}

/// `GET /views.json`.
pub(super) async fn views(
    State(slack): State<Arc<Slack>>,
    Query(of): Query<Of>,
) -> Result<Json<Value>, Refusal> {
    let open = slack.inbox.view_of(&of.user)?;
    Ok(Json(json!({"views": open.map(|open| open.view).into_iter().collect::<Vec<_>>()})))
}

/// `GET /members.json`.
pub(super) async fn members(State(slack): State<Arc<Slack>>) -> Json<Value> {
    let members: Vec<_> = slack.workspace().members.iter().map(super::methods::user).collect();
    Json(json!({"members": members}))
}

impl Slack {
    /// Somebody who can act here, of this workspace or a guest of another.
    fn anybody(&self, id: &str) -> Result<Member, Refusal> {
        self.workspace().member(id).cloned().ok_or_else(|| "user_not_found".into())
    }

    /// The member's own open modal.
    fn open(&self, member: &Member, id: &str) -> Result<OpenView, Refusal> {
        self.inbox.view(id)?.filter(|open| open.member == member.id).ok_or_else(|| "view_not_found".into())
    }

    fn act_in_message(&self, member: &Member, act: &Act) -> Result<Value, Refusal> {
        let conversation = self.conversation(act.channel.as_deref().unwrap_or_default())?;
        let found = self.inbox.slack(&conversation.id(), act.ts.as_deref().unwrap_or_default())?;
        let is_seen = |to: &Option<String>| to.as_ref().is_none_or(|to| *to == member.id);
        let message =
            found.filter(|message| conversation.is_open_to(&member.id) && is_seen(&message.ephemeral_to));
        let message = message.ok_or("message_not_found")?;
        let (block_id, element) = element(&message.blocks, act)?;
        let about = Answerable {
            member: member.id.clone(),
            channel: message.channel.clone(),
            ts: message.ts.clone(),
        };
        let (number, secret) = self.inbox.new_response_url(&about, Timestamp::now())?;
        let response_url = format!("{}/actions/{}/{number}/{secret}", self.app.url, member.team_id);
        let trigger = self.triggers.give(&member.id, Instant::now());
        let action = payload::action(block_id, element, &Value::Null, &action_ts());
        Ok(payload::of_message(member, &conversation, &message, &action, &trigger, &response_url))
    }

    fn act_in_view(&self, member: &Member, id: &str, act: &Act) -> Result<Value, Refusal> {
        let open = self.open(member, id)?;
        let blocks = open.view["blocks"].as_array().cloned().unwrap_or_default();
        let (block_id, element) = element(&blocks, act)?;
        let mut chosen = Value::Null;
        let mut filled = open;
        if element["type"] != "button" {
            let value = state::value(element, &act.value, false);
            chosen = value.map_err(|what| Refusal::argument("/value", &what))?;
            let (block, action) = (block_id.as_str().unwrap_or_default(), act.action_id.as_str());
            filled = modals::with_state(&filled, &json!({block: {action: chosen}}));
            self.inbox.update_view(&filled)?;
        }
        let trigger = self.triggers.give(&member.id, Instant::now());
        let action = payload::action(block_id, element, &chosen, &action_ts());
        Ok(payload::of_view(member, &filled, &action, &trigger))
    }

    fn outcome(&self, member: &Member, delivered: &Delivered, in_modal: bool) -> Answer {
        let (outcome, status, warning) = match delivered {
            Delivered::Taken(status, _) => ("taken", Some(*status), None),
            Delivered::Refused(status) => (
                "refused",
                Some(*status),
                Some(format!("This app responded with Status Code {}.", status.as_u16())),
            ),
            Delivered::Silent => ("silent", None, Some(TIMED_OUT.to_owned())),
            Delivered::Unreachable => ("unreachable", None, Some(UNREACHABLE.to_owned())),
        };
        let warning = warning.map(|said| if in_modal { TROUBLE.to_owned() } else { said });
        let view = self.inbox.view_of(&member.id)?.map(|open| open.view);
        let status = status.map(|status| status.as_u16());
        Ok(Json(Answered { outcome, status, warning, view, ..Answered::default() }))
    }
}

/// The block's id and the element that is used.
fn element<'a>(blocks: &'a [Value], act: &Act) -> Result<(&'a Value, &'a Value), Refusal> {
    let candidates =
        blocks.iter().filter(|block| act.block_id.as_ref().is_none_or(|id| block["block_id"] == **id));
    let mut elements = candidates
        .flat_map(|block| blocks::interactive(block).into_iter().map(move |e| (&block["block_id"], e)));
    elements
        .find(|(_, element)| element["action_id"] == act.action_id.as_str())
        .ok_or_else(|| "action_not_found".into())
}

fn action_ts() -> String {
    let now = Timestamp::now().as_microsecond();
    format!("{}.{:06}", now / 1_000_000, now % 1_000_000)
}
