//! `views.open`: a modal in front of whoever just did something.

use std::time::Instant;

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;

use crate::services::slack::views;

pub(super) fn run(slack: &Slack, _: &HeaderMap, arguments: &Arguments) -> Result<Value, Refusal> {
    let trigger = arguments.need("trigger_id")?;
    let view = views::read(arguments.json("view")?)?;
    views::external_id_is_free(slack, &view, None)?;
    let member = slack.triggers.exchange(trigger, Instant::now())?;
    let opened = views::new(&member, &view);
    slack.inbox.open_view(&opened)?;
    Ok(json!({"view": opened.view}))
}
