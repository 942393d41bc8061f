//! AWS's JSON protocols: who calls, which operation, how an answer and an error look.
//!
//! Signatures are read, not verified: everything listens on loopback. The access key id chooses the
//! account when it is twelve digits, as other local engines of AWS do it.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::sqlite::StoreError;

/// The account and Region a call is made in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Twelve digits.
    pub account: String,
    /// Such as `eu-central-1`.
    pub region: String,
}

impl Caller {
    /// Reads the credential scope of the signature; what it does not say comes from `default`.
    pub(crate) fn of(headers: &HeaderMap, default: &Caller) -> Caller {
        let scope = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once("Credential="))
            .map_or("", |(_, rest)| rest.split(',').next().unwrap_or(rest));
        let mut parts = scope.split('/');
        let account = parts.next().filter(|key| is_account(key)).unwrap_or(&default.account);
        let region = parts.nth(1).filter(|region| !region.is_empty()).unwrap_or(&default.region);
        Caller { account: account.to_owned(), region: region.to_owned() }
    }
}

fn is_account(key: &str) -> bool {
    key.len() == 12 && key.bytes().all(|byte| byte.is_ascii_digit())
}

/// A failure as AWS reports it: an error name that clients match and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl ApiError {
    /// A failure of the caller's making, HTTP 400.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    /// A parameter is missing or breaks a constraint.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a local service could not use its store");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "InternalServerError",
            message: "The local service could not use its store; see its log.".to_owned(),
        }
    }
}

impl From<rusqlite::Error> for ApiError {
    fn from(error: rusqlite::Error) -> Self {
        StoreError::from(error).into()
    }
}

/// The operation that `X-Amz-Target` names, without the service's prefix.
pub(crate) fn operation<'a>(headers: &'a HeaderMap, prefix: &str) -> Result<&'a str, ApiError> {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    target
        .split_once('.')
        .filter(|(service, _)| *service == prefix)
        .map(|(_, operation)| operation)
        .ok_or_else(|| unknown_operation(target))
}

/// What AWS answers to an operation that does not exist here.
pub(crate) fn unknown_operation(name: &str) -> ApiError {
    ApiError::new(
        "UnknownOperationException",
        format!("The operation '{name}' is not available in local mode."),
    )
}

/// The request's body as JSON; an empty body counts as `{}`.
pub(crate) fn body(bytes: &Bytes) -> Result<Value, ApiError> {
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(bytes).map_err(|error| ApiError::new("SerializationException", error.to_string()))
}

/// The parameters of an operation.
pub(crate) fn parameters<T: DeserializeOwned>(body: Value) -> Result<T, ApiError> {
    serde_json::from_value(body).map_err(|error| {
        let message = error.to_string();
        match message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            Some(member) => ApiError::validation(format!(
                "1 validation error detected: Value null at '{member}' failed to satisfy constraint: \
                 Member must not be null"
            )),
            None => ApiError::new("SerializationException", message),
        }
    })
}

/// An answer in `content_type` (`application/x-amz-json-1.0` or `-1.1`).
pub(crate) fn respond(result: Result<Value, ApiError>, content_type: &'static str) -> Response {
    let (status, body, code) = match result {
        Ok(body) => (StatusCode::OK, body, None),
        Err(error) => {
            let body = json!({"__type": error.code, "message": error.message});
            (error.status, body, Some(error.code))
        }
    };
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(content_type));
    if let Ok(id) = Uuid::new_v4().to_string().parse() {
        headers.insert("x-amzn-requestid", id);
    }
    if let Some(code) = code {
        headers.insert("x-amzn-errortype", header::HeaderValue::from_static(code));
    }
    response
}

/// Seconds since 1970 with milliseconds, as AWS's JSON protocols write a time.
#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit a double until the year 287396")]
pub(crate) fn seconds(at: Timestamp) -> Value {
    json!(at.as_millisecond() as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(authorization: &str, account: &str, region: &str) {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, authorization.parse().expect("a header"));
        let default = Caller { account: "999999999999".to_owned(), region: "eu-west-1".to_owned() };
        let expected = Caller { account: account.to_owned(), region: region.to_owned() };
        assert_eq!(Caller::of(&headers, &default), expected, "{authorization}");
    }

    #[test]
    fn the_access_key_chooses_the_account_when_it_is_one() {
        check(
            "AWS4-HMAC-SHA256 Credential=111122223333/20261121/us-east-1/states/aws4_request, SignedHeaders=host, Signature=x",
            "111122223333",
            "us-east-1",
        );
        check(
            "AWS4-HMAC-SHA256 Credential=AKIALOCAL/20261121/us-east-1/states/aws4_request, Signature=x",
            "999999999999",
            "us-east-1",
        );
        check("Bearer nothing", "999999999999", "eu-west-1");
    }

    #[test]
    fn a_missing_parameter_is_named() {
        #[derive(Debug, serde::Deserialize)]
        struct Parameters {
            #[serde(rename = "stateMachineArn")]
            _arn: String,
        }
        let error = parameters::<Parameters>(json!({})).expect_err("missing");
        assert_eq!(error.code, "ValidationException");
        assert!(error.message.contains("Value null at 'stateMachineArn'"), "{}", error.message);
        let error = parameters::<Parameters>(json!({"stateMachineArn": 1})).expect_err("wrong type");
        assert_eq!(error.code, "SerializationException");
    }
}
