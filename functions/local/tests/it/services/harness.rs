//! All stand-ins on one port 0 with a data folder of their own, and a receiver in place of the portal.

use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use local::engine::Caller;
use local::services::slack::SlackApp;
use local::services::workspace::{Channel, FOREIGN_TEAM_ID, Member, Workspace};
use local::services::{Services, serve};
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::receiver::Receiver;

pub(super) const TOKEN: &str = "xoxb-test";
pub(super) const SIGNING_SECRET: &str = "a signing secret";
pub(super) const CLIENT_ID: &str = "1.2";
pub(super) const CLIENT_SECRET: &str = "a client secret";

/// The running stand-ins.
pub(crate) struct Local {
    pub(super) data: TempDir,
    pub(crate) url: String,
    pub(super) http: Client,
    pub(crate) portal: Receiver,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Local {
    pub(crate) async fn start() -> Self {
        Self::on(tempfile::tempdir().expect("a folder"), Receiver::start().await).await
    }

    async fn on(data: TempDir, portal: Receiver) -> Self {
        let caller = Caller { account: "999999999999".to_owned(), region: "eu-central-1".to_owned() };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let app = SlackApp {
            token: TOKEN.to_owned(),
            signing_secret: SIGNING_SECRET.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            portal: portal.url.clone(),
            url: url.clone(),
        };
        let services = Services::open(data.path(), app, Arc::new(workspace), caller).expect("they open");
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            let _ = stopped.await;
        };
        let server = tokio::spawn(serve(listener, services.router(), shutdown));
        Self { data, url, http: Client::new(), portal, stop, server }
    }

    /// Drops everything and opens the folder again.
    pub(super) async fn restart(self) -> Self {
        let Self { data, portal, stop, server, .. } = self;
        drop(stop);
        server.await.expect("no panic").expect("served");
        Self::on(data, portal).await
    }

    pub(super) fn sdk(&self) -> SdkConfig {
        let credentials = Credentials::new("999999999999", "local", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.url)
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build()
    }

    /// Calls a method of Slack with JSON.
    pub(super) async fn slack(&self, method: &str, token: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}/api/{method}", self.url)).bearer_auth(token).json(body);
        request.send().await.expect("sent").json().await.expect("JSON")
    }

    /// Calls a method of Slack that must work.
    pub(crate) async fn bot(&self, method: &str, body: &Value) -> Value {
        let answer = self.slack(method, TOKEN, body).await;
        assert_eq!(answer["ok"], true, "{method}: {answer}");
        answer
    }

    /// The name of the error that a method of Slack refuses with.
    pub(super) async fn refused(&self, method: &str, body: &Value) -> String {
        let answer = self.slack(method, TOKEN, body).await;
        assert_eq!(answer["ok"], false, "{method}: {answer}");
        answer["error"].as_str().expect("a name").to_owned()
    }

    /// `POST` of JSON as the inbox page sends it; status and answer.
    pub(super) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.http.post(format!("{}{path}", self.url)).json(body).send().await.expect("sent");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// The same, where it must be answered.
    pub(crate) async fn page(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.post(path, body).await;
        assert_eq!(status, 200, "{path} {body}: {answer}");
        answer
    }

    pub(super) async fn get(&self, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.url));
        request.send().await.expect("sent").text().await.expect("text")
    }

    pub(super) async fn messages(&self) -> Vec<Value> {
        let all: Value = serde_json::from_str(&self.get("/messages.json").await).expect("JSON");
        all["messages"].as_array().expect("a list").clone()
    }

    /// The modal that somebody has open.
    pub(super) async fn view(&self, user: &str) -> Option<Value> {
        let all: Value =
            serde_json::from_str(&self.get(&format!("/views.json?user={user}")).await).expect("JSON");
        all["views"].as_array().expect("a list").first().cloned()
    }
}

/// Two people who work here, one who does not.
fn workspace() -> Workspace {
    let mut stranger = Member::new("stranger", "Stranger", "stranger@elsewhere.example", "");
    stranger.team_id = FOREIGN_TEAM_ID;
    Workspace {
        members: vec![ana(), ben(), stranger],
        channels: vec![Channel::new("ops"), Channel::new("dev")],
    }
}

pub(crate) fn ana() -> Member {
    Member::new("ana", "Ana Lima", "ana@example.com", "Engineer")
}

pub(crate) fn ben() -> Member {
    Member::new("ben", "Ben Okoro", "ben@example.com", "")
}

/// Blocks with two buttons.
pub(crate) fn buttons() -> Value {
    let button = |action: &str, text: &str, style: &str| {
        json!({"type": "button", "action_id": action, "text": {"type": "plain_text", "text": text},
            "style": style, "value": "run-1"})
    };
    json!([
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Ana* asks to resize `orders`"}},
        {"type": "actions", "block_id": "decide",
            "elements": [button("approve", "Approve", "primary"), button("reject", "Reject", "danger")]},
    ])
}

/// A modal that asks for a reason and more.
pub(crate) fn modal() -> Value {
    let text = |text: &str| json!({"type": "plain_text", "text": text});
    let option = |value: &str| json!({"text": text(value), "value": value});
    json!({
        "type": "modal",
        "callback_id": "reject",
        "private_metadata": "run-1",
        "notify_on_close": true,
        "title": text("Reject the request"),
        "submit": text("Reject"),
        "close": text("Cancel"),
        "blocks": [
            {"type": "section", "text": {"type": "mrkdwn", "text": "Why not?"}},
            {"type": "input", "block_id": "reason", "label": text("Reason"),
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": true, "min_length": 3, "max_length": 500}},
            {"type": "input", "block_id": "kind", "optional": true, "label": text("Kind"),
                "element": {"type": "radio_buttons", "action_id": "choice", "options": [option("risk"), option("cost")]}},
            {"type": "input", "block_id": "tell", "optional": true, "label": text("Tell"),
                "element": {"type": "checkboxes", "action_id": "who", "options": [option("requester"), option("team")]}},
            {"type": "input", "block_id": "until", "optional": true, "label": text("Try again"),
                "element": {"type": "static_select", "action_id": "when", "options": [option("tomorrow"), option("never")]}},
        ],
    })
}
