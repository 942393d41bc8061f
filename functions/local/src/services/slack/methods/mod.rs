//! The methods of the Web API, one file each.

mod auth_test;
mod chat_post_ephemeral;
mod chat_post_message;
mod chat_update;
mod conversations_open;
mod openid_connect_token;
mod openid_connect_user_info;
mod users_info;
mod users_lookup_by_email;
mod views_open;
mod views_update;

pub(super) use users_info::user;

use axum::http::HeaderMap;
use serde_json::Value;

use super::Slack;
use super::arguments::Arguments;
use super::refusal::Refusal;

/// How a method is called.
pub(super) struct Method {
    pub(super) run: fn(&Slack, &HeaderMap, &Arguments) -> Result<Value, Refusal>,
    /// Methods that only read take forms, not JSON.
    pub(super) takes_json: bool,
    /// Whether the bot's token is asked for.
    pub(super) needs_bot: bool,
}

/// The method of this name.
pub(super) fn find(name: &str) -> Option<Method> {
    let writes = |run| Some(Method { run, takes_json: true, needs_bot: true });
    let reads = |run| Some(Method { run, takes_json: false, needs_bot: true });
    let signs_in = |run| Some(Method { run, takes_json: true, needs_bot: false });
    match name {
        "auth.test" => writes(auth_test::run),
        "chat.postEphemeral" => writes(chat_post_ephemeral::run),
        "chat.postMessage" => writes(chat_post_message::run),
        "chat.update" => writes(chat_update::run),
        "conversations.open" => writes(conversations_open::run),
        "openid.connect.token" => signs_in(openid_connect_token::run),
        "openid.connect.userInfo" => signs_in(openid_connect_user_info::run),
        "users.info" => reads(users_info::run),
        "users.lookupByEmail" => reads(users_lookup_by_email::run),
        "views.open" => writes(views_open::run),
        "views.update" => writes(views_update::run),
        _ => None,
    }
}
