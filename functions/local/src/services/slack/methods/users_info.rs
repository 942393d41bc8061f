//! `users.info`: somebody by user id.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;

use crate::services::workspace::Member;

pub(super) fn run(slack: &Slack, _: &HeaderMap, arguments: &Arguments) -> Result<Value, Refusal> {
    Ok(json!({"user": user(&slack.member(arguments.need("user")?)?)}))
}

/// A member as Slack describes one to a bot that may read addresses.
pub(in crate::services::slack) fn user(member: &Member) -> Value {
    json!({
        "id": member.id,
        "team_id": member.team_id,
        "name": member.name,
        "real_name": member.real_name,
        "deleted": false,
        "tz": "Etc/UTC",
        "is_bot": false,
        "is_app_user": false,
        "is_restricted": false,
        "is_ultra_restricted": false,
        "is_email_confirmed": true,
        "profile": {
            "title": member.title,
            "real_name": member.real_name,
            "display_name": member.real_name,
            "email": member.email,
            "team": member.team_id,
        },
    })
}
