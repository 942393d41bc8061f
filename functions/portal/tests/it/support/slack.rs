//! A Slack that records what it is told, and can be out of order or busy.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portal::Config;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::listen;

/// The workspace.
pub(crate) const TEAM: &str = "T0TEST";
/// What it signs with.
pub(crate) const SIGNING_SECRET: &str = "a signing secret of these tests";
const TOKEN: &str = "xoxb-test";

#[derive(Default)]
struct Inner {
    url: String,
    calls: Vec<(String, Value)>,
    posted: u32,
    /// What the next calls answer; none where they succeed.
    failures: VecDeque<Option<(u16, Option<u32>)>>,
    nonce: String,
    identity: (String, String),
}

/// Slack.
#[derive(Clone, Default)]
pub(crate) struct Slack(Arc<Mutex<Inner>>, Arc<Pause>);

/// Answers that are held back.
#[derive(Default)]
struct Pause {
    wanted: AtomicBool,
    begun: Notify,
    over: Notify,
}

impl Slack {
    pub(crate) async fn start() -> Self {
        let slack = Self::default();
        let (listener, url) = listen().await;
        slack.with(|inner| inner.url = url);
        let router = Router::new()
            .route("/api/{method}", post(answer))
            .route("/actions/{id}", post(respond))
            .with_state(slack.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
        slack
    }

    /// Makes the portal an app of this workspace.
    pub(crate) fn configure(&self, config: &mut Config) {
        config.slack_url = self.url();
        config.slack_token = Some(TOKEN.to_owned());
        config.slack_signing_secret = Some(SIGNING_SECRET.to_owned());
        config.slack_client_id = Some("client".to_owned());
        config.slack_client_secret = Some("client secret".to_owned());
        config.slack_team = Some(TEAM.to_owned());
    }

    pub(crate) fn url(&self) -> String {
        self.with(|inner| inner.url.clone())
    }

    /// The next calls fail with a status, some saying when to come back.
    pub(crate) fn fail(&self, times: usize, status: u16, retry_after: Option<u32>) {
        self.with(|inner| inner.failures.extend(std::iter::repeat_n(Some((status, retry_after)), times)));
    }

    /// Some calls succeed, then some fail.
    pub(crate) fn fail_after(&self, good: usize, bad: usize, status: u16) {
        self.with(|inner| inner.failures.extend(std::iter::repeat_n(None, good)));
        self.fail(bad, status, None);
    }

    /// The next call is carried out, and its answer waits for [`Slack::go_on`].
    pub(crate) fn pause(&self) {
        self.1.wanted.store(true, Ordering::SeqCst);
    }

    /// Until the call was carried out whose answer waits.
    pub(crate) async fn paused(&self) {
        self.1.begun.notified().await;
    }

    pub(crate) fn go_on(&self) {
        self.1.over.notify_one();
    }

    /// Who is signed in to Slack in the browser, and the nonce that the ID token carries.
    pub(crate) fn sign_in(&self, team: &str, user: &str, nonce: &str) {
        self.with(|inner| {
            inner.identity = (team.to_owned(), user.to_owned());
            nonce.clone_into(&mut inner.nonce);
        });
    }

    /// The bodies of a method's calls so far.
    pub(crate) fn calls(&self, method: &str) -> Vec<Value> {
        self.with(|inner| {
            let these = inner.calls.iter().filter(|(name, _)| name == method);
            these.map(|(_, body)| body.clone()).collect()
        })
    }

    /// Messages outside of threads, by whom they went to.
    pub(crate) fn posts(&self, to: &str) -> Vec<Value> {
        let posts = self.calls("chat.postMessage").into_iter();
        posts.filter(|body| body["channel"] == to && body.get("thread_ts").is_none()).collect()
    }

    /// Texts of replies in a channel, in order.
    pub(crate) fn replies(&self, channel: &str) -> Vec<String> {
        let posts = self.calls("chat.postMessage").into_iter();
        let replies = posts.filter(|body| body["channel"] == channel && body.get("thread_ts").is_some());
        replies.map(|body| body["text"].as_str().expect("a text").to_owned()).collect()
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn answer(
    State(slack): State<Slack>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let failure = slack.with(|inner| inner.failures.pop_front().flatten());
    if let Some((status, retry_after)) = failure {
        let status = StatusCode::from_u16(status).expect("a status");
        let mut response = status.into_response();
        response.headers_mut().extend(retry_after.map(|seconds| (header::RETRY_AFTER, seconds.into())));
        return response;
    }
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().expect("text"));
    let answer = slack.with(|inner| inner.carry_out(&method, authorization, &body));
    if slack.1.wanted.swap(false, Ordering::SeqCst) {
        slack.1.begun.notify_one();
        slack.1.over.notified().await;
    }
    Json(answer).into_response()
}

async fn respond(State(slack): State<Slack>, Json(body): Json<Value>) {
    slack.with(|inner| inner.calls.push(("response_url".to_owned(), body)));
}

impl Inner {
    fn carry_out(&mut self, method: &str, authorization: Option<&str>, body: &Bytes) -> Value {
        match method {
            "openid.connect.token" => {
                assert!(String::from_utf8_lossy(body).contains("client_secret=client+secret"));
                let claims = json!({"aud": "client", "nonce": self.nonce, "iss": "https://slack.com"});
                let id_token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
                return json!({"ok": true, "access_token": "xoxp-user", "token_type": "Bearer", "id_token": id_token});
            }
            "openid.connect.userInfo" => {
                assert_eq!(authorization, Some("Bearer xoxp-user"));
                let (team, user) = &self.identity;
                return json!({
                    "ok": true, "sub": user, "https://slack.com/user_id": user, "https://slack.com/team_id": team,
                });
            }
            _ => {}
        }
        assert_eq!(authorization, Some("Bearer xoxb-test"), "{method}");
        let body: Value = serde_json::from_slice(body).expect("a JSON body");
        self.calls.push((method.to_owned(), body.clone()));
        if method != "chat.postMessage" {
            return json!({"ok": true});
        }
        self.posted += 1;
        json!({"ok": true, "channel": channel_id(&body), "ts": format!("1795000000.{:06}", self.posted)})
    }
}

/// A channel may be addressed by name, and a user's direct messages by the user.
fn channel_id(body: &Value) -> String {
    let asked = body["channel"].as_str().expect("a channel");
    match (asked.strip_prefix('#'), asked.strip_prefix('U')) {
        (Some(name), _) => format!("C{}", name.to_uppercase()),
        (_, Some(user)) => format!("D{user}"),
        _ => asked.to_owned(),
    }
}
