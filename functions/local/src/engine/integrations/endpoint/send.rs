//! One request to the address: signed in the account of the call, answered with whatever comes back.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use reqwest::header::HeaderMap;
use reqwest::{Method, Url};
use serde_json::Value;

use super::Endpoint;
use crate::engine::integrations::{Answer, Call};

/// A request without its signature.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) method: Method,
    /// Encoded, with the leading slash.
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// The service's name in signatures.
    pub(super) signing: String,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Response {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON, `{}` when there is none.
    pub(super) fn json(&self) -> Option<Value> {
        if self.body.is_empty() {
            return Some(Value::Object(serde_json::Map::new()));
        }
        serde_json::from_slice(&self.body).ok()
    }
}

impl Endpoint {
    /// Sends a request as the account of the call: its twelve digits are the access key id, which is how
    /// local engines tell accounts apart.
    pub(super) async fn send(&self, call: &Call, request: Request) -> Result<Response, Answer> {
        let name = call.request.integration.service.clone();
        let failed = |what: &dyn std::fmt::Display| {
            Answer::failed(
                "States.TaskFailed",
                format!("Unable to execute HTTP request: {name} at {} could not be called: {what}", self.url),
            )
        };
        let signed = self.signed(call, request).map_err(|error| failed(&error))?;
        let response = self.http.execute(signed).await.map_err(|error| failed(&error.without_url()))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(|error| failed(&error.without_url()))?.to_vec();
        Ok(Response { status, headers, body })
    }

    fn signed(
        &self,
        call: &Call,
        request: Request,
    ) -> Result<reqwest::Request, Box<dyn std::error::Error + Send + Sync>> {
        let url = self.address(&request)?;
        let mut built = reqwest::Request::new(request.method, url);
        for (name, value) in &request.headers {
            built.headers_mut().insert(
                reqwest::header::HeaderName::from_bytes(name.as_bytes())?,
                reqwest::header::HeaderValue::from_str(value)?,
            );
        }
        let identity = Credentials::new(call.account(), "local", None, None, "the call's account").into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(call.region())
            .name(&request.signing)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let body = SignableBody::Bytes(&request.body);
        let signable =
            SignableRequest::new(built.method().as_str(), built.url().as_str().to_owned(), headers, body)?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let signature: Vec<(String, String)> =
            instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        for (name, value) in signature {
            built.headers_mut().insert(
                reqwest::header::HeaderName::from_bytes(name.as_bytes())?,
                reqwest::header::HeaderValue::from_str(&value)?,
            );
        }
        *built.body_mut() = Some(request.body.into());
        Ok(built)
    }

    fn address(&self, request: &Request) -> Result<Url, <Url as std::str::FromStr>::Err> {
        let pairs: Vec<String> = request
            .query
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        Url::parse(&format!("{}{}{query}", self.url.as_str().trim_end_matches('/'), request.path))
    }
}

/// Percent-encoding as signatures want it.
pub(super) fn encoded(text: &str) -> String {
    encoded_but(text, "")
}

/// The same, with some more characters that stay.
pub(super) fn encoded_but(text: &str, stay: &str) -> String {
    let written = |byte: u8| {
        let letter = char::from(byte);
        if byte.is_ascii_alphanumeric() || "-_.~".contains(letter) || stay.contains(letter) {
            letter.to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encoded_once() {
        assert_eq!(encoded("a b/c:ä"), "a%20b%2Fc%3A%C3%A4");
        assert_eq!(encoded_but("a b/c", "/"), "a%20b/c");
    }
}
