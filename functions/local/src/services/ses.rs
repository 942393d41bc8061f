//! A stand-in of SES v2's `SendEmail`: mail goes to the inbox page instead of to people.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{any, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::aws_json::{self, ApiError};
use super::inbox::{Inbox, Mail};

const CONTENT_TYPE: &str = "application/json";
/// AWS's limit for the recipients of one message.
const MOST_RECIPIENTS: usize = 50;

/// The protocol as an axum router.
pub fn router(inbox: Inbox) -> Router {
    Router::new()
        .route("/v2/email/outbound-emails", post(send))
        .route(
            "/v2/{*operation}",
            any(|| async { aws_json::respond(Err(unsupported("this operation")), CONTENT_TYPE) }),
        )
        .with_state(inbox)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    from_email_address: Option<String>,
    #[serde(default)]
    destination: Destination,
    #[serde(default)]
    reply_to_addresses: Vec<String>,
    content: Content,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Destination {
    #[serde(rename = "ToAddresses")]
    to: Vec<String>,
    #[serde(rename = "CcAddresses")]
    cc: Vec<String>,
    #[serde(rename = "BccAddresses")]
    bcc: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    simple: Option<Simple>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Simple {
    subject: Text,
    body: Body,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Body {
    text: Option<Text>,
    html: Option<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Text {
    data: String,
}

async fn send(State(inbox): State<Inbox>, bytes: Bytes) -> Response {
    aws_json::respond(answer(&inbox, &bytes), CONTENT_TYPE)
}

fn answer(inbox: &Inbox, bytes: &Bytes) -> Result<Value, ApiError> {
    let request: Request =
        aws_json::parameters(aws_json::body(bytes)?).map_err(|error| bad(error.message))?;
    let from = request.from_email_address.ok_or_else(|| bad("Missing required field FromEmailAddress."))?;
    let to = request.destination;
    let recipients: Vec<&String> = [&to.to, &to.cc, &to.bcc].into_iter().flatten().collect();
    if recipients.is_empty() || recipients.len() > MOST_RECIPIENTS {
        return Err(bad(format!("A message needs 1 to {MOST_RECIPIENTS} recipients.")));
    }
    for address in recipients.into_iter().chain([&from]) {
        check_address(address)?;
    }
    let simple = request.content.simple.ok_or_else(|| unsupported("content other than Simple"))?;
    let mail = Mail {
        from,
        to: to.to,
        cc: to.cc,
        bcc: to.bcc,
        reply_to: request.reply_to_addresses,
        subject: simple.subject.data,
        text: simple.body.text.map(|text| text.data),
        html: simple.body.html.map(|text| text.data),
    };
    let id = inbox.record_mail(mail)?;
    Ok(json!({"MessageId": id}))
}

/// `x@y` or `Name <x@y>`, on one line.
fn check_address(address: &str) -> Result<(), ApiError> {
    let bare = address.split_once('<').map_or(address, |(_, rest)| rest.trim_end_matches('>'));
    let well_formed = bare.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if well_formed && !address.chars().any(char::is_control) {
        return Ok(());
    }
    Err(bad("Local address contains control or whitespace, or the address is not well-formed."))
}

fn bad(message: impl Into<String>) -> ApiError {
    ApiError::new("BadRequestException", message)
}

fn unsupported(what: &str) -> ApiError {
    bad(format!("Local mode's mail service does not have {what}."))
}
