//! `openid.connect.userInfo`: whose access token it is.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use crate::services::slack::arguments::Arguments;
use crate::services::slack::refusal::Refusal;
use crate::services::slack::{Slack, bearer};
use crate::services::workspace::{TEAM_DOMAIN, TEAM_ID, TEAM_NAME};

pub(super) fn run(slack: &Slack, headers: &HeaderMap, arguments: &Arguments) -> Result<Value, Refusal> {
    let token = bearer(headers).or_else(|| arguments.text("token")).ok_or("not_authed")?;
    let id = slack.sign_in.member_of(token).ok_or("invalid_auth")?;
    let member = slack.workspace().member(&id).cloned().ok_or("account_inactive")?;
    let (team, domain) =
        if member.team_id == TEAM_ID { (TEAM_NAME, TEAM_DOMAIN) } else { ("Elsewhere", "elsewhere") };
    let (given, family) = member.real_name.split_once(' ').unwrap_or((&member.real_name, ""));
    Ok(json!({
        "sub": member.id,
        "https://slack.com/user_id": member.id,
        "https://slack.com/team_id": member.team_id,
        "email": member.email,
        "email_verified": true,
        "name": member.real_name,
        "given_name": given,
        "family_name": family,
        "locale": "en-GB",
        "https://slack.com/team_name": team,
        "https://slack.com/team_domain": domain,
    }))
}
