//! Deciding in Slack, over real HTTP: requests as Slack sends them, and a Slack that records what it is told.

mod decisions;
mod interactions;
mod link;
mod types;

use aws_sdk_sqs::Client as Sqs;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use openidconnect::url::form_urlencoded;
use portal::store::slack::Link;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

use super::world::{World, production, told};
use crate::support::barrier::Barrier;
use crate::support::queue::Queue;
use crate::support::sdk;
use crate::support::slack::{SIGNING_SECRET, Slack, TEAM};

/// A portal that is an app of a workspace, in which Bob and Olga are linked.
struct Desk {
    world: World,
    slack: Slack,
    queue: Queue,
    tables: Barrier,
}

impl Desk {
    async fn start() -> Self {
        Self::start_with(true).await
    }

    async fn start_with(has_queue: bool) -> Self {
        let slack = Slack::start().await;
        let (queue, sqs) = Queue::start().await;
        let mut tables = None;
        let world = World::start_with(async |config, clients, dynamodb| {
            slack.configure(config);
            let (barrier, url) = Barrier::before(dynamodb).await;
            clients.dynamodb = aws_sdk_dynamodb::Client::new(&sdk(&url));
            tables = Some(barrier);
            if has_queue {
                config.interactions_queue = Some(format!("{sqs}/111111111111/interactions"));
                clients.sqs = Some(Sqs::new(&sdk(&sqs)).into());
            }
        });
        let world = world.await;
        let desk = Self { world, slack, queue, tables: tables.expect("the tables are behind it") };
        for (person, user) in [("bob", "UBOB"), ("olga", "UOLGA")] {
            desk.link(person, user).await;
        }
        desk
    }

    async fn link(&self, person: &str, user: &str) {
        let (person, team, user) = (person.to_owned(), TEAM.to_owned(), user.to_owned());
        let link = Link { person, team, user, at: self.world.portal.now() };
        self.world.portal.store.link_slack(&link).await.expect("linked");
    }

    /// A run of somebody's that waits for an owner, and what its buttons carry.
    async fn waiting(&self, who: &str, key: &str) -> (String, String) {
        let run = self.world.person(who).await.run("resize", key, &production()).await;
        self.world.step("next-gate", &run).await;
        let posts = self.slack.posts("#team");
        (
            run,
            button(posts.last().expect("the channel is asked"), "approve")["value"]
                .as_str()
                .expect("a value")
                .to_owned(),
        )
    }

    /// Sends a body as Slack would, signed now.
    async fn send(&self, body: &str) -> Response {
        let at = Timestamp::now();
        self.send_signed(body, at, &signature(body, at)).await
    }

    async fn send_signed(&self, body: &str, at: Timestamp, signature: &str) -> Response {
        let request = self.world.visitor().request(reqwest::Method::POST, "/slack/interactions");
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-slack-request-timestamp", at.as_second().to_string())
            .header("x-slack-signature", signature)
            .body(body.to_owned());
        request.send().await.expect("an answer")
    }

    /// Somebody presses a button.
    async fn press(&self, who: &Value, action: &str, value: &str) -> Response {
        self.send(&form(&pressed(who, action, value, &format!("{}/actions/1", self.slack.url())))).await
    }

    /// Somebody presses a button and sends the modal that opens.
    async fn decide(&self, user: &str, action: &str, value: &str, reason: &str) -> Value {
        let body = self.modal_of(user, action, value, reason).await;
        told(self.send(&body).await, StatusCode::OK).await
    }

    /// What Slack sends when the modal of a button is sent.
    async fn modal_of(&self, user: &str, action: &str, value: &str, reason: &str) -> String {
        let answer = self.press(&someone(user), action, value).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let opened = self.slack.calls("views.open");
        let view = &opened.last().expect("a modal is opened")["view"];
        form(&submitted(&someone(user), view["private_metadata"].as_str().expect("metadata"), reason))
    }
}

/// A user of the workspace, as Slack tells it.
fn someone(user: &str) -> Value {
    json!({"id": user, "username": "anybody", "name": "anybody", "team_id": TEAM})
}

fn pressed(who: &Value, action: &str, value: &str, response_url: &str) -> Value {
    json!({
        "type": "block_actions", "api_app_id": "A1", "token": "deprecated", "team": {"id": TEAM, "domain": "test"},
        "user": who, "trigger_id": "1.2.trigger", "response_url": response_url,
        "container": {"type": "message", "message_ts": "1795000000.000001", "channel_id": "CTEAM"},
        "channel": {"id": "CTEAM", "name": "team"},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1"}],
    })
}

fn submitted(who: &Value, metadata: &str, reason: &str) -> Value {
    json!({
        "type": "view_submission", "api_app_id": "A1", "token": "deprecated", "team": {"id": TEAM, "domain": "test"},
        "user": who, "trigger_id": "1.3.trigger", "response_urls": [],
        "view": {
            "id": "V1", "type": "modal", "callback_id": "decision", "private_metadata": metadata, "hash": "1.h",
            "state": {"values": {"reason": {"reason": {"type": "plain_text_input", "value": reason}}}},
        },
    })
}

/// The body that Slack makes of a payload.
fn form(payload: &Value) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish()
}

fn signature(body: &str, at: Timestamp) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(SIGNING_SECRET.as_bytes()).expect("any length");
    let text = format!("v0:{}:{body}", at.as_second());
    format!("v0={}", hex::encode(mac.chain_update(text).finalize().into_bytes()))
}

/// A button of a message.
fn button(message: &Value, action: &str) -> Value {
    let blocks = message["blocks"].as_array().expect("blocks").iter();
    let buttons = blocks.filter_map(|block| block["elements"].as_array()).flatten();
    let mut these = buttons.filter(|button| button["action_id"] == action);
    these.next().unwrap_or_else(|| panic!("no button {action}: {message:#}")).clone()
}

/// An hour, as tests add it to now.
fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}
