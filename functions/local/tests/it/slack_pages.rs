//! An approval in a real browser, from linking over the mail to the click in Slack; pictures in light and dark.

use crate::chromium::Chromium;
use crate::desk::{Desk, user};
use crate::mail_link::link;
use crate::sample::{APPROVER, GATE, REQUESTER, SLUG, parameters};
use crate::support::{World, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_links_slack_reads_the_mail_and_approves_in_slack() {
    let world = World::start().await;
    let browser = Chromium::start().await;
    link_account(&world, &browser).await;
    let requester = world.person(REQUESTER).await;
    let run = requester.run(SLUG, "seen", &parameters()).await;
    requester.until(&run, "WAITING").await;
    world.noticed(&format!("/runs/{run}/approvals/{GATE}?link=")).await;

    read_mail(&world, &browser, &run).await;
    approve(&world, &browser, &run).await;
    requester.until(&run, "SUCCEEDED").await;
    see_the_end(&browser).await;
    let shown = requester.json(&format!("/api/runs/{run}")).await;
    assert_eq!(shown["approvals"][0]["votes"][0]["channel"], "slack", "{shown:#}");
    let complaints = browser.complaints().await;
    assert!(complaints.is_empty(), "a script or a policy complains: {complaints:#?}");
}

async fn link_account(world: &World, browser: &Chromium) {
    let portal = &world.running.endpoints().portal;
    browser.open(&format!("{portal}/sign-in?return_to=%2Fsettings")).await;
    browser.click(&format!("button[value='{APPROVER}']")).await;
    browser.click("form[action='/settings/slack'] button").await;
    browser.click(&format!("button[value='{}']", user(APPROVER))).await;
    browser.find("form[action='/settings/slack/unlink'] button").await;
    assert_eq!(browser.address().await, format!("{portal}/settings"));
    browser.keep("slack-linked").await;
}

async fn read_mail(world: &World, browser: &Chromium, run: &str) {
    let inbox = &world.running.endpoints().inbox;
    browser.open(&format!("{inbox}/you?member={}&back=mail", user(APPROVER))).await;
    browser.open(&format!("{inbox}/mail?to=you")).await;
    browser.click("a[href*='/mail?conversation=']").await;
    browser.find("iframe").await;
    browser.keep("slack-mail").await;
    browser.open(&link(&world.inbox().await, run)).await;
    browser.find("button[value=approve]").await;
    browser.keep("slack-mail-decision").await;
}

async fn approve(world: &World, browser: &Chromium, run: &str) {
    let channel = Desk::of(world).asked(run).await["channel"].clone();
    let inbox = &world.running.endpoints().inbox;
    browser.open(&format!("{inbox}/?channel={}", channel.as_str().expect("an id"))).await;
    browser.find("[data-action=approve]").await;
    browser.keep("slack-asked").await;
    browser.click("[data-action=approve]").await;
    browser.find("#modal [data-input=reason] textarea").await;
    assert_eq!(browser.text("#modal h2").await, "Approve");
    browser.keep("slack-modal").await;
    browser.fill("#modal [data-input=reason] textarea", "The campaign needs it").await;
    browser.click("#modal [type=submit]").await;
}

async fn see_the_end(browser: &Chromium) {
    eventually("the modal is gone", async || !browser.shows("#modal").await).await;
    eventually("message and thread change without a reload", async || {
        let page = browser.text("main").await;
        let told = ["Approved", "The campaign needs it", "The run succeeded."];
        told.into_iter().all(|words| page.contains(words)) && page.matches("The run succeeded.").count() == 2
    })
    .await;
    assert!(!browser.shows("[data-action=approve]").await, "what is decided has no button");
    browser.keep("slack-decided").await;
}
