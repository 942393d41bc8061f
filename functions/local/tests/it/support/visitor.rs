//! Somebody at the portal: signs in, asks for runs, follows and decides them.

use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::{Value, json};

use super::{ENDS, PATIENCE, eventually};

/// Somebody's browser, without a screen: keeps cookies and follows no redirect unasked.
#[derive(Clone)]
pub(crate) struct Visitor {
    client: Client,
    base: String,
}

impl Visitor {
    /// A fresh browser pointed at a portal.
    pub(crate) fn new(base: &str) -> Self {
        let client = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .expect("a client");
        Self { client, base: base.to_owned() }
    }

    /// Walks through sign-in: portal, picker, callback.
    pub(crate) async fn sign_in(&self, person: &str) {
        let to_issuer = self.get("/sign-in").await;
        let authorize = location(&to_issuer);
        let query = authorize.split_once('?').expect("a query").1;
        let action = authorize.split_once('?').expect("a query").0;
        let picker = self.client.get(&authorize).send().await.expect("the picker answers");
        let picker = picker.text().await.expect("a page");
        assert!(picker.contains(&format!("value=\"{person}\"")), "{person} can be picked");
        let back = self
            .client
            .post(action)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("{query}&person={person}"))
            .send()
            .await
            .expect("the issuer answers");
        let done = self.client.get(location(&back)).send().await.expect("the callback answers");
        assert!(done.status().is_redirection(), "{}", done.text().await.unwrap_or_default());
    }

    /// `GET` of a path.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.expect("an answer")
    }

    /// `GET` of a path that answers JSON with 200.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.expect("JSON")
    }

    /// `POST` of JSON, as the site's own scripts send it.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.posting(path).json(body).send().await.expect("an answer")
    }

    /// A `POST` from the portal's own pages, to add to.
    pub(crate) fn posting(&self, path: &str) -> reqwest::RequestBuilder {
        self.client.post(self.url(path)).header("Origin", &self.base)
    }

    /// Requests a workflow; the answer as it came.
    pub(crate) async fn request(&self, slug: &str, key: &str, parameters: &Value) -> Response {
        let path = format!("/api/workflows/{slug}/runs");
        let body = json!({"parameters": parameters});
        self.posting(&path).header("Idempotency-Key", key).json(&body).send().await.expect("an answer")
    }

    /// Requests a workflow that must be accepted; the run's id.
    pub(crate) async fn run(&self, slug: &str, key: &str, parameters: &Value) -> String {
        let answer = self.request(slug, key, parameters).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "{}", answer.text().await.unwrap_or_default());
        let body: Value = answer.json().await.expect("JSON");
        body["run_id"].as_str().expect("a run id").to_owned()
    }

    /// Votes on a gate of a run, as its page shows it now.
    pub(crate) async fn decide(&self, run: &str, gate: &str, decision: &str, reason: &str) -> Response {
        let shown = self.json(&format!("/api/runs/{run}")).await;
        let body = json!({"decision": decision, "reason": reason, "digest": shown["digest"]});
        self.post(&format!("/api/runs/{run}/approvals/{gate}/decisions"), &body).await
    }

    /// Approves on the decision page, as somebody does in a browser who just signed in.
    pub(crate) async fn decide_on_page(&self, run: &str, gate: &str, reason: &str) -> Response {
        let shown = self.json(&format!("/api/runs/{run}")).await;
        let digest = shown["digest"].as_str().expect("a digest");
        let pairs = [("decision", "approve"), ("reason", reason), ("digest", digest)];
        let posted = self.posting(&format!("/runs/{run}/approvals/{gate}")).form(&pairs);
        posted.send().await.expect("an answer")
    }

    /// Asks for the run until it has the status; fails when it ends otherwise or in time does not.
    pub(crate) async fn until(&self, run: &str, status: &str) -> Value {
        let path = format!("/api/runs/{run}");
        let mut last = Value::Null;
        eventually(&format!("{run} becomes {status}"), async || {
            last = self.json(&path).await;
            let ended = ENDS.iter().any(|end| last["status"] == *end);
            assert!(!ended || last["status"] == status, "it ended otherwise: {last:#}");
            last["status"] == status
        })
        .await;
        last
    }

    /// Asks for the steps of a run until none of them can change any more: the run itself is closed by the
    /// gateway's last step, a moment earlier.
    pub(crate) async fn all_steps(&self, run: &str) -> Vec<Value> {
        let path = format!("/api/runs/{run}/steps");
        let mut last = Value::Null;
        eventually(&format!("the steps of {run} are complete"), async || {
            last = self.json(&path).await;
            last["complete"] == true
        })
        .await;
        last["steps"].as_array().expect("steps").clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

/// Where an answer sends the browser.
pub(crate) fn location(answer: &Response) -> String {
    let status = answer.status();
    let target = answer.headers().get(LOCATION);
    let target = target.unwrap_or_else(|| panic!("{status} is no redirect"));
    target.to_str().expect("a readable address").to_owned()
}
