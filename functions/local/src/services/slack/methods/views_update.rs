//! `views.update`: another content for an open modal.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;

use crate::services::slack::views;

pub(super) fn run(slack: &Slack, _: &HeaderMap, arguments: &Arguments) -> Result<Value, Refusal> {
    let view = views::read(arguments.json("view")?)?;
    let open = match (arguments.text("view_id"), arguments.text("external_id")) {
        (Some(id), _) => slack.inbox.view(id)?,
        (None, Some(id)) => slack.inbox.view_by_external_id(id)?,
        (None, None) => return Err(Refusal::missing("view_id")),
    };
    let open = open.ok_or("not_found")?;
    if arguments.text("hash").is_some_and(|hash| hash != open.text("hash")) {
        return Err("hash_conflict".into());
    }
    views::external_id_is_free(slack, &view, Some(&open))?;
    let changed = views::replaced(&open, &view);
    slack.inbox.update_view(&changed)?;
    Ok(json!({"view": changed.view}))
}
