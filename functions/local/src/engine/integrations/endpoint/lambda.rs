//! Lambda's Invoke: by the function's ARN, `lambda:invoke` and `aws-sdk:lambda:invoke`.

use serde_json::{Value, json};

use super::errors::{LAMBDA, Style, failure};
use super::send::{Request, Response, encoded};
use super::{Endpoint, refused};
use crate::engine::integrations::{Answer, Call, lambda_payload, with_metadata};

/// A Task whose `Resource` is the function: its input is the event, its answer the result.
pub(super) async fn by_arn(endpoint: &Endpoint, call: &Call) -> Answer {
    let payload = call.request.arguments.to_string();
    let function = call.request.integration.resource.clone();
    match send(endpoint, call, &function, &json!({}), payload).await {
        Ok(response) if response.is_success() => {
            failed_function(&response).unwrap_or_else(|| Answer::Accepted(payload_of(&response)))
        }
        Ok(response) => failure(Style::Optimised(&LAMBDA), &response),
        Err(failed) => failed,
    }
}

/// With the payload and what else an invocation says.
pub(super) async fn invoke(endpoint: &Endpoint, call: &Call, style: Style<'_>) -> Answer {
    let arguments = &call.request.arguments;
    let Some(function) = arguments["FunctionName"].as_str() else {
        return refused(call, "FunctionName is missing or not a string");
    };
    let payload = match (style, &arguments["Payload"]) {
        // Through the SDK a payload is bytes: text goes as it is.
        (Style::Sdk(_), Value::String(text)) => text.clone(),
        _ => lambda_payload(arguments).to_string(),
    };
    let response = match send(endpoint, call, function, arguments, payload).await {
        Ok(response) if response.is_success() => response,
        Ok(response) => return failure(style, &response),
        Err(failed) => return failed,
    };
    if let (Style::Optimised(_), Some(failed)) = (style, failed_function(&response)) {
        return failed;
    }
    let version = response.header("x-amz-executed-version").unwrap_or("$LATEST");
    let mut result = json!({"ExecutedVersion": version, "StatusCode": response.status});
    result["Payload"] = match style {
        Style::Optimised(_) => payload_of(&response),
        Style::Sdk(_) => json!(String::from_utf8_lossy(&response.body)),
    };
    if let (Style::Sdk(_), Some(error)) = (style, response.header("x-amz-function-error")) {
        result["FunctionError"] = json!(error);
    }
    Answer::Accepted(if matches!(style, Style::Optimised(_)) { with_metadata(result) } else { result })
}

async fn send(
    endpoint: &Endpoint,
    call: &Call,
    function: &str,
    arguments: &Value,
    payload: String,
) -> Result<Response, Answer> {
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    for (member, header) in [
        ("InvocationType", "x-amz-invocation-type"),
        ("LogType", "x-amz-log-type"),
        ("ClientContext", "x-amz-client-context"),
    ] {
        if let Some(value) = arguments[member].as_str() {
            headers.push((header.to_owned(), value.to_owned()));
        }
    }
    let qualifier = arguments["Qualifier"].as_str();
    let request = Request {
        method: reqwest::Method::POST,
        path: format!("/2015-03-31/functions/{}/invocations", encoded(function)),
        query: qualifier.map(|value| ("Qualifier".to_owned(), value.to_owned())).into_iter().collect(),
        headers,
        body: payload.into_bytes(),
        signing: "lambda".to_owned(),
    };
    endpoint.send(call, request).await
}

/// The failure of a function that ran: its own error name, and all it said as the cause.
fn failed_function(response: &Response) -> Option<Answer> {
    response.header("x-amz-function-error")?;
    let cause = String::from_utf8_lossy(&response.body).into_owned();
    let error = serde_json::from_str::<Value>(&cause)
        .ok()
        .and_then(|body| body["errorType"].as_str().map(str::to_owned))
        .unwrap_or_else(|| "Lambda.Unknown".to_owned());
    Some(Answer::failed(error, cause))
}

fn payload_of(response: &Response) -> Value {
    if response.body.is_empty() {
        return Value::Null;
    }
    response.json().unwrap_or_else(|| json!(String::from_utf8_lossy(&response.body)))
}
