//! Modals as Slack gives them to apps: what the app sent, with id, hash and state.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Slack;
use super::blocks;
use super::refusal::Refusal;
use crate::services::inbox::OpenView;
use crate::services::workspace::{APP_ID, BOT_ID, TEAM_ID};

const LARGEST: usize = 250_000;

/// Reads a view that an app sent.
pub(super) fn read(view: Option<Value>) -> Result<Value, Refusal> {
    let mut view = view.ok_or_else(|| Refusal::missing("view"))?;
    if view.to_string().len() > LARGEST {
        return Err("view_too_large".into());
    }
    let faults = blocks::check_view(&view);
    if !faults.is_empty() {
        return Err(Refusal::because("invalid_arguments", faults));
    }
    blocks::name_all(&mut view["blocks"]);
    Ok(view)
}

/// An app's own id names one view.
pub(super) fn external_id_is_free(slack: &Slack, view: &Value, of: Option<&OpenView>) -> Result<(), Refusal> {
    let Some(id) = view["external_id"].as_str().filter(|id| !id.is_empty()) else { return Ok(()) };
    match slack.inbox.view_by_external_id(id)? {
        Some(other) if of.is_none_or(|open| open.text("id") != other.text("id")) => {
            Err("duplicate_external_id".into())
        }
        _ => Ok(()),
    }
}

/// A view that opens.
pub(super) fn new(member: &str, view: &Value) -> OpenView {
    let id = format!("V{}", &Uuid::new_v4().simple().to_string().to_uppercase()[..10]);
    OpenView { member: member.to_owned(), view: complete(&id, view, &json!({"values": {}})) }
}

/// The same view with another content. What was chosen stays where the same element is still there.
pub(super) fn replaced(open: &OpenView, view: &Value) -> OpenView {
    let mut state = open.view["state"].clone();
    let kept = |block: &str, action: &str| {
        view["blocks"].as_array().into_iter().flatten().any(|candidate| {
            candidate["block_id"] == block
                && blocks::interactive(candidate).iter().any(|element| element["action_id"] == action)
        })
    };
    for (block, actions) in state["values"].as_object_mut().into_iter().flatten() {
        if let Some(actions) = actions.as_object_mut() {
            actions.retain(|action, _| kept(block, action));
        }
    }
    OpenView { member: open.member.clone(), view: complete(open.text("id"), view, &state) }
}

/// The view with what the member has filled in.
pub(super) fn with_state(open: &OpenView, values: &Value) -> OpenView {
    let mut view = open.view.clone();
    for (block, actions) in values.as_object().into_iter().flatten() {
        for (action, value) in actions.as_object().into_iter().flatten() {
            view["state"]["values"][block][action] = value.clone();
        }
    }
    OpenView { member: open.member.clone(), view }
}

fn complete(id: &str, view: &Value, state: &Value) -> Value {
    let text = |field: &str| view[field].as_str().unwrap_or_default().to_owned();
    let hash = format!("{}.{}", Timestamp::now().as_second(), &Uuid::new_v4().simple().to_string()[..8]);
    json!({
        "id": id,
        "team_id": TEAM_ID,
        "type": "modal",
        "blocks": view["blocks"],
        "private_metadata": text("private_metadata"),
        "callback_id": text("callback_id"),
        "state": state,
        "hash": hash,
        "title": view["title"],
        "clear_on_close": view["clear_on_close"].as_bool().unwrap_or(false),
        "notify_on_close": view["notify_on_close"].as_bool().unwrap_or(false),
        "close": view["close"],
        "submit": view["submit"],
        "previous_view_id": null,
        "root_view_id": id,
        "app_id": APP_ID,
        "external_id": text("external_id"),
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
    })
}
