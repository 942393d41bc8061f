//! JSON on paths of their own: Lambda's management, SES, EventBridge Scheduler.

use serde_json::Value;

use super::errors::{Style, failure};
use super::names::{first_upper, from_wire, to_wire};
use super::send::{Request, encoded, encoded_but};
use super::services::{Operation, Service};
use super::{Endpoint, refused};
use crate::engine::integrations::{Answer, Call};

/// `aws-sdk:<service>:<action>`.
pub(super) async fn sdk(endpoint: &Endpoint, call: &Call, service: &Service) -> Answer {
    let Some(operation) = service.operations.get(&first_upper(call.action())) else {
        return refused(call, "the service has no such action");
    };
    let request = match request(service, operation, &call.request.arguments) {
        Ok(request) => request,
        Err(member) => {
            return refused(call, &format!("the parameter {member} is missing or no text"));
        }
    };
    let response = match endpoint.send(call, request).await {
        Ok(response) => response,
        Err(failed) => return failed,
    };
    match response.json().filter(|_| response.is_success()) {
        Some(answer) => Answer::Accepted(from_wire(answer, service)),
        None => failure(Style::Sdk(&service.id), &response),
    }
}

/// Members go where the operation wants them: path, query string, headers, and the rest in the body.
fn request(service: &Service, operation: &Operation, arguments: &Value) -> Result<Request, String> {
    let mut left = arguments.as_object().cloned().unwrap_or_default();
    let mut request = Request {
        method: operation.method.parse().map_err(|_| "method".to_owned())?,
        signing: service.signing.clone(),
        ..Request::default()
    };
    for (place, part) in operation.uri.split(['{', '}']).enumerate() {
        if place % 2 == 0 {
            request.path.push_str(part);
            continue;
        }
        let greedy = part.ends_with('+');
        let name = part.trim_end_matches('+');
        let value = left.remove(&first_upper(name)).ok_or_else(|| first_upper(name))?;
        let value = value.as_str().ok_or_else(|| first_upper(name))?.to_owned();
        request.path.push_str(&if greedy { encoded_but(&value, "/") } else { encoded(&value) });
    }
    for name in &operation.query {
        if let Some(value) = left.remove(&first_upper(name)) {
            request.query.push((name.clone(), text(&value)));
        }
    }
    for (member, header) in &operation.headers {
        if let Some(value) = left.remove(&first_upper(member)) {
            request.headers.push((header.to_lowercase(), text(&value)));
        }
    }
    let body = match &operation.payload {
        Some(member) => left.remove(&first_upper(member)).unwrap_or_default(),
        None => Value::Object(left),
    };
    if !matches!(operation.method.as_str(), "GET" | "DELETE" | "HEAD") {
        request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
        request.body = to_wire(&body, service).to_string().into_bytes();
    }
    Ok(request)
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::services::find;
    use super::*;

    #[test]
    fn members_go_where_the_operation_wants_them() {
        let scheduler = find("scheduler").expect("described");
        let operation = &scheduler.operations["CreateSchedule"];
        let made = request(scheduler, operation, &json!({"Name": "a b", "GroupName": "g"})).expect("made");
        assert_eq!((made.path.as_str(), made.method.as_str()), ("/schedules/a%20b", "POST"));
        assert_eq!(made.body, br#"{"GroupName":"g"}"#);
        let operation = &scheduler.operations["DeleteSchedule"];
        let made = request(scheduler, operation, &json!({"Name": "a", "GroupName": "g"})).expect("made");
        assert_eq!(made.query, [("groupName".to_owned(), "g".to_owned())]);
        assert_eq!(request(scheduler, operation, &json!({})).expect_err("no name"), "Name");
    }
}
