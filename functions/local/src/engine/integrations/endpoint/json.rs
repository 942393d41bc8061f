//! AWS JSON 1.0 and 1.1: DynamoDB, SQS, EventBridge and a hundred others.

use serde_json::{Value, json};

use super::errors::{self, EVENTS, Optimised, Style, failure};
use super::names::{first_upper, from_wire, to_wire};
use super::send::{Request, Response};
use super::services::{self, Service};
use super::{Endpoint, refused};
use crate::engine::integrations::{Answer, Call, with_metadata};

/// `aws-sdk:<service>:<action>`.
pub(super) async fn sdk(endpoint: &Endpoint, call: &Call, service: &Service) -> Answer {
    let arguments = to_wire(&serialised(&call.request.arguments, &[]), service);
    let response = match send(endpoint, call, service, &arguments).await {
        Ok(response) => response,
        Err(failed) => return failed,
    };
    match answer(&response) {
        Some(answer) => Answer::Accepted(from_wire(answer, service)),
        None => failure(Style::Sdk(&service.id), &response),
    }
}

/// The optimised integrations with a JSON protocol.
pub(super) async fn optimised(endpoint: &Endpoint, call: &Call, name: &str, words: &Optimised) -> Answer {
    let Some(service) = services::find(name) else {
        return refused(call, "the service is not described here");
    };
    let arguments = serialised(&call.request.arguments, &["MessageBody"]);
    let response = match send(endpoint, call, service, &arguments).await {
        Ok(response) => response,
        Err(failed) => return failed,
    };
    match answer(&response) {
        Some(answer) => Answer::Accepted(with_metadata(answer)),
        None => failure(Style::Optimised(words), &response),
    }
}

/// `events:putEvents`: one event that is not taken fails the task.
pub(super) async fn put_events(endpoint: &Endpoint, call: &Call) -> Answer {
    let Some(service) = services::find("eventbridge") else {
        return refused(call, "the service is not described here");
    };
    let mut arguments = call.request.arguments.clone();
    for entry in arguments["Entries"].as_array_mut().into_iter().flatten() {
        *entry = serialised(entry, &["Detail"]);
    }
    let response = match send(endpoint, call, service, &arguments).await {
        Ok(response) => response,
        Err(failed) => return failed,
    };
    match answer(&response) {
        Some(answer) if answer["FailedEntryCount"].as_u64().unwrap_or(0) > 0 => {
            Answer::failed("EventBridge.FailedEntry", answer.to_string())
        }
        Some(answer) => Answer::Accepted(with_metadata(answer)),
        None => errors::failure(Style::Optimised(&EVENTS), &response),
    }
}

/// Members that hold text may be given as JSON; a member without a value is as good as absent.
pub(super) fn serialised(arguments: &Value, members: &[&str]) -> Value {
    let mut arguments = arguments.clone();
    if let Some(given) = arguments.as_object_mut() {
        given.retain(|_, value| !value.is_null());
    }
    for member in members {
        if arguments.get(member).is_some_and(|value| !value.is_string()) {
            arguments[*member] = json!(arguments[*member].to_string());
        }
    }
    arguments
}

async fn send(
    endpoint: &Endpoint,
    call: &Call,
    service: &Service,
    arguments: &Value,
) -> Result<Response, Answer> {
    let target = format!("{}.{}", service.target, first_upper(call.action()));
    let request = Request {
        method: reqwest::Method::POST,
        path: "/".to_owned(),
        headers: vec![
            ("content-type".to_owned(), format!("application/x-amz-json-{}", service.version)),
            ("x-amz-target".to_owned(), target),
        ],
        body: arguments.to_string().into_bytes(),
        signing: service.signing.clone(),
        ..Request::default()
    };
    endpoint.send(call, request).await
}

fn answer(response: &Response) -> Option<Value> {
    response.json().filter(|_| response.is_success())
}
