//! What every test of the API starts from: a portal on free ports, a small catalog, people with sessions.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use portal::api::{ApiState, Templates};
use portal::domain::{Person, Run};
use portal::store::session::Session;
use portal::{CatalogStore, Clients, Config, Portal};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::sample;
use crate::support::archive::Archive;
use crate::support::database::Database;
use crate::support::engine::Engine;
use crate::support::issuer::Issuer;
use crate::support::secrets::Secrets;
use crate::support::ses::Ses;
use crate::support::{listen, mail_templates, sdk};

/// A portal that answers on loopback.
pub(crate) struct World {
    pub(crate) base: String,
    pub(crate) portal: Arc<Portal>,
    pub(crate) database: Database,
    /// Out of order until a test mends it.
    pub(crate) engine: Engine,
    pub(crate) archive: Archive,
    pub(crate) ses: Ses,
    pub(crate) issuer: Issuer,
    /// How far the portal's clock is ahead, in milliseconds.
    ahead: Arc<AtomicI64>,
    _secrets: Secrets,
    _catalog: TempDir,
}

/// Somebody's browser.
#[derive(Clone)]
pub(crate) struct Visitor {
    client: Client,
    base: String,
    cookie: Option<String>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(async |_, _, _| {}).await
    }

    /// A world whose portal is configured otherwise; `adapt` is told where the tables are.
    pub(crate) async fn start_with(adapt: impl AsyncFnOnce(&mut Config, &mut Clients, &str)) -> Self {
        capture_logs();
        let (listener, base) = listen().await;
        let catalog = tempfile::tempdir().expect("a folder");
        sample::write(catalog.path());
        mail_templates(catalog.path());
        let store = Arc::new(CatalogStore::open(catalog.path()).expect("the catalog opens"));
        let (database, dynamodb) = Database::start().await;
        let (secrets, secretsmanager) = Secrets::start().await;
        let (engine, sfn) = Engine::start().await;
        engine.break_down(true);
        let (archive, s3) = Archive::start().await;
        let (ses, sesv2) = Ses::start().await;
        let mut clients = Clients {
            s3: aws_sdk_s3::Client::new(&sdk(&s3)).into(),
            ..clients(&dynamodb, &sfn, &secretsmanager, &sesv2)
        };
        let issuer = Issuer::start().await;
        let mut config = config(catalog.path(), &base, issuer.url());
        adapt(&mut config, &mut clients, &dynamodb).await;
        let ahead = Arc::new(AtomicI64::new(0));
        let hand = ahead.clone();
        let clock = move || Timestamp::now() + SignedDuration::from_millis(hand.load(Ordering::SeqCst));
        let portal = Arc::new(Portal::new(config, clients, store.clone()).with_clock(clock));
        portal.store.seed_people(&store.index()).await.expect("people are written");
        for (slug, summary) in &store.index().workflows {
            let arn = format!("arn:aws:states:eu-west-1:222222222222:stateMachine:drawbridge-{slug}:1");
            portal.store.put_version(slug, &summary.digest, &arn).await.expect("a version is written");
        }
        let templates = Templates::load(&templates()).expect("the shipped templates parse");
        let state = ApiState::new(portal.clone(), templates).expect("a loopback address");
        serve(listener, portal::api::router(state));
        Self {
            base,
            portal,
            database,
            engine,
            archive,
            ses,
            issuer,
            ahead,
            _secrets: secrets,
            _catalog: catalog,
        }
    }

    /// Sets the portal's clock so far ahead, or behind when negative.
    pub(crate) fn set_clock(&self, ahead: SignedDuration) {
        let millis = i64::try_from(ahead.as_millis()).expect("a short time");
        self.ahead.store(millis, Ordering::SeqCst);
    }

    /// A browser without a session.
    pub(crate) fn visitor(&self) -> Visitor {
        let client = Client::builder().redirect(redirect::Policy::none()).build().expect("a client");
        Visitor { client, base: self.base.clone(), cookie: None }
    }

    /// A browser in which a person has signed in.
    pub(crate) async fn person(&self, id: &str) -> Visitor {
        let token = format!("token-of-{id}");
        let session = Session::begin(id, self.portal.now());
        self.portal.store.put_session(&token, &session).await.expect("a session is written");
        Visitor { cookie: Some(format!("drawbridge={token}")), ..self.visitor() }
    }

    /// A browser in which a person signed in so many minutes ago.
    pub(crate) async fn person_since(&self, id: &str, minutes: i64) -> Visitor {
        let token = format!("old-token-of-{id}");
        let session = Session::begin(id, self.portal.now() - jiff::SignedDuration::from_mins(minutes));
        self.portal.store.put_session(&token, &session).await.expect("a session is written");
        Visitor { cookie: Some(format!("drawbridge={token}")), ..self.visitor() }
    }

    /// The run item itself.
    pub(crate) async fn run(&self, id: &str) -> Run {
        let id = id.parse().expect("a run id");
        self.portal.store.run(id).await.expect("the table answers").expect("the run exists")
    }

    /// Takes a step as the gateway would.
    pub(crate) async fn step(&self, name: &str, run: &str) -> Value {
        let digest = self.run(run).await.digest;
        let payload = json!({"run_id": run, "digest": digest});
        let step = Box::pin(portal::steps::dispatch(name, payload, &self.portal));
        step.await.expect("the step succeeds")
    }

    /// Changes a person's groups.
    pub(crate) async fn regroup(&self, id: &str, groups: &[&str]) {
        let person = self.portal.store.person(id).await.expect("the table answers").expect("is known");
        let groups = groups.iter().map(|group| (*group).to_owned()).collect();
        self.portal.store.put_person(&Person { groups, ..person }).await.expect("a person is written");
    }
}

impl Visitor {
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.cookie {
            Some(cookie) => request.header("cookie", cookie),
            None => request,
        }
    }

    /// Where the portal listens.
    pub(crate) fn host(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The session cookie.
    pub(crate) fn cookie(&self) -> &str {
        self.cookie.as_deref().unwrap_or_default()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(reqwest::Method::GET, path).send().await.expect("an answer")
    }

    /// A `POST` from a page of the portal, to add to.
    pub(crate) fn posting(&self, path: &str) -> RequestBuilder {
        self.request(reqwest::Method::POST, path).header("sec-fetch-site", "same-origin")
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.posting(path).json(body).send().await.expect("an answer")
    }

    /// A JSON body sent as it is.
    pub(crate) async fn post_text(&self, path: &str, body: impl Into<reqwest::Body>) -> Response {
        let request = self.posting(path).header("content-type", "application/json").body(body);
        request.send().await.expect("an answer")
    }

    pub(crate) async fn post_form(&self, path: &str, pairs: &[(&str, &str)]) -> Response {
        self.posting(path).form(pairs).send().await.expect("an answer")
    }

    /// `GET` of a path that answers JSON with 200.
    pub(crate) async fn json(&self, path: &str) -> Value {
        told(self.get(path).await, StatusCode::OK).await
    }

    /// `GET` of a page that answers 200.
    pub(crate) async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        let (status, text) = (answer.status(), answer.text().await.expect("text"));
        assert_eq!(status, StatusCode::OK, "{path}: {text}");
        text
    }

    pub(crate) async fn ask(&self, slug: &str, key: &str, parameters: &Value) -> Response {
        let request = self.posting(&format!("/api/workflows/{slug}/runs")).header("idempotency-key", key);
        request.json(&json!({"parameters": parameters})).send().await.expect("an answer")
    }

    /// Requests a run that must be accepted; its id.
    pub(crate) async fn run(&self, slug: &str, key: &str, parameters: &Value) -> String {
        let body = told(self.ask(slug, key, parameters).await, StatusCode::CREATED).await;
        body["run_id"].as_str().expect("a run id").to_owned()
    }
}

/// The JSON of an answer that must have a status.
pub(crate) async fn told(answer: Response, expected: StatusCode) -> Value {
    let (status, text) = (answer.status(), answer.text().await.expect("text"));
    assert_eq!(status, expected, "{text}");
    serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}"))
}

/// Parameters that the owners have to approve.
pub(crate) fn production() -> Value {
    json!({"cluster": "orders", "environment": "production", "size": 4})
}

/// Parameters that nobody has to approve.
pub(crate) fn staging() -> Value {
    json!({"cluster": "orders", "environment": "staging", "size": 2})
}

/// The gateway's execution of a run.
pub(crate) fn execution(run: &str) -> String {
    format!("arn:aws:states:eu-west-1:111111111111:execution:drawbridge-gateway:{run}")
}

/// A history of the gateway in which its last step is under way.
pub(crate) fn finishing() -> Value {
    json!([
        {"id": 1, "previousEventId": 0, "timestamp": 1_795_000_000, "type": "ExecutionStarted"},
        {"id": 2, "previousEventId": 0, "timestamp": 1_795_000_001, "type": "TaskStateEntered",
            "stateEnteredEventDetails": {"name": "Finish"}},
    ])
}

/// The same history once the execution has ended.
pub(crate) fn finished() -> Value {
    let mut events = finishing();
    events.as_array_mut().expect("a list").extend([
        json!({"id": 3, "previousEventId": 2, "timestamp": 1_795_000_002, "type": "TaskStateExited",
            "stateExitedEventDetails": {"name": "Finish"}}),
        json!({"id": 4, "previousEventId": 3, "timestamp": 1_795_000_002, "type": "ExecutionSucceeded"}),
    ]);
    events
}

/// Everything that was logged so far, by every test.
pub(crate) fn logged() -> String {
    let bytes = logs().lock().unwrap_or_else(PoisonError::into_inner).clone();
    String::from_utf8(bytes).expect("logs are text")
}

fn logs() -> &'static Mutex<Vec<u8>> {
    static LOGS: Mutex<Vec<u8>> = Mutex::new(Vec::new());
    &LOGS
}

struct Log;

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        logs().lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn capture_logs() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(|| Log);
        subscriber.with_env_filter("portal=trace").init();
    });
}

fn templates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates")
}

fn serve(listener: TcpListener, router: Router) {
    tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
}

/// Where nobody listens.
const CLOSED: &str = "http://127.0.0.1:9";

fn clients(dynamodb: &str, sfn: &str, secretsmanager: &str, ses: &str) -> Clients {
    Clients {
        dynamodb: aws_sdk_dynamodb::Client::new(&sdk(dynamodb)),
        sfn: aws_sdk_sfn::Client::new(&sdk(sfn)),
        sesv2: aws_sdk_sesv2::Client::new(&sdk(ses)).into(),
        secretsmanager: aws_sdk_secretsmanager::Client::new(&sdk(secretsmanager)),
        s3: aws_sdk_s3::Client::new(&sdk(CLOSED)).into(),
        sqs: None,
        control: None,
    }
}

fn config(catalog: &Path, url: &str, issuer: &str) -> Config {
    Config {
        url: url.to_owned(),
        issuer: issuer.to_owned(),
        slack_url: "http://127.0.0.1:9".to_owned(),
        ..crate::support::config(catalog)
    }
}
