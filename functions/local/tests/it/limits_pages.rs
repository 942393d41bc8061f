//! Limits in a real browser: what a preview says, where a refused request leads, what owners see; kept as pictures.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::chromium::Chromium;
use crate::sample::{APPROVER, REQUESTER, SLUG, parameters};
use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_being_resized_is_not_resized_by_another() {
    let world = World::start().await;
    let portal = world.running.endpoints().portal.clone();
    let requester = world.person(REQUESTER).await;
    let run = requester.run(SLUG, "first", &parameters()).await;
    requester.until(&run, "WAITING").await;
    let browser = Chromium::start().await;

    browser.open(&format!("{portal}/workflows/{SLUG}/form?from={run}")).await;
    browser.find("button[name=person]").await;
    browser.click(&format!("button[value='{APPROVER}']")).await;
    browser.click("form[action$='/preview'] button[type=submit]").await;
    browser.find(".in-the-way").await;
    browser.keep("preview-limit").await;
    browser.click("form[action$='/runs'] button.primary").await;
    browser.find("h1").await;
    browser.keep("limit-reached").await;
    assert!(browser.text("main").await.contains("At most one run per cluster at a time"), "it is refused");
    browser.click("a[href$='/limits']").await;

    let open = json!({"is": "open", "since": "2026-11-28T14:05:00Z", "until": "2026-11-28T14:06:00Z"});
    circuit(&world, "security", &open, &run).await;
    let probing = json!({"is": "probing", "since": "2026-11-28T14:05:00Z", "run": run});
    circuit(&world, "data-platform", &probing, &run).await;
    browser.open(&format!("{portal}/workflows/{SLUG}/limits")).await;
    browser.keep("limits").await;
    let page = browser.text("main").await;
    for part in ["At most one run per cluster at a time.", "prod-orders", "1 of 1", "Cut off", "Trying again"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    browser.click(&format!("a[href='/runs/{run}']")).await;
    browser.find("#run").await;
    // A refused request is an answer of 429, which the browser counts among its complaints.
    let complaints = browser.complaints().await;
    let unexpected: Vec<_> = complaints.iter().filter(|said| !said.contains("429")).collect();
    assert!(unexpected.is_empty(), "a script or a policy complains: {unexpected:#?}");
}

/// Writes a circuit behind the portal's back.
async fn circuit(world: &World, team: &str, state: &Value, run: &str) {
    let cause =
        "Rate exceeded (Service: AWSStepFunctions; Status Code: 400; Error Code: ThrottlingException)";
    let last = json!({"run": run, "name": "States.TaskFailed", "at": "2026-11-28T14:05:00Z", "cause": cause});
    let text = |text: String| AttributeValue::S(text);
    let put = world.dynamodb().put_item().table_name("drawbridge");
    let put =
        put.item("PK", text(format!("LIMITS#{SLUG}"))).item("SK", text(format!("BREAKER#machine:{team}")));
    let put = put
        .item("caller", text(format!("machine:{team}")))
        .item("state", map(state))
        .item("last", map(&last));
    let put = put.item("failures", number("5")).item("version", number("5"));
    put.send().await.expect("written");
}

/// An object of texts.
fn map(fields: &Value) -> AttributeValue {
    let fields = fields.as_object().expect("an object").iter();
    let text = |value: &Value| AttributeValue::S(value.as_str().expect("text").to_owned());
    AttributeValue::M(fields.map(|(name, value)| (name.clone(), text(value))).collect())
}

fn number(digits: &str) -> AttributeValue {
    AttributeValue::N(digits.to_owned())
}
