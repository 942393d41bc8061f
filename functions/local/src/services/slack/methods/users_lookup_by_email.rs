//! `users.lookupByEmail`: somebody by address.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;

use super::users_info::user;

pub(super) fn run(slack: &Slack, _: &HeaderMap, arguments: &Arguments) -> Result<Value, Refusal> {
    let workspace = slack.workspace();
    let member = workspace.by_email(arguments.need("email")?).ok_or("users_not_found")?;
    Ok(json!({"user": user(member)}))
}
