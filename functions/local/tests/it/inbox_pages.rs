//! The inbox in a real browser: buttons, modals, errors, mail; every page is kept as a picture in light and dark.

use serde_json::{Value, json};

use crate::chromium::Chromium;
use crate::services::receiver::Reply;
use crate::services::sign_in::query as sign_in_query;
use crate::services::{Local, ana, ben, buttons, modal};
use crate::support::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_decides_in_slack_and_reads_mail() {
    let local = Local::start().await;
    fill(&local).await;
    let browser = Chromium::start().await;
    decide(&local, &browser).await;
    reject(&local, &browser).await;
    read(&local, &browser).await;
    sign_in(&local, &browser).await;
    let complaints = browser.complaints().await;
    assert!(complaints.is_empty(), "a script or a policy complains: {complaints:#?}");
}

/// A thread, a notice with buttons, a conversation with Ana.
async fn fill(local: &Local) {
    let old =
        json!({"channel": "ops", "text": "*Restart the ingest workers* was approved by <@U0DRAWBRIDGE>."});
    let old = local.bot("chat.postMessage", &old).await;
    let answer = json!({"channel": "ops", "text": "_Succeeded_ after `42 s`.", "thread_ts": old["ts"]});
    local.bot("chat.postMessage", &answer).await;
    local.bot("chat.postMessage", &json!({"channel": "ops", "text": "Resize", "blocks": notice()})).await;
    local.bot("chat.postMessage", &json!({"channel": ana().id, "text": "Your vote is asked for."})).await;
    let whisper = json!({"channel": "ops", "user": ana().id, "text": "You have linked your account. :tada:"});
    local.bot("chat.postEphemeral", &whisper).await;
}

/// A request as the portal might word it.
fn notice() -> Value {
    let mrkdwn = |text: &str| json!({"type": "mrkdwn", "text": text});
    let mut blocks = json!([
        {"type": "header", "text": {"type": "plain_text", "text": "Resize an RDS cluster"}},
        {"type": "section", "text": mrkdwn("*Declan Moriarty* asks to run this in *production*. <https://portal.example/runs/1|See the request>"),
            "fields": [mrkdwn("*Cluster*\nprod-orders"), mrkdwn("*Instance class*\n`db.r6g.2xlarge`"),
                mrkdwn("*Needed*\n1 of Database owners"), mrkdwn("*Open until*\n<!date^1800000000^{date_short} {time}|later>")]},
        {"type": "section", "text": mrkdwn("> CPU of the writer is above 85% every weekday evening.")},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn(":lock: Votes are bound to what is shown here."), mrkdwn("`3f9a…c2`")]},
    ]);
    let actions = buttons()[1].clone();
    blocks.as_array_mut().expect("a list").push(actions);
    blocks
}

async fn decide(local: &Local, browser: &Chromium) {
    browser.open(&local.url).await;
    browser.keep("inbox-slack").await;
    assert_eq!(browser.text("h1").await, "# ops");
    local.portal.reply(Reply::Status(500));
    browser.click("[data-action=approve]").await;
    eventually("Slack's warning is shown", async || {
        browser.text("main").await.contains("This app responded with Status Code 500.")
    })
    .await;
    browser.keep("inbox-warning").await;
    assert_eq!(local.portal.one()["user"]["id"], json!(ana().id));
}

async fn reject(local: &Local, browser: &Chromium) {
    browser.click("[data-action=reject]").await;
    eventually("the portal hears of it", async || local.portal.has_some()).await;
    let trigger = local.portal.one()["trigger_id"].clone();
    local.bot("views.open", &json!({"trigger_id": trigger, "view": modal()})).await;
    assert_eq!(browser.text("#modal h2").await, "Reject the request");
    browser.keep("inbox-modal").await;

    browser.click("#modal [type=submit]").await;
    eventually("what is missing is said at its field", async || {
        browser.text("[data-input=reason] .error").await.contains("Please complete this required field.")
    })
    .await;
    browser.fill("[data-input=reason] textarea", "Not before the sale").await;
    browser.click("[data-input=kind] input[value=risk]").await;
    local
        .portal
        .reply(Reply::Json(json!({"response_action": "errors", "errors": {"reason": "Name the ticket."}})));
    browser.click("#modal [type=submit]").await;
    eventually("the portal's error, too", async || {
        browser.text("[data-input=reason] .error").await.contains("Name the ticket.")
    })
    .await;
    browser.keep("inbox-modal-errors").await;
    local.bot("chat.postMessage", &json!({"channel": "ops", "text": "Meanwhile…"})).await;
    eventually("news arrive under the modal", async || browser.text("main").await.contains("Meanwhile"))
        .await;
    browser.click("#modal [type=submit]").await;
    eventually("the modal is gone", async || !browser.shows("#modal").await).await;
    let submitted = local.portal.taken().pop().expect("a submission");
    let typed = &submitted["view"]["state"]["values"]["reason"]["text"]["value"];
    assert_eq!(typed, "Not before the sale", "what was typed outlived the error and the news");
}

async fn read(local: &Local, browser: &Chromium) {
    let first = mail(local, "Approval asked: Resize an RDS cluster", None).await;
    mail(local, "Reminder: Resize an RDS cluster", Some(&first)).await;
    mail(local, "Rotate the signing keys succeeded", None).await;
    browser.open(&format!("{}/you?member={}&back=mail", local.url, ben().id)).await;
    browser.click("a[href*='/mail?conversation='].unread").await;
    assert_eq!(browser.text("h1").await, "Approval asked: Resize an RDS cluster");
    browser.click("details summary").await;
    browser.keep("inbox-mail").await;
}

async fn sign_in(local: &Local, browser: &Chromium) {
    let query = sign_in_query(local);
    let address = format!("{}/openid/connect/authorize", local.url);
    let address = reqwest::Url::parse_with_params(&address, query).expect("an address");
    browser.open(address.as_str()).await;
    browser.keep("inbox-sign-in").await;
    browser.click(&format!("button[value={}]", ben().id)).await;
    browser.find("body").await;
    eventually("the browser is back at the portal", async || {
        browser.address().await.starts_with(&format!("{}/slack/linked?code=", local.portal.url))
    })
    .await;
}

/// Sends a mail to Ben; its `Message-ID`.
async fn mail(local: &Local, subject: &str, answers: Option<&str>) -> String {
    let part = |data: &str| json!({"Data": data, "Charset": "UTF-8"});
    let html = "<div style=\"font-family:sans-serif;padding:16px\"><h2 style=\"color:#0b5f6b\">Resize an RDS cluster</h2>\
                <p>Declan Moriarty asks to run this in production.</p><p><a href=\"https://portal.example/runs/1\">Read and decide</a></p></div>";
    let plain = "Declan Moriarty asks to run “Resize an RDS cluster” in production.\n\nRead and decide: https://portal.example/runs/1\n";
    let mut headers = vec![json!({"Name": "List-Unsubscribe", "Value": "<https://portal.example/settings>"})];
    headers.extend(answers.map(|id| json!({"Name": "In-Reply-To", "Value": id})));
    let request = json!({
        "FromEmailAddress": "Drawbridge <drawbridge@hollinmere.example>",
        "Destination": {"ToAddresses": [ben().email]},
        "Content": {"Simple": {"Subject": part(subject), "Body": {"Text": part(plain), "Html": part(html)}, "Headers": headers}},
    });
    let sent = local.page("/v2/email/outbound-emails", &request).await;
    format!("<{}@eu-central-1.amazonses.com>", sent["MessageId"].as_str().expect("an id"))
}
