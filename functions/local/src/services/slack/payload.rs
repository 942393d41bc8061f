//! The payloads of interactions, as Slack's reference of `block_actions` and of views describes them.

use serde_json::{Value, json};

use super::message_json;
use crate::services::inbox::{OpenView, SlackMessage};
use crate::services::workspace::{APP_ID, Conversation, Member, TEAM_DOMAIN, TEAM_ID};

/// The verification token that payloads still carry; Slack advises against reading it, and so nobody does.
const TOKEN: &str = "deprecated-use-the-signature";

/// Who did it, and where: what every payload has.
fn envelope(kind: &str, member: &Member) -> Value {
    let domain = if member.team_id == TEAM_ID { TEAM_DOMAIN } else { "elsewhere" };
    json!({
        "type": kind,
        "user": {"id": member.id, "username": member.name, "name": member.name, "team_id": member.team_id},
        "api_app_id": APP_ID,
        "token": TOKEN,
        "team": {"id": member.team_id, "domain": domain},
        "enterprise": null,
        "is_enterprise_install": false,
    })
}

/// Somebody used an element of a message.
pub(super) fn of_message(
    member: &Member,
    conversation: &Conversation,
    message: &SlackMessage,
    action: &Value,
    trigger: &str,
    response_url: &str,
) -> Value {
    let ephemeral = message.ephemeral_to.is_some();
    let mut payload = envelope("block_actions", member);
    payload["container"] = json!({
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": ephemeral,
    });
    if let Some(ts) = &message.thread_ts {
        payload["container"]["thread_ts"] = json!(ts);
    }
    payload["trigger_id"] = json!(trigger);
    payload["channel"] = json!({"id": conversation.id(), "name": conversation.name()});
    // Slack keeps no ephemeral message, and so cannot show it to the app.
    if !ephemeral {
        payload["message"] = message_json(message);
    }
    payload["state"] = json!({"values": {}});
    payload["response_url"] = json!(response_url);
    payload["actions"] = json!([action]);
    payload
}

/// Somebody used an element of a modal.
pub(super) fn of_view(member: &Member, open: &OpenView, action: &Value, trigger: &str) -> Value {
    let mut payload = envelope("block_actions", member);
    payload["container"] = json!({"type": "view", "view_id": open.view["id"]});
    payload["trigger_id"] = json!(trigger);
    payload["view"] = open.view.clone();
    payload["actions"] = json!([action]);
    payload
}

/// Somebody submitted a modal.
pub(super) fn submission(member: &Member, open: &OpenView, trigger: &str) -> Value {
    let mut payload = envelope("view_submission", member);
    payload["trigger_id"] = json!(trigger);
    payload["view"] = open.view.clone();
    payload["response_urls"] = json!([]);
    payload
}

/// Somebody closed a modal.
pub(super) fn closed(member: &Member, open: &OpenView) -> Value {
    let mut payload = envelope("view_closed", member);
    payload["view"] = open.view.clone();
    payload["is_cleared"] = json!(false);
    payload
}

/// What was used, and how.
pub(super) fn action(block_id: &Value, element: &Value, chosen: &Value, ts: &str) -> Value {
    let mut action = json!({"action_id": element["action_id"], "block_id": block_id});
    for field in ["text", "value", "style", "url", "placeholder"] {
        if let Some(value) = element.get(field) {
            action[field] = value.clone();
        }
    }
    for (field, value) in chosen.as_object().into_iter().flatten() {
        action[field] = value.clone();
    }
    action["type"] = element["type"].clone();
    action["action_ts"] = json!(ts);
    action
}
