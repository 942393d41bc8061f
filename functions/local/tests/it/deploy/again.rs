//! A second deployment, of a catalog in which one workflow has changed.

use std::fs;

use reqwest::StatusCode;
use serde_json::json;

use super::{Deployed, OTHERS, OWNER, SLUG, door, machine};
use crate::support::Visitor;

/// What waits is carried out as what was agreed to; what is requested from now on, as the new version.
pub(super) async fn changes_what_is_requested_next(
    deployed: &Deployed,
    requester: &Visitor,
    approver: &Visitor,
) {
    let waits = requester.run(SLUG, "before", &json!({"feature": "wish-lists", "on": true})).await;
    requester.until(&waits, "WAITING").await;

    let cloud = &deployed.cloud;
    let steps = cloud.path("catalog/workflows").join(SLUG).join("steps.asl.json");
    let changed = fs::read_to_string(&steps).expect("steps").replace("a moment later", "after a moment");
    fs::write(&steps, changed).expect("written");
    cloud.build(&cloud.path("catalog")).await;
    let said = deployed.deploy().await;
    for (slug, account, version) in [(SLUG, OWNER, 2), (door::CALLER, OTHERS[0], 1)] {
        let line = format!("{slug}: {}:{version}\n", machine(account, slug));
        assert!(said.contains(&line), "{line} in {said}");
    }

    let next = requester.run(SLUG, "after", &json!({"feature": "wish-lists", "on": false})).await;
    requester.until(&next, "WAITING").await;
    for (run, version) in [(waits, 1), (next, 2)] {
        let decided = approver.decide(&run, "duty", "approve", "").await;
        assert_eq!(decided.status(), StatusCode::OK);
        requester.until(&run, "SUCCEEDED").await;
        let audit = requester.get(&format!("/api/runs/{run}/audit.jsonl")).await.text().await.expect("text");
        let started = format!("\"machine\":\"{}:{version}\"", machine(OWNER, SLUG));
        assert!(audit.contains(&started), "{started} in {audit}");
    }
}
