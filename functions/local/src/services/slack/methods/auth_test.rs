//! `auth.test`: whose token this is.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::services::slack::Slack;
use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;

use crate::services::workspace::{BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID, TEAM_NAME};

#[expect(clippy::unnecessary_wraps, reason = "every method has this shape")]
pub(super) fn run(slack: &Slack, _: &HeaderMap, _: &Arguments) -> Result<Value, Refusal> {
    Ok(json!({
        "url": format!("{}/", slack.app.url),
        "team": TEAM_NAME,
        "user": BOT_NAME.to_lowercase(),
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": false,
    }))
}
