//! Clicks that come too late, from Slack and from a mail: they change nothing, and say so.

use reqwest::StatusCode;
use serde_json::json;

use crate::catalog::Catalog;
use crate::desk::{Desk, pointer};
use crate::mail_link::link;
use crate::sample::{APPROVER, GATE, REQUESTER, SLUG, parameters};
use crate::support::{Visitor, World, eventually};

/// Everything that an approver can have open when a run ends without them.
struct Open {
    approver: Visitor,
    requester: Visitor,
    run: String,
    digest: String,
    user: String,
    view: String,
    link: String,
}

async fn open(world: &World, desk: &Desk) -> Open {
    let (requester, approver) = (world.person(REQUESTER).await, world.person(APPROVER).await);
    let user = desk.link(&approver, APPROVER).await;
    let run = requester.run(SLUG, "late", &parameters()).await;
    requester.until(&run, "WAITING").await;
    let asked = desk.asked(&run).await;
    let view = desk.modal(&user, &asked).await;
    world.noticed(&format!("/runs/{run}/approvals/{GATE}?link=")).await;
    let link = link(&world.inbox().await, &run);
    let digest = pointer(&asked).expect("buttons")["digest"].as_str().expect("a digest").to_owned();
    let portal = &world.running.endpoints().portal;
    let link = link.strip_prefix(portal).expect("it leads to the portal").to_owned();
    Open { approver, requester, run, digest, user, view, link }
}

/// Sends all that is open; nothing of it may be taken.
async fn nothing_changes(world: &World, desk: &Desk, open: &Open, by_mail: StatusCode) {
    let path = format!("/api/runs/{}", open.run);
    settled(desk, &open.run).await;
    let before = (open.requester.json(&path).await, world.audit(&open.run).await);

    let sent = desk.submit(&open.user, &open.view, "Too late").await;
    let says = sent["errors"]["reason"].as_str().unwrap_or_default();
    assert!(says.contains("approval is not open"), "{sent:#}");
    let (address, token) = open.link.split_once("?link=").expect("a link");
    let pairs = [("decision", "approve"), ("reason", "Too late"), ("digest", &*open.digest), ("link", token)];
    let late = open.approver.posting(address).form(&pairs).send().await.expect("an answer");
    assert_eq!(late.status(), by_mail, "{}", late.text().await.unwrap_or_default());
    let late = open.approver.posting(address).form(&pairs[..3]).send().await.expect("an answer");
    assert_eq!(late.status(), StatusCode::CONFLICT, "{}", late.text().await.unwrap_or_default());
    let looked = open.approver.get(address).await.text().await.expect("a page");
    assert!(!looked.contains("value=\"approve\""), "the page offers nothing any more");

    let after = (open.requester.json(&path).await, world.audit(&open.run).await);
    assert_eq!(after, before);
    assert_eq!(after.0["approvals"][0]["votes"], json!([]));
}

/// Returns once the message offers no decision any more.
async fn settled(desk: &Desk, run: &str) {
    eventually("the message is closed", async || {
        let asking = desk.slack().await;
        !asking.iter().filter_map(pointer).any(|about| about["run"] == run)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f37_late_clicks_after_a_cancel_change_nothing() {
    let world = World::start().await;
    let desk = Desk::of(&world);
    let open = open(&world, &desk).await;
    let cancelled = open.requester.post(&format!("/api/runs/{}/cancel", open.run), &json!({})).await;
    assert_eq!(cancelled.status(), StatusCode::OK);
    open.requester.until(&open.run, "CANCELLED").await;
    // The signature of the link still holds: the approval itself is what is closed.
    nothing_changes(&world, &desk, &open, StatusCode::CONFLICT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f37_late_clicks_after_the_time_is_over_change_nothing() {
    let catalog = Catalog::copied().changed(&format!("workflows/{SLUG}/workflow.json"), |workflow| {
        let gate = &mut workflow["approvals"][0];
        gate["within"] = json!("PT12S");
        gate.as_object_mut().expect("an object").remove("remind");
    });
    let world = World::of(catalog.path()).await;
    let desk = Desk::of(&world);
    let open = open(&world, &desk).await;
    open.requester.until(&open.run, "EXPIRED").await;
    nothing_changes(&world, &desk, &open, StatusCode::GONE).await;
}
