//! What Slack and e-mail would have received.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::ProvideErrorMetadata;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, RawMessage};
use serde_json::json;

use super::harness::{Local, TOKEN};

fn text(data: &str) -> Content {
    Content::builder().data(data).build().expect("complete")
}

fn mail() -> EmailContent {
    let body =
        Body::builder().text(text("Open http://127.0.0.1:1/runs/1 now")).html(text("<p>Open <b>it</b></p>"));
    EmailContent::builder()
        .simple(Message::builder().subject(text("Resize <orders>")).body(body.build()).build())
        .build()
}

#[tokio::test]
async fn a_mail_is_kept_and_shown() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let to = Destination::builder().to_addresses("Ben <ben@example.com>").build();
    let send = client.send_email().from_email_address("drawbridge@localhost").destination(to).content(mail());
    assert!(send.send().await.expect("accepted").message_id.is_some());

    let local = local.restart().await;
    let messages = local.messages().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["kind"], "mail");
    assert_eq!(messages[0]["to"], json!(["Ben <ben@example.com>"]));
    let page = local.get("/").await;
    assert!(page.contains("Local stand-in"), "{page}");
    assert!(page.contains("<h2>Resize &lt;orders&gt;</h2>"), "{page}");
    assert!(page.contains(r#"href="http://127.0.0.1:1/runs/1""#), "{page}");
    assert!(
        page.contains("srcdoc=\"") && !page.contains("<p>Open <b>"),
        "foreign HTML stays in its frame: {page}"
    );
}

#[tokio::test]
async fn mail_that_ses_would_not_take_is_refused() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let to = |address: &str| Destination::builder().to_addresses(address).build();
    let send = |address: &str| client.send_email().from_email_address("a@b").destination(to(address));
    let error = send("nobody").content(mail()).send().await.expect_err("no address");
    assert_eq!(error.code(), Some("BadRequestException"));
    let raw = RawMessage::builder().data(Blob::new("x")).build().expect("complete");
    let raw = EmailContent::builder().raw(raw).build();
    let error = send("c@d").content(raw).send().await.expect_err("not here");
    assert!(error.message().unwrap_or_default().contains("other than Simple"), "{error:?}");
    assert!(local.messages().await.is_empty());
}

#[tokio::test]
async fn slack_messages_are_kept_and_edited() {
    let local = Local::start().await;
    let first = local.slack("chat.postMessage", TOKEN, &json!({"channel": "#ops", "text": "*one*"})).await;
    assert_eq!(first["ok"], true, "{first}");
    let second = local.slack("chat.postMessage", TOKEN, &json!({"channel": "ops", "text": "two"})).await;
    assert_eq!(first["channel"], second["channel"]);
    assert_ne!(first["ts"], second["ts"]);

    let local = local.restart().await;
    let edit = json!({"channel": first["channel"], "ts": first["ts"], "text": "approved by <@U1>"});
    assert_eq!(local.slack("chat.update", TOKEN, &edit).await["ok"], true);
    let messages = local.messages().await;
    let shown: Vec<_> =
        messages.iter().map(|m| (m["text"].as_str().unwrap_or_default(), m["edited"].as_bool())).collect();
    assert_eq!(shown, [("two", Some(false)), ("approved by <@U1>", Some(true))]);
    let page = local.get("/").await;
    assert!(page.contains("#ops") && page.contains("@U1</span>") && page.contains("(edited)"), "{page}");
}

#[tokio::test]
async fn slack_refuses_by_name() {
    let local = Local::start().await;
    let message = json!({"channel": "#ops", "text": "x"});
    let error = async |method: &str, token: &str, body: &serde_json::Value| {
        let answer = local.slack(method, token, body).await;
        assert_eq!(answer["ok"], false, "{answer}");
        answer["error"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(error("chat.postMessage", "wrong", &message).await, "invalid_auth");
    assert_eq!(error("chat.postMessage", TOKEN, &json!({"text": "x"})).await, "channel_not_found");
    assert_eq!(error("chat.postMessage", TOKEN, &json!({"channel": "#ops"})).await, "no_text");
    let gone = json!({"channel": "#ops", "text": "x", "ts": "1.000001"});
    assert_eq!(error("chat.update", TOKEN, &gone).await, "message_not_found");
    assert_eq!(error("chat.delete", TOKEN, &gone).await, "unknown_method");
    let request = local.http.post(format!("{}/api/chat.postMessage", local.url)).json(&message);
    let answer: serde_json::Value = request.send().await.expect("sent").json().await.expect("JSON");
    assert_eq!(answer["error"], "not_authed");
    assert!(local.messages().await.is_empty());
}

#[tokio::test]
async fn slack_takes_forms_too() {
    let local = Local::start().await;
    let request = local.http.post(format!("{}/api/chat.postMessage", local.url)).bearer_auth(TOKEN);
    let blocks = json!([{"type": "section", "text": {"type": "mrkdwn", "text": "a & b"}}]).to_string();
    let form = [("channel", "ops"), ("text", "x"), ("blocks", blocks.as_str())];
    let answer: serde_json::Value =
        request.form(&form).send().await.expect("sent").json().await.expect("JSON");
    assert_eq!(answer["ok"], true, "{answer}");
    assert!(local.get("/").await.contains("<p>a &amp; b</p>"));
}

#[tokio::test]
async fn f30_markup_in_a_message_reaches_the_page_escaped() {
    let local = Local::start().await;
    let text = "&lt;!channel&gt; <script>alert(1)</script> <javascript:alert(1)|click>";
    local.slack("chat.postMessage", TOKEN, &json!({"channel": "#<b>", "text": text})).await;
    let response = local.http.get(&local.url).send().await.expect("sent");
    let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    let page = response.text().await.expect("text");
    assert!(!page.contains("<script>") && !page.contains("javascript:") && !page.contains("<b>"), "{page}");
    assert!(page.contains("&lt;!channel&gt;"), "{page}");
}

#[tokio::test]
async fn an_open_page_hears_of_a_new_message() {
    let local = Local::start().await;
    let (http, url) = (local.http.clone(), format!("{}/wait?since=0", local.url));
    let waiting =
        tokio::spawn(async move { http.get(url).send().await.expect("sent").text().await.expect("text") });
    local.slack("chat.postMessage", TOKEN, &json!({"channel": "#ops", "text": "x"})).await;
    assert_eq!(waiting.await.expect("no panic"), r#"{"version":1}"#);
}
