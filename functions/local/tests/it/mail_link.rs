//! The link of a mail in a real browser: its scripts run, and nothing is decided until somebody clicks.

use crate::chromium::Chromium;
use crate::sample::{APPROVER, GATE, REQUESTER, SLUG, parameters};
use crate::support::{Visitor, World};

#[tokio::test(flavor = "multi_thread")]
async fn f19_a_browser_that_runs_a_mailed_pages_scripts_decides_nothing_before_a_click() {
    let world = World::start().await;
    let requester = world.person(REQUESTER).await;
    let run = requester.run(SLUG, "mailed", &parameters()).await;
    requester.until(&run, "WAITING").await;
    world.noticed(&format!("/runs/{run}/approvals/{GATE}?link=")).await;
    let link = link(&world.inbox().await, &run);

    let browser = Chromium::start().await;
    browser.open(&link).await;
    browser.find(&format!("button[value='{APPROVER}']")).await;
    assert_eq!(votes(&requester, &run).await, 0, "whoever has no session sees how to sign in");

    browser.click(&format!("button[value='{APPROVER}']")).await;
    browser.find("button[value=approve]").await;
    assert_eq!(browser.address().await, link, "signing in leads back to what was mailed");
    browser.find("time[title]").await;
    assert_eq!(votes(&requester, &run).await, 0, "the page's scripts have run, and posted nothing");

    browser.fill("#reason", "The campaign needs it").await;
    browser.click("button[value=approve]").await;
    requester.until(&run, "SUCCEEDED").await;
    let shown = requester.json(&format!("/api/runs/{run}")).await;
    assert_eq!(shown["approvals"][0]["votes"][0]["channel"], "email");
}

/// How many votes were cast at the run's first gate.
async fn votes(person: &Visitor, run: &str) -> usize {
    let shown = person.json(&format!("/api/runs/{run}")).await;
    assert_eq!(shown["status"], "WAITING");
    shown["approvals"][0]["votes"].as_array().expect("votes").len()
}

/// The address that the mails about the run's gate lead to.
pub(crate) fn link(messages: &str, run: &str) -> String {
    let path = format!("/runs/{run}/approvals/{GATE}?link=");
    let at = messages.find(&path).expect("a link");
    let start = messages[..at].rfind("http").expect("an address");
    let word = |c: char| c.is_ascii_alphanumeric() || ":/?=.-_".contains(c);
    messages[start..].chars().take_while(|c| word(*c)).collect()
}
