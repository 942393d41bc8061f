//! A stand-in of SQS: standard queues over JSON 1.0, with visibility timeouts, long polling and dead letters.
//!
//! 1. [`QUEUES`] says which queues there are; nobody creates any at run time.
//! 2. [`operations`] reads requests and answers in AWS's words.
//! 3. [`rows`] keeps the messages in `queues.db`, so that a restart loses none.

mod operations;
mod rows;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::aws_json::{self, ApiError, Caller};
use super::sqlite::{Database, StoreError};

const TARGET: &str = "AmazonSQS";
const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// A queue of the deployment.
#[derive(Debug)]
pub struct Queue {
    /// Its name.
    pub name: &'static str,
    /// Seconds for which nobody else gets a message that somebody received.
    pub visibility: u32,
    /// Where a message goes that was received that often in vain.
    pub dead_letters: Option<(&'static str, u32)>,
}

/// The queue of verified interactions.
pub const INTERACTIONS: &str = "drawbridge-interactions";
const DEAD: &str = "drawbridge-interactions-dead";
const QUEUES: [Queue; 2] = [
    Queue { name: INTERACTIONS, visibility: 30, dead_letters: Some((DEAD, 5)) },
    Queue { name: DEAD, visibility: 30, dead_letters: None },
];

/// The service. Clones share it.
#[derive(Clone)]
pub struct Queues(Arc<Inner>);

struct Inner {
    database: Database,
    default_caller: Caller,
    url: String,
    /// Counts messages that became receivable before their time.
    arrivals: watch::Sender<u64>,
}

impl Queues {
    /// Opens `queues.db` in the data folder; `url` is the service's address.
    pub fn open(data: &Path, default_caller: Caller, url: &str) -> Result<Self, StoreError> {
        let database = Database::open(&data.join("queues.db"), 1, rows::SCHEMA)?;
        let arrivals = watch::Sender::new(0);
        Ok(Self(Arc::new(Inner { database, default_caller, url: url.to_owned(), arrivals })))
    }

    /// The address of a queue, as messages are sent to it.
    pub fn url(&self, name: &str) -> String {
        format!("{}/{}/{name}", self.0.url, self.0.default_caller.account)
    }

    /// The ARN of a queue, as events carry it.
    pub fn arn(&self, name: &str) -> String {
        self.0.arn(name)
    }

    /// Whether a request is for this service.
    pub(super) fn is_called(headers: &HeaderMap) -> bool {
        aws_json::operation(headers, TARGET).is_ok()
    }

    /// Answers a request.
    pub(super) async fn handle(&self, headers: &HeaderMap, bytes: &axum::body::Bytes) -> Response {
        aws_json::respond(self.answer(headers, bytes).await, CONTENT_TYPE)
    }

    async fn answer(&self, headers: &HeaderMap, bytes: &axum::body::Bytes) -> Result<Value, ApiError> {
        let queues = &self.0;
        let operation = aws_json::operation(headers, TARGET)?;
        let body = aws_json::body(bytes)?;
        let now = Timestamp::now();
        match operation {
            "SendMessage" => queues.send(&operations::read(body)?, now),
            "ReceiveMessage" => queues.receive(&operations::read(body)?).await,
            "DeleteMessage" => queues.delete(&operations::read(body)?),
            "ChangeMessageVisibility" => queues.change_visibility(&operations::read(body)?, now),
            "GetQueueUrl" => queues.queue_url(&operations::read(body)?),
            "GetQueueAttributes" => queues.attributes(&operations::read(body)?, now),
            other => Err(aws_json::unknown_operation(other)),
        }
    }
}

impl Inner {
    fn arn(&self, queue: &str) -> String {
        format!("arn:aws:sqs:{}:{}:{queue}", self.default_caller.region, self.default_caller.account)
    }

    /// Asks for messages until there are some or the time is over.
    async fn wait_for<T>(
        &self,
        patience: Duration,
        mut ask: impl FnMut() -> Result<Vec<T>, ApiError>,
        next: impl Fn() -> Result<Option<Duration>, ApiError>,
    ) -> Result<Vec<T>, ApiError> {
        let mut arrivals = self.arrivals.subscribe();
        let end = Instant::now() + patience;
        loop {
            arrivals.mark_unchanged();
            let found = ask()?;
            let now = Instant::now();
            if !found.is_empty() || now >= end {
                return Ok(found);
            }
            let until = next()?.map_or(end, |soon| end.min(now + soon));
            // Either way the queue is asked again.
            let _ = tokio::time::timeout_at(until, arrivals.changed()).await;
        }
    }

    fn arrived(&self) {
        self.arrivals.send_modify(|count| *count += 1);
    }
}

/// The queue of an address, whatever host the caller knows the service by.
fn at(url: &str) -> Result<&'static Queue, ApiError> {
    named(url.rsplit('/').next().unwrap_or_default())
}

fn named(name: &str) -> Result<&'static Queue, ApiError> {
    QUEUES
        .iter()
        .find(|queue| queue.name == name)
        .ok_or_else(|| ApiError::new("QueueDoesNotExist", "The specified queue does not exist."))
}

fn redrive_policy(arn: &str, most: u32) -> String {
    json!({"deadLetterTargetArn": arn, "maxReceiveCount": most}).to_string()
}
