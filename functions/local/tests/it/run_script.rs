//! What `scripts/run.js` does while a run has ended and its steps have not: it goes on asking.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::chromium::Chromium;
use crate::support::{eventually, shipped};

/// How often the steps were asked for.
type Asked = Arc<AtomicUsize>;

/// The answer from which the steps are complete.
const LAST: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_an_ended_run_follows_its_steps_to_their_end() {
    let (asked, portal) = serve().await;
    let browser = Chromium::start().await;
    browser.open(&format!("{portal}/runs/x")).await;
    eventually("the last step ends on the page", async || browser.text("#run").await == "SUCCEEDED").await;
    assert_eq!(asked.load(Ordering::SeqCst), LAST, "with the answer that says so");
}

/// A portal whose run has ended and whose last step ends a little later.
async fn serve() -> (Asked, String) {
    let script = std::fs::read_to_string(shipped("templates/scripts/run.js")).expect("the script");
    let asked = Asked::default();
    let javascript = [("content-type", "text/javascript")];
    let router = Router::new()
        .route("/run.js", get(move || async move { (javascript, script) }))
        .route("/runs/x", get(page))
        .route("/api/runs/x", get(async || Json(json!({"status": "SUCCEEDED"}))))
        .route("/api/runs/x/steps", get(steps))
        .with_state(asked.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
    (asked, format!("http://{address}"))
}

async fn page(State(asked): State<Asked>) -> Html<String> {
    let status = status(asked.load(Ordering::SeqCst));
    Html(format!(
        "<div id=run data-run=x><p data-live=steps>{status}</p></div><script type=module src=/run.js></script>"
    ))
}

async fn steps(State(asked): State<Asked>) -> Json<Value> {
    let count = asked.fetch_add(1, Ordering::SeqCst) + 1;
    Json(json!({"steps": [{"name": "Finish", "status": status(count)}], "complete": count >= LAST}))
}

fn status(asked: usize) -> &'static str {
    if asked >= LAST { "SUCCEEDED" } else { "RUNNING" }
}
