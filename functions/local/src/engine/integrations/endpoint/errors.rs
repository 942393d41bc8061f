//! Failures of services, named as Step Functions names them: in one way for its optimised integrations,
//! in another for those of the SDK.

use serde_json::Value;
use uuid::Uuid;

use super::names::java;
use super::send::Response;
use super::xml;
use crate::engine::integrations::Answer;

/// An optimised integration's words.
#[derive(Debug)]
pub(super) struct Optimised {
    /// What error names begin with.
    prefix: &'static str,
    /// The service in causes.
    service: &'static str,
    /// Errors that its first SDK had no class for have this name.
    general: &'static str,
    /// Endings of the codes that it had classes for; none means all.
    known: &'static [&'static str],
}

pub(super) const LAMBDA: Optimised =
    Optimised { prefix: "Lambda", service: "AWSLambda", general: "AWSLambdaException", known: &[] };
pub(super) const DYNAMODB: Optimised = Optimised {
    prefix: "DynamoDB",
    service: "AmazonDynamoDBv2",
    general: "AmazonDynamoDBException",
    known: &[
        "ResourceNotFoundException",
        "ConditionalCheckFailedException",
        "ProvisionedThroughputExceededException",
        "ItemCollectionSizeLimitExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
        "TransactionConflictException",
    ],
};
pub(super) const SQS: Optimised = Optimised {
    prefix: "SQS",
    service: "AmazonSQS",
    general: "AmazonSQSException",
    known: &["QueueDoesNotExist", "NonExistentQueue", "InvalidMessageContents", "UnsupportedOperation"],
};
pub(super) const SNS: Optimised =
    Optimised { prefix: "SNS", service: "AmazonSNS", general: "AmazonSNSException", known: &[] };
pub(super) const EVENTS: Optimised = Optimised {
    prefix: "EventBridge",
    service: "AmazonEventBridge",
    general: "AmazonEventBridgeException",
    known: &["InternalException", "ResourceNotFoundException"],
};

/// Whose words a failure has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style<'a> {
    Optimised(&'a Optimised),
    /// An `aws-sdk:` integration, by the service's name in error names.
    Sdk(&'a str),
}

/// The failure that a response tells.
pub(super) fn failure(style: Style<'_>, response: &Response) -> Answer {
    let (code, message) = told(response);
    let id = response
        .header("x-amzn-requestid")
        .or_else(|| response.header("x-amz-request-id"))
        .map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
    let status = response.status;
    match style {
        Style::Optimised(words) => {
            let known = words.known.is_empty() || words.known.iter().any(|known| code.ends_with(known));
            let name = if known { exception(&code) } else { words.general.to_owned() };
            Answer::failed(
                format!("{}.{name}", words.prefix),
                format!(
                    "{message} (Service: {}; Status Code: {status}; Error Code: {code}; Request ID: {id}; Proxy: null)",
                    words.service
                ),
            )
        }
        Style::Sdk(service) => {
            let extended = match service {
                "S3" => format!(", Extended Request ID: {}", response.header("x-amz-id-2").unwrap_or("-")),
                _ => String::new(),
            };
            Answer::failed(
                format!("{service}.{}", java(&exception(&code))),
                format!("{message} (Service: {service}, Status Code: {status}, Request ID: {id}{extended})"),
            )
        }
    }
}

/// Error names end in `Exception`.
fn exception(code: &str) -> String {
    let code = code.rsplit('.').next().unwrap_or(code);
    let stem = code.strip_suffix("Exception").or_else(|| code.strip_suffix("Fault")).unwrap_or(code);
    format!("{stem}Exception")
}

/// Code and message, wherever the protocol puts them.
fn told(response: &Response) -> (String, String) {
    let header = response.header("x-amzn-errortype");
    if let Ok(body) = serde_json::from_slice::<Value>(&response.body) {
        let text = |names: &[&str]| {
            names.iter().find_map(|name| body.get(*name).and_then(Value::as_str)).map(str::to_owned)
        };
        let code = text(&["__type", "code", "Code"]).or_else(|| header.map(str::to_owned));
        let code = code.unwrap_or_else(|| "Unknown".to_owned());
        let message = text(&["message", "Message", "errorMessage"]).unwrap_or_else(|| "null".to_owned());
        return (plain(&code), message);
    }
    let text = String::from_utf8_lossy(&response.body);
    let found = xml::parse(&text);
    let error = found.as_ref().and_then(|root| root.find("Error"));
    let part = |name: &str| error.and_then(|error| error.find(name)).map(|part| part.text.clone());
    let code = part("Code").or_else(|| header.map(plain)).unwrap_or_else(|| response.status.to_string());
    let message = part("Message").unwrap_or_else(|| text.chars().take(500).collect());
    (code, message)
}

/// `com.amazonaws.sqs#QueueDoesNotExist:http://…` is `QueueDoesNotExist`.
fn plain(code: &str) -> String {
    let code = code.rsplit('#').next().unwrap_or(code);
    code.split(':').next().unwrap_or(code).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(style: Style<'_>, status: u16, body: &str, error: &str, cause: &str) {
        let response = Response { status, headers: reqwest::header::HeaderMap::new(), body: body.into() };
        let Answer::Failed { error: name, cause: said } = failure(style, &response) else {
            panic!("a failure")
        };
        assert_eq!(name, error);
        assert!(said.starts_with(cause), "{said}");
    }

    #[test]
    fn failures_have_the_names_of_step_functions() {
        check(
            Style::Optimised(&DYNAMODB),
            400,
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}"#,
            "DynamoDB.ResourceNotFoundException",
            "Requested resource not found (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: ",
        );
        check(
            Style::Optimised(&SQS),
            400,
            r#"{"__type":"com.amazon.coral.service#MissingParameter","message":"The request must contain the parameter MessageBody."}"#,
            "SQS.AmazonSQSException",
            "The request must contain the parameter MessageBody. (Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; ",
        );
        check(
            Style::Optimised(&SNS),
            404,
            "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error></ErrorResponse>",
            "SNS.NotFoundException",
            "Topic does not exist (Service: AmazonSNS; Status Code: 404; Error Code: NotFound; ",
        );
        check(
            Style::Sdk("S3"),
            404,
            "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>",
            "S3.NoSuchKeyException",
            "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: ",
        );
    }
}
