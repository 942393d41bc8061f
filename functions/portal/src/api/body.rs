//! Bodies of requests, read with suspicion.
//!
//! 1. a compressed body is refused, and one of another type;
//! 2. at most 64 KiB are read, whatever `Content-Length` claims;
//! 3. JSON goes through the strict reader, forms become pairs;
//! 4. [`Fields`] takes an object apart and reports everything that is wrong with it at once.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use openidconnect::url::form_urlencoded;
use serde_json::{Map, Value};

use super::error::{ApiError, FieldProblem, Kind};
use crate::strict_json::{self, escape};

/// The most that a request may carry.
pub(crate) const LIMIT: usize = 64 * 1024;
/// How much more is read and thrown away, so that an honest client that is still sending sees the answer.
const DRAIN: usize = 1024 * 1024;

/// A JSON body.
pub(crate) struct JsonBody(pub(crate) Value);

/// The pairs of a posted form.
pub(crate) struct FormBody(pub(crate) Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let bytes = read(request, "application/json").await?;
        strict_json::parse(&bytes).map(Self).map_err(|refusal| {
            let strict_json::Refusal { pointer, message } = refusal;
            let detail = "The body is not JSON that this API accepts.";
            ApiError::fields(Kind::Malformed, detail, vec![FieldProblem { pointer, message }])
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for FormBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let bytes = read(request, "application/x-www-form-urlencoded").await?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

impl FormBody {
    /// The first value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A body of this type, as it arrived.
pub(crate) async fn read(request: Request, media_type: &str) -> Result<Bytes, ApiError> {
    check_headers(request.headers(), media_type)?;
    let announced =
        request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    let mut body = request.into_body();
    if announced.is_some_and(|length| length > LIMIT) {
        return Err(too_large(&mut body).await);
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or(0));
    while let Some(chunk) = next_chunk(&mut body).await? {
        if bytes.len() + chunk.len() > LIMIT {
            return Err(too_large(&mut body).await);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.into())
}

fn check_headers(headers: &HeaderMap, media_type: &str) -> Result<(), ApiError> {
    let encodings = headers.get_all(header::CONTENT_ENCODING);
    if encodings.iter().any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(ApiError::new(Kind::UnsupportedMediaType, "Send the body without Content-Encoding."));
    }
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(media_type) {
        return Ok(());
    }
    Err(ApiError::new(Kind::UnsupportedMediaType, format!("Send the body as `Content-Type: {media_type}`.")))
}

async fn next_chunk(body: &mut Body) -> Result<Option<Bytes>, ApiError> {
    loop {
        match poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await {
            None => return Ok(None),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Some(Err(_)) => {
                return Err(ApiError::new(Kind::Malformed, "The body ended before it was complete."));
            }
        }
    }
}

async fn too_large(body: &mut Body) -> ApiError {
    let mut dropped = 0;
    while dropped < DRAIN {
        match next_chunk(body).await {
            Ok(Some(chunk)) => dropped += chunk.len(),
            Ok(None) | Err(_) => break,
        }
    }
    ApiError::new(Kind::TooLarge, "The body is larger than 64 KiB.")
}

/// Takes the members of a JSON object one by one and collects what is wrong.
pub(crate) struct Fields {
    members: Map<String, Value>,
    errors: Vec<FieldProblem>,
}

impl Fields {
    /// Starts with a body, which must be an object.
    pub(crate) fn of(body: Value) -> Self {
        match body {
            Value::Object(members) => Self { members, errors: Vec::new() },
            _ => Self { members: Map::new(), errors: vec![problem("", "The body must be an object.")] },
        }
    }

    /// An object that must be there; null when it is not, which is noted.
    pub(crate) fn object(&mut self, name: &str) -> Value {
        match self.members.remove(name) {
            Some(object @ Value::Object(_)) => return object,
            Some(_) => self.wrong(name, "This must be an object."),
            None => self.wrong(name, "This is missing."),
        }
        Value::Null
    }

    /// A string that must be there; `None` when it is not, which is noted.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        if !self.members.contains_key(name) {
            self.wrong(name, "This is missing.");
            return None;
        }
        let text = self.string(name);
        if text.is_none() {
            self.wrong(name, "This must be a string.");
        }
        text
    }

    /// A string that may be absent or null.
    pub(crate) fn optional_text(&mut self, name: &str) -> Option<String> {
        if matches!(self.members.get(name), None | Some(Value::Null)) {
            self.members.remove(name);
            return None;
        }
        self.text(name)
    }

    /// A whole number that may be absent or null.
    pub(crate) fn optional_integer(&mut self, name: &str) -> Option<i64> {
        let number = self.members.remove(name).filter(|value| !value.is_null())?;
        if number.as_i64().is_none() {
            self.wrong(name, "This must be a whole number.");
        }
        number.as_i64()
    }

    fn string(&mut self, name: &str) -> Option<String> {
        match self.members.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// Adds a fault that only the caller can see.
    pub(crate) fn wrong(&mut self, name: &str, message: &str) {
        self.errors.push(problem(name, message));
    }

    /// Refuses when anything was wrong or is left over.
    ///
    /// # Errors
    /// Every fault of the body.
    pub(crate) fn finish(mut self) -> Result<(), ApiError> {
        let unknown = self.members.keys().map(|name| problem(name, "There is no such field."));
        self.errors.extend(unknown);
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(ApiError::fields(
            Kind::Malformed,
            "The body does not have the fields that this route reads.",
            self.errors,
        ))
    }
}

fn problem(name: &str, message: &str) -> FieldProblem {
    let pointer = if name.is_empty() { String::new() } else { format!("/{}", escape(name)) };
    FieldProblem { pointer, message: message.to_owned() }
}
