//! A stand-in of Slack: its Web API, its signed interactions, its sign-in.
//!
//! The portal cannot tell the difference, and nothing passes it by: whatever somebody does on the inbox page,
//! or a test does through the routes below, reaches the portal as an HTTP request that is signed as Slack signs.
//!
//! 1. `POST /api/METHOD` is the Web API ([`methods`]), with a bot's token, a form or JSON; a refusal is HTTP 200
//!    with `"ok": false` and an error in Slack's words. [`blocks`] holds Slack's limits.
//! 2. Somebody acts. The inbox page and programs use the same routes, all JSON ([`acting`]):
//!    * `POST /act {"user", "channel", "ts", "action_id"}` presses a button of a message;
//!      `{"user", "view_id", "action_id", "value"}` uses an element of a modal. `block_id` tells two elements
//!      of one `action_id` apart.
//!    * `POST /submit {"user", "view_id", "values": {BLOCK_ID: TEXT | [VALUES]}}` submits a modal, and
//!      `POST /close {"user", "view_id"}` closes it.
//!    * Each answers `{"outcome", "status", "warning", "errors", "view"}`: how the portal answered, Slack's
//!      warning to the user where it did not, errors by block, and the modal that is open now.
//!    * `GET /messages.json` has every message, newest first, `GET /views.json?user=U…` the open modal,
//!      `GET /members.json` everybody who can act.
//! 3. [`delivery`] posts the payload ([`payload`]) to `PORTAL/slack/interactions` and waits three seconds; a modal
//!    does what the answer says ([`obey`]).
//! 4. The app answers later at the payload's `response_url`, `/actions/TEAM/N/SECRET` ([`response_url`]).
//! 5. `/openid/connect/authorize` and two methods are "Sign in with Slack" ([`openid`]).

mod acting;
mod arguments;
mod blocks;
mod content;
mod delivery;
mod methods;
mod obey;
mod openid;
mod payload;
mod refusal;
mod response_url;
mod state;
mod triggers;
mod views;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::inbox::{Inbox, SlackMessage};
use super::workspace::{APP_ID, BOT_ID, BOT_USER_ID, Conversation, Member, Roster, TEAM_ID, Workspace};
use crate::issuer::SigningKey;

use arguments::Arguments;
use refusal::Refusal;

/// What Slack and the app know of each other.
#[derive(Debug, Clone)]
pub struct SlackApp {
    /// The bot's token.
    pub token: String,
    /// The key of signatures.
    pub signing_secret: String,
    /// The app's id for sign-in.
    pub client_id: String,
    /// The app's secret for sign-in.
    pub client_secret: String,
    /// The portal's address, without a trailing slash.
    pub portal: String,
    /// The address of this stand-in, without a trailing slash.
    pub url: String,
}

/// The stand-in.
pub(crate) struct Slack {
    app: SlackApp,
    inbox: Inbox,
    roster: Roster,
    http: reqwest::Client,
    triggers: triggers::Triggers,
    sign_in: openid::SignIn,
}

impl Slack {
    /// A Slack whose messages and modals the inbox keeps.
    pub(crate) fn new(app: SlackApp, inbox: Inbox, roster: Roster, key: SigningKey) -> anyhow::Result<Self> {
        let (triggers, sign_in) = (triggers::Triggers::default(), openid::SignIn::new(key));
        Ok(Self { app, inbox, roster, http: delivery::client()?, triggers, sign_in })
    }

    fn workspace(&self) -> Workspace {
        (self.roster)()
    }

    /// The channel or conversation that a caller names.
    fn conversation(&self, word: &str) -> Result<Conversation, Refusal> {
        self.workspace().conversation(word).ok_or_else(|| "channel_not_found".into())
    }

    /// Somebody of this workspace.
    fn member(&self, id: &str) -> Result<Member, Refusal> {
        self.workspace().own().find(|member| member.id == id).cloned().ok_or_else(|| "user_not_found".into())
    }
}

/// Every route as an axum router.
pub(crate) fn router(slack: Arc<Slack>) -> Router {
    Router::new()
        .route("/api/{method}", any(call))
        .route("/act", post(acting::act))
        .route("/submit", post(acting::submit))
        .route("/close", post(acting::close))
        .route("/views.json", get(acting::views))
        .route("/members.json", get(acting::members))
        .route("/actions/{team}/{number}/{secret}", post(response_url::answer))
        .merge(openid::router())
        .with_state(slack)
}

async fn call(
    State(slack): State<Arc<Slack>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Json<Value> {
    let answer = methods::find(&name).ok_or_else(|| "unknown_method".into()).and_then(|method| {
        let arguments = Arguments::read(&headers, query.as_deref(), &body, method.takes_json)?;
        if method.needs_bot {
            slack.check_token(&headers, &arguments)?;
        }
        (method.run)(&slack, &headers, &arguments)
    });
    Json(match answer {
        Ok(mut body) => {
            body["ok"] = json!(true);
            body
        }
        Err(refusal) => refusal.body(),
    })
}

impl Slack {
    fn check_token(&self, headers: &HeaderMap, arguments: &Arguments) -> Result<(), Refusal> {
        let token = bearer(headers).or_else(|| arguments.text("token")).ok_or("not_authed")?;
        if token == self.app.token { Ok(()) } else { Err("invalid_auth".into()) }
    }
}

/// The token of the `Authorization` header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// A message as Slack gives it to apps.
fn message_json(message: &SlackMessage) -> Value {
    let mut json = json!({
        "type": "message",
        "user": BOT_USER_ID,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": TEAM_ID,
        "text": message.text,
        "ts": message.ts,
    });
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            json[name] = value;
        }
    };
    set("blocks", (!message.blocks.is_empty()).then(|| json!(message.blocks)));
    set("thread_ts", message.thread_ts.as_ref().map(|ts| json!(ts)));
    set("metadata", message.metadata.clone());
    set("edited", message.edited.then(|| json!({"user": BOT_ID, "ts": message.ts})));
    json
}
