//! The main job as people do it, in a real browser; every page is kept as a picture in light and dark.

use crate::chromium::Chromium;
use crate::sample::{APPROVER, GATE, REQUESTER, SLUG};
use crate::support::{World, eventually};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_requests_an_owner_approves_and_the_page_follows_to_the_end() {
    let world = World::start().await;
    let portal = world.running.endpoints().portal.clone();
    let browser = Chromium::start().await;

    find_the_workflow(&browser, &portal).await;
    let run = request(&browser).await;
    approve(&browser, &portal, &run).await;
    follow(&browser, &portal, &run).await;
    look_around(&browser, &world, &portal).await;
}

async fn find_the_workflow(browser: &Chromium, portal: &str) {
    browser.open(&format!("{portal}/")).await;
    browser.keep("home").await;
    browser.fill("input[type=search]", "aurora capacity").await;
    assert!(browser.shows(&format!("a[href='/workflows/{SLUG}/']")).await, "search finds it");
    assert!(!browser.shows("a[href='/workflows/post-to-slack/']").await, "and hides the rest");
    browser.click(&format!("a[href='/workflows/{SLUG}/']")).await;
    assert_eq!(browser.text("h1").await, "Resize an RDS cluster");
    browser.keep("workflow").await;
    sign_in(browser, REQUESTER).await;
}

async fn sign_in(browser: &Chromium, person: &str) {
    browser.click("a[href^='/sign-in']").await;
    browser.find("button[name=person]").await;
    browser.keep("sign-in").await;
    browser.click(&format!("button[value='{person}']")).await;
    browser.find("form[action='/sign-out'] button").await;
}

async fn request(browser: &Chromium) -> String {
    assert!(!browser.shows("[name='/change_ticket']").await, "development needs no ticket");
    browser.click("[name='/environment'][value=production]").await;
    assert!(browser.shows("[name='/change_ticket']").await, "production does");
    browser.fill("[name='/cluster']", "prod-orders").await;
    browser.find("[name='/instance_class']").await.select_by_value("db.r6g.2xlarge").await.expect("a class");
    browser.fill("[name='/reason']", "CPU of the writer is above 85% every weekday evening.").await;
    browser.click("[data-array='/notify'] [data-add]").await;
    browser.fill("[name='/notify/0']", "adaeze.nwosu@hollinmere.example").await;

    browser.fill("[name='/change_ticket']", "CHG-1").await;
    browser.without_checks().await;
    browser.click("form[action$='/preview'] button[type=submit]").await;
    browser.find(".field-error").await;
    browser.keep("form-with-errors").await;
    browser.fill("[name='/change_ticket']", "CHG-20417").await;
    browser.click("form[action$='/preview'] button[type=submit]").await;

    browser.find("form[action$='/runs'] button.primary").await;
    browser.keep("preview").await;
    assert!(browser.text("main").await.contains("Database owners"), "who will be asked");
    browser.click("form[action$='/runs'] button.primary").await;
    browser.find("#run").await;
    eventually("the page shows that it waits", async || browser.text("#run").await.contains("Waiting")).await;
    browser.keep("run-waiting").await;
    browser.address().await.rsplit('/').next().expect("an id").to_owned()
}

async fn approve(browser: &Chromium, portal: &str, run: &str) {
    browser.click("form[action='/sign-out'] button").await;
    sign_in(browser, APPROVER).await;
    browser.open(&format!("{portal}/approvals")).await;
    browser.keep("approvals").await;
    browser.click(&format!("a[href='/runs/{run}/approvals/{GATE}']")).await;
    browser.keep("decision").await;
    browser.fill("#reason", "The campaign needs it").await;
    browser.click("button[value=approve]").await;
    browser.find("#run, .badge").await;
}

async fn follow(browser: &Chromium, portal: &str, run: &str) {
    browser.open(&format!("{portal}/runs/{run}")).await;
    eventually("the page shows the end without a reload", async || {
        browser.text("#run .run-state").await.contains("Succeeded")
    })
    .await;
    eventually("and the end of every step", async || {
        !browser.shows("#run .timeline [data-status=RUNNING]").await
    })
    .await;
    let page = browser.text("main").await;
    assert!(page.to_lowercase().contains("simulated"), "what was simulated says so");
    browser.keep("run-succeeded").await;
}

async fn look_around(browser: &Chromium, world: &World, portal: &str) {
    browser.open(&format!("{portal}/runs")).await;
    browser.keep("runs").await;
    browser.open(&format!("{portal}/teams/cloud-ops/")).await;
    browser.keep("team").await;
    browser.open(&world.running.endpoints().inbox).await;
    browser.keep("inbox").await;
    // A refused form is an answer of 400, which the browser counts among its complaints.
    let complaints: Vec<_> = browser.complaints().await;
    let unexpected: Vec<_> = complaints.iter().filter(|said| !said.contains("/preview - ")).collect();
    assert!(unexpected.is_empty(), "a script or a policy complains: {unexpected:#?}");
    browser.open(&format!("{portal}/no-such-page")).await;
    browser.keep("not-found").await;
}
