//! Another team's machine, in another account again, calls the workflow through its door.

use reqwest::StatusCode;
use serde_json::json;

use super::{OWNER, SLUG, cloud::Cloud, feature};
use crate::support::{Visitor, eventually};

/// The caller: a workflow of another team.
pub(super) const CALLER: &str = "open-sale";

/// Its steps wait at the door until the run that they asked for, and its approval, have ended.
pub(super) async fn opens(cloud: &Cloud, requester: &Visitor, approver: &Visitor) {
    let run = requester.run(CALLER, "summer", &json!({"sale": "summer-sale"})).await;
    let asked = asked_for(approver).await;
    let shown = approver.json(&format!("/api/runs/{asked}")).await;
    assert_eq!((&shown["workflow"], &shown["for_run"]["id"]), (&json!(SLUG), &json!(run)), "{shown:#}");
    let decided = approver.decide(&asked, "duty", "approve", "The stock is there").await;
    assert_eq!(decided.status(), StatusCode::OK);

    let done = requester.until(&run, "SUCCEEDED").await;
    assert_eq!(done["result"], json!({"feature": "summer-sale", "value": "on"}), "{done:#}");
    assert_eq!(feature(cloud, OWNER, "summer-sale").await.as_deref(), Some("on"), "by the owner's machine");
}

/// The run that somebody is asked to decide on, once there is one.
async fn asked_for(approver: &Visitor) -> String {
    let mut run = None;
    eventually("the door asks", async || {
        let inbox = approver.json("/api/approvals").await;
        run = inbox["approvals"][0]["run_id"].as_str().map(str::to_owned);
        run.is_some()
    })
    .await;
    run.expect("a run")
}
