//! The query protocol: forms in, XML out. SNS, STS, IAM, CloudFormation.

use serde_json::Value;

use super::errors::{SNS, Style, failure};
use super::json::serialised;
use super::names::first_upper;
use super::send::{Request, Response, encoded};
use super::services::{self, Service};
use super::{Endpoint, refused, xml};
use crate::engine::integrations::{Answer, Call, with_metadata};

/// `aws-sdk:<service>:<action>`.
pub(super) async fn sdk(endpoint: &Endpoint, call: &Call, service: &Service) -> Answer {
    let response = match send(endpoint, call, service, &call.request.arguments).await {
        Ok(response) => response,
        Err(failed) => return failed,
    };
    match answer(call, &response) {
        Some(answer) => Answer::Accepted(answer),
        None => failure(Style::Sdk(&service.id), &response),
    }
}

/// `sns:publish`.
pub(super) async fn publish(endpoint: &Endpoint, call: &Call) -> Answer {
    let Some(service) = services::find("sns") else {
        return refused(call, "the service is not described here");
    };
    let arguments = serialised(&call.request.arguments, &["Message"]);
    let response = match send(endpoint, call, service, &arguments).await {
        Ok(response) => response,
        Err(failed) => return failed,
    };
    match answer(call, &response) {
        Some(answer) => Answer::Accepted(with_metadata(answer)),
        None => failure(Style::Optimised(&SNS), &response),
    }
}

async fn send(
    endpoint: &Endpoint,
    call: &Call,
    service: &Service,
    arguments: &Value,
) -> Result<Response, Answer> {
    let mut pairs = vec![
        ("Action".to_owned(), first_upper(call.action())),
        ("Version".to_owned(), service.version.clone()),
    ];
    flatten("", arguments, &mut pairs);
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let request = Request {
        method: reqwest::Method::POST,
        path: "/".to_owned(),
        headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
        body: pairs.join("&").into_bytes(),
        signing: service.signing.clone(),
        ..Request::default()
    };
    endpoint.send(call, request).await
}

/// The result's element; an operation without one answers `{}`.
fn answer(call: &Call, response: &Response) -> Option<Value> {
    if !response.is_success() {
        return None;
    }
    let root = xml::parse(&String::from_utf8_lossy(&response.body))?;
    let result = root.find(&format!("{}Result", first_upper(call.action()))).map(xml::Element::value);
    Some(result.filter(Value::is_object).unwrap_or_else(|| Value::Object(serde_json::Map::new())))
}

/// Lists are `.member.N`, maps `.entry.N.key`; SNS writes the keys of message attributes as names.
fn flatten(path: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(members) if path == "MessageAttributes" => {
            for (place, (name, value)) in members.iter().enumerate() {
                pairs.push((format!("{path}.entry.{}.Name", place + 1), name.clone()));
                flatten(&format!("{path}.entry.{}.Value", place + 1), value, pairs);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                flatten(&below(name), value, pairs);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                flatten(&below(&format!("member.{}", place + 1)), item, pairs);
            }
        }
        Value::Null => {}
        Value::String(text) => pairs.push((path.to_owned(), text.clone())),
        other => pairs.push((path.to_owned(), other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_become_pairs() {
        let mut pairs = Vec::new();
        let arguments = json!({"TopicArn": "t", "Tags": [{"Key": "a", "Value": "b"}], "Deep": {"Flag": true},
            "MessageAttributes": {"kind": {"DataType": "String", "StringValue": "x"}}});
        flatten("", &arguments, &mut pairs);
        let found: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            found,
            [
                "TopicArn=t",
                "Tags.member.1.Key=a",
                "Tags.member.1.Value=b",
                "Deep.Flag=true",
                "MessageAttributes.entry.1.Name=kind",
                "MessageAttributes.entry.1.Value.DataType=String",
                "MessageAttributes.entry.1.Value.StringValue=x",
            ]
        );
    }
}
