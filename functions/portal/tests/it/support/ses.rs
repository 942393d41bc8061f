//! An SES endpoint that records the mails it is given, and can refuse those to some mailboxes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::listen;

#[derive(Default)]
struct Inner {
    mails: Vec<Mail>,
    refused: BTreeSet<String>,
    tried: Vec<String>,
    silent: bool,
}

/// A mail that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// Its `Message-ID`, as SES puts it into the mail.
    pub(crate) message_id: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    headers: Value,
}

impl Mail {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let headers = self.headers.as_array().into_iter().flatten();
        headers.filter(|header| header["Name"] == name).find_map(|header| header["Value"].as_str())
    }

    /// The address of its button.
    pub(crate) fn link(&self) -> String {
        let start = self.text.find("http").expect("an address");
        self.text[start..].split_whitespace().next().expect("an address").to_owned()
    }
}

/// The endpoint.
#[derive(Clone, Default)]
pub(crate) struct Ses(Arc<Mutex<Inner>>);

impl Ses {
    pub(crate) async fn start() -> (Self, String) {
        let ses = Self::default();
        let (listener, url) = listen().await;
        let router = Router::new().route("/v2/email/outbound-emails", post(send)).with_state(ses.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
        (ses, url)
    }

    /// The mails so far.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.with(|inner| inner.mails.clone())
    }

    /// The mails to somebody so far.
    pub(crate) fn to(&self, person: &str) -> Vec<Mail> {
        let address = format!("{person}@example.com");
        self.mails().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// How often a mail to somebody was tried.
    pub(crate) fn tries(&self, person: &str) -> usize {
        let address = format!("{person}@example.com");
        self.with(|inner| inner.tried.iter().filter(|to| **to == address).count())
    }

    /// Mails to somebody are refused from now on, or not any more.
    pub(crate) fn refuse(&self, person: &str, refused: bool) {
        let address = format!("{person}@example.com");
        self.with(|inner| {
            if refused {
                inner.refused.insert(address)
            } else {
                inner.refused.remove(&address)
            };
        });
    }

    /// Nothing is answered from now on.
    pub(crate) fn fall_silent(&self) {
        self.with(|inner| inner.silent = true);
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn send(State(ses): State<Ses>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    assert!(headers.contains_key("authorization"), "it is signed");
    let to = body["Destination"]["ToAddresses"].as_array().expect("recipients");
    assert_eq!(to.len(), 1, "everybody is mailed on their own");
    let to = to[0].as_str().expect("an address").to_owned();
    if ses.with(|inner| inner.silent) {
        ses.with(|inner| inner.tried.push(to));
        return std::future::pending().await;
    }
    ses.with(|inner| {
        inner.tried.push(to.clone());
        if inner.refused.contains(&to) {
            let kind =
                (HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static("MessageRejected"));
            let refusal = json!({"message": "the mailbox does not exist"});
            return (StatusCode::BAD_REQUEST, [kind], Json(refusal)).into_response();
        }
        let id = format!("0102-{:06}", inner.mails.len());
        inner.mails.push(mail(&body, &id, to));
        Json(json!({ "MessageId": id })).into_response()
    })
}

fn mail(body: &Value, id: &str, to: String) -> Mail {
    let simple = &body["Content"]["Simple"];
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    Mail {
        message_id: format!("<{id}@eu-west-1.amazonses.com>"),
        to,
        subject: text(&simple["Subject"]["Data"]),
        text: text(&simple["Body"]["Text"]["Data"]),
        html: text(&simple["Body"]["Html"]["Data"]),
        headers: simple["Headers"].clone(),
    }
}
