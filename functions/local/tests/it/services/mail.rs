//! Mail: what SES takes and refuses, and what a mail client would show.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::ProvideErrorMetadata;
use aws_sdk_sesv2::operation::send_email::builders::SendEmailFluentBuilder;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageHeader, RawMessage};
use reqwest::header::COOKIE;
use serde_json::{Value, json};

use super::harness::{Local, ana, ben};

fn text(data: &str) -> Content {
    Content::builder().data(data).build().expect("complete")
}

/// A mail with both parts and some headers.
fn mail(subject: &str, headers: &[(&str, &str)]) -> EmailContent {
    let body =
        Body::builder().text(text("Open http://127.0.0.1:1/runs/1 now")).html(text("<p>Open <b>it</b></p>"));
    let header = |(name, value): &(&str, &str)| {
        MessageHeader::builder().name(*name).value(*value).build().expect("complete")
    };
    let message = Message::builder().subject(text(subject)).body(body.build());
    let message = message.set_headers(Some(headers.iter().map(header).collect()));
    EmailContent::builder().simple(message.build()).build()
}

fn to(client: &Client, address: &str) -> SendEmailFluentBuilder {
    let destination = Destination::builder().to_addresses(address).build();
    client.send_email().from_email_address("Drawbridge <drawbridge@localhost>").destination(destination)
}

async fn seen(local: &Local, path: &str) -> String {
    let cookie = format!("drawbridge-inbox-you={}", ben().id);
    let request = local.http.get(format!("{}{path}", local.url)).header(COOKIE, cookie);
    request.send().await.expect("sent").text().await.expect("text")
}

#[tokio::test]
async fn a_mail_is_kept_and_shown_with_its_headers() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let headers =
        [("List-Unsubscribe", "<https://portal.example/settings>"), ("Auto-Submitted", "auto-generated")];
    let send = to(&client, "Ben <ben@example.com>").reply_to_addresses("ops@example.com");
    let id = send.content(mail("Resize <orders>", &headers)).send().await.expect("accepted");
    let id = id.message_id.expect("an id");

    let local = local.restart().await;
    let messages = local.messages().await;
    assert_eq!(messages.len(), 1);
    assert_eq!(
        (&messages[0]["kind"], &messages[0]["to"]),
        (&json!("mail"), &json!(["Ben <ben@example.com>"]))
    );
    assert_eq!(messages[0]["message_id"], json!(format!("<{id}@eu-central-1.amazonses.com>")));
    let page = seen(&local, "/mail").await;
    assert!(page.contains("Local stand-in"), "{page}");
    assert!(page.contains("<h1>Resize &lt;orders&gt;</h1>"), "{page}");
    assert!(page.contains(r#"href="http://127.0.0.1:1/runs/1""#), "{page}");
    assert!(page.contains("<dt>List-Unsubscribe</dt>") && page.contains("<dt>Reply-To</dt>"), "{page}");
    assert!(
        page.contains("srcdoc=\"") && !page.contains("<p>Open <b>"),
        "foreign HTML stays in its frame: {page}"
    );
}

#[tokio::test]
async fn mails_that_answer_one_another_are_one_conversation() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let first =
        to(&client, "ben@example.com").content(mail("Please decide", &[])).send().await.expect("accepted");
    let first = format!("<{}@eu-central-1.amazonses.com>", first.message_id.expect("an id"));
    let answer = [("In-Reply-To", first.as_str()), ("References", first.as_str())];
    to(&client, "ben@example.com").content(mail("Reminder", &answer)).send().await.expect("accepted");
    to(&client, "ana@example.com").content(mail("Another", &[])).send().await.expect("accepted");

    let page = seen(&local, "/mail?to=you").await;
    assert_eq!(
        page.matches("<article class=\"letter\"").count(),
        2,
        "both mails of the conversation: {page}"
    );
    assert!(page.contains("(2)") && !page.contains("Another"), "{page}");
    assert!(seen(&local, "/mail").await.contains("Another"), "all mail is there, too");
}

#[tokio::test]
async fn mail_that_ses_would_not_take_is_refused() {
    let local = Local::start().await;
    let client = Client::new(&local.sdk());
    let refused = async |send: SendEmailFluentBuilder, word: &str| {
        let error = send.send().await.expect_err(word);
        assert_eq!(error.code(), Some("BadRequestException"), "{error:?}");
        assert!(error.message().unwrap_or_default().contains(word), "{word}: {error:?}");
    };
    refused(to(&client, "nobody").content(mail("x", &[])), "address").await;
    let raw = RawMessage::builder().data(Blob::new("x")).build().expect("complete");
    let raw = EmailContent::builder().raw(raw).build();
    refused(to(&client, "c@d").content(raw), "other than Simple").await;
    refused(to(&client, "c@d").content(mail("x", &[("Subject", "y")])), "Subject").await;
    let tracked = to(&client, "c@d").content(mail("x", &[])).configuration_set_name("tracking");
    refused(tracked, "ConfigurationSetName").await;
    assert!(local.messages().await.is_empty());
}

#[tokio::test]
async fn the_next_mail_fails_as_told() {
    let local = Local::start().await;
    let fault = json!({"method": "SendEmail", "status": 400});
    assert_eq!(local.post("/_faults", &fault).await, (204, Value::Null));
    let client = Client::new(&local.sdk());
    let send = || to(&client, &ana().email).content(mail("x", &[])).send();
    assert_eq!(send().await.expect_err("as told").code(), Some("InternalFailure"));
    send().await.expect("accepted again");
    assert_eq!(local.messages().await.len(), 1);
}
