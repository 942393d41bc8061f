//! A Step Functions endpoint that records what it is told and can be out of order. The real engine
//! takes part in the tests of local mode.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::listen;

#[derive(Default)]
struct Inner {
    calls: Vec<(String, Value)>,
    broken: bool,
    lossy: bool,
    executions: BTreeMap<String, String>,
    describe: BTreeMap<String, Value>,
    on_stop: BTreeMap<String, Value>,
    histories: BTreeMap<String, Value>,
    versions: BTreeMap<String, Vec<String>>,
    useless: BTreeMap<String, &'static str>,
}

/// The endpoint.
#[derive(Clone, Default)]
pub(crate) struct Engine(Arc<Mutex<Inner>>);

impl Engine {
    pub(crate) async fn start() -> (Self, String) {
        let engine = Self::default();
        let (listener, url) = listen().await;
        let router = Router::new().fallback(post(answer)).with_state(engine.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
        (engine, url)
    }

    /// Every call fails from now on, or not any more.
    pub(crate) fn break_down(&self, broken: bool) {
        self.with(|inner| inner.broken = broken);
    }

    /// Calls are carried out, and their answers get lost.
    pub(crate) fn lose_answers(&self, lossy: bool) {
        self.with(|inner| inner.lossy = lossy);
    }

    /// What describing an execution says.
    pub(crate) fn describe(&self, execution: &str, answer: Value) {
        self.with(|inner| inner.describe.insert(execution.to_owned(), answer));
    }

    /// What describing an execution says once it was told to stop.
    pub(crate) fn on_stop(&self, execution: &str, answer: Value) {
        self.with(|inner| inner.on_stop.insert(execution.to_owned(), answer));
    }

    /// What a token is refused as from now on: `TaskTimedOut`, also when it was used before.
    pub(crate) fn refuse_token(&self, token: &str, error: &'static str) {
        self.with(|inner| inner.useless.insert(token.to_owned(), error));
    }

    /// The events of an execution so far.
    pub(crate) fn history(&self, execution: &str, events: Value) {
        self.with(|inner| inner.histories.insert(execution.to_owned(), events));
    }

    /// Publishes a version of a machine, whose description is a digest; the newest is listed first.
    pub(crate) fn publish(&self, machine: &str, digest: &str) {
        self.with(|inner| inner.versions.entry(machine.to_owned()).or_default().push(digest.to_owned()));
    }

    /// The bodies of the calls of an operation so far.
    pub(crate) fn calls(&self, operation: &str) -> Vec<Value> {
        self.with(|inner| {
            let these = inner.calls.iter().filter(|(name, _)| name == operation);
            these.map(|(_, body)| body.clone()).collect()
        })
    }

    /// The executions that were started, by name.
    pub(crate) fn executions(&self) -> BTreeMap<String, String> {
        self.with(|inner| inner.executions.clone())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn answer(State(engine): State<Engine>, headers: HeaderMap, body: Bytes) -> Response {
    // AWS's JSON protocol has a content type of its own.
    let body: Value = serde_json::from_slice(&body).expect("a JSON body");
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let operation = target.strip_prefix("AWSStepFunctions.").unwrap_or(target).to_owned();
    engine.with(|inner| {
        inner.calls.push((operation.clone(), body.clone()));
        if inner.broken {
            return fault("ServiceUnavailable");
        }
        let answer = inner.carry_out(&operation, &body);
        if inner.lossy { fault("ServiceUnavailable") } else { answer }
    })
}

impl Inner {
    fn carry_out(&mut self, operation: &str, body: &Value) -> Response {
        match operation {
            "StartExecution" => {
                let name = body["name"].as_str().expect("a name").to_owned();
                let input = body["input"].as_str().expect("an input").to_owned();
                if self.executions.contains_key(&name) {
                    return refusal("ExecutionAlreadyExists");
                }
                self.executions.insert(name, input);
                Json(json!({"executionArn": "arn", "startDate": 1})).into_response()
            }
            "DescribeExecution" => match self.describe.get(body["executionArn"].as_str().unwrap_or_default())
            {
                Some(answer) => Json(answer.clone()).into_response(),
                None => refusal("ExecutionDoesNotExist"),
            },
            "GetExecutionHistory" => {
                match self.histories.get(body["executionArn"].as_str().unwrap_or_default()) {
                    Some(events) => Json(json!({ "events": events })).into_response(),
                    None => refusal("ExecutionDoesNotExist"),
                }
            }
            "SendTaskSuccess" => match self.useless.get(body["taskToken"].as_str().unwrap_or_default()) {
                Some(error) => refusal(error),
                None => Json(json!({})).into_response(),
            },
            "ListStateMachineVersions" => self.versions_of(body),
            "DescribeStateMachine" => self.version(body["stateMachineArn"].as_str().expect("an ARN")),
            "StopExecution" => {
                let execution = body["executionArn"].as_str().unwrap_or_default();
                if let Some((name, answer)) = self.on_stop.remove_entry(execution) {
                    self.describe.insert(name, answer);
                }
                Json(json!({"stopDate": 1})).into_response()
            }
            _ => Json(json!({})).into_response(),
        }
    }

    /// The newest first, one a page: whoever looks for an older one has to turn pages.
    fn versions_of(&self, body: &Value) -> Response {
        let machine = body["stateMachineArn"].as_str().expect("an ARN");
        let Some(digests) = self.versions.get(machine) else { return refusal("StateMachineDoesNotExist") };
        let token = body["nextToken"].as_str().map_or(Ok(digests.len()), str::parse);
        let number = token.expect("a token of ours");
        let mut page = json!({"stateMachineVersions": [
            {"stateMachineVersionArn": format!("{machine}:{number}"), "creationDate": number},
        ]});
        if number > 1 {
            page["nextToken"] = json!((number - 1).to_string());
        }
        Json(page).into_response()
    }

    fn version(&self, arn: &str) -> Response {
        let (machine, number) = arn.rsplit_once(':').expect("a version's ARN");
        let index = number.parse::<usize>().expect("a version's number") - 1;
        let Some(digest) = self.versions.get(machine).and_then(|digests| digests.get(index)) else {
            return refusal("StateMachineDoesNotExist");
        };
        let described = json!({
            "stateMachineArn": arn, "name": "x", "definition": "{}", "roleArn": "x", "type": "STANDARD",
            "creationDate": 1, "description": digest,
        });
        Json(described).into_response()
    }
}

fn refusal(name: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"__type": name, "message": name}))).into_response()
}

fn fault(name: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"__type": name, "message": name}))).into_response()
}
