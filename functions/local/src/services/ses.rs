//! A stand-in of SES v2's `SendEmail`: mail goes to the inbox page instead of to people.
//!
//! Simple content with its own headers, as text, HTML or both. Whatever else SES could do is refused by name.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{any, post};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::aws_json::{self, ApiError, Caller};
use super::inbox::{Inbox, Mail};

mod headers;
mod request;

use request::Request;

const CONTENT_TYPE: &str = "application/json";
/// AWS's limit for the recipients of one message.
const MOST_RECIPIENTS: usize = 50;

#[derive(Clone)]
struct Ses {
    inbox: Inbox,
    default_caller: Caller,
}

/// The protocol as an axum router.
pub fn router(inbox: Inbox, default_caller: Caller) -> Router {
    Router::new()
        .route("/v2/email/outbound-emails", post(send))
        .route(
            "/v2/{*operation}",
            any(|| async { aws_json::respond(Err(unsupported("this operation")), CONTENT_TYPE) }),
        )
        .with_state(Ses { inbox, default_caller })
}

async fn send(State(ses): State<Ses>, headers: HeaderMap, bytes: Bytes) -> Response {
    let caller = Caller::of(&headers, &ses.default_caller);
    aws_json::respond(answer(&ses.inbox, &caller, &bytes), CONTENT_TYPE)
}

fn answer(inbox: &Inbox, caller: &Caller, bytes: &Bytes) -> Result<Value, ApiError> {
    let request = Request::read(bytes)?;
    let from = request.from_email_address.ok_or_else(|| bad("Missing required field FromEmailAddress."))?;
    let to = request.destination;
    let recipients: Vec<&String> = [&to.to, &to.cc, &to.bcc].into_iter().flatten().collect();
    if recipients.is_empty() || recipients.len() > MOST_RECIPIENTS {
        return Err(bad(format!("A message needs 1 to {MOST_RECIPIENTS} recipients.")));
    }
    for address in recipients.into_iter().chain(&request.reply_to_addresses).chain([&from]) {
        check_address(address)?;
    }
    let simple = request.content.simple.ok_or_else(|| unsupported("content other than Simple"))?;
    if simple.body.text.is_none() && simple.body.html.is_none() {
        return Err(bad("Missing required field Content.Simple.Body.Text or Html."));
    }
    let headers = simple.headers.into_iter().map(|header| (header.name, header.value)).collect();
    headers::check(&headers)?;
    let id = format!("{:016x}-{}-000000", Timestamp::now().as_millisecond(), Uuid::new_v4());
    let mail = Mail {
        message_id: format!("<{id}@{}>", host(&caller.region)),
        from,
        to: to.to,
        cc: to.cc,
        bcc: to.bcc,
        reply_to: request.reply_to_addresses,
        subject: simple.subject.data,
        headers,
        text: simple.body.text.map(|text| text.data),
        html: simple.body.html.map(|text| text.data),
    };
    inbox.record_mail(mail)?;
    Ok(json!({"MessageId": id}))
}

/// The host of the `Message-ID` that SES writes; its first Region has a name of its own.
fn host(region: &str) -> String {
    let host = if region == "us-east-1" { "email" } else { region };
    format!("{host}.amazonses.com")
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
