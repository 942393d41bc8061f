//! A stand-in of S3 with object lock, as far as the archive needs it: objects are written once and read.
//!
//! Buckets are as the deployment's archive is: with object lock, and with a policy that lets nobody write
//! without `If-None-Match`, or remove anything. So an object never changes, and is a file of its own:
//! `s3/<bucket>/<key>` in the data folder, which `verify --anchors` can be pointed at.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use files::{Files, Put};
use xml::S3Error;

mod files;
mod xml;

/// Longest object; a daily anchor of some hundred thousand runs.
const LARGEST: usize = 64 << 20;

/// The service. Clones share it.
#[derive(Clone)]
pub struct S3(Arc<Files>);

impl S3 {
    /// Keeps its buckets in the folder `s3` of the data folder.
    pub fn open(data: &Path) -> Self {
        Self(Arc::new(Files::new(data.join("s3"))))
    }

    /// The protocol, with buckets in the path, as an axum router.
    pub fn router(&self) -> Router {
        Router::new().fallback(handle).layer(DefaultBodyLimit::max(LARGEST)).with_state(self.clone())
    }
}

async fn handle(
    State(S3(files)): State<S3>,
    method: Method,
    uri: Uri,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let answer = match (&method, key) {
        (&Method::GET, "") => list(&files, bucket, &query),
        (&Method::PUT, key) if !key.is_empty() => put(&files, bucket, key, &headers, &body),
        (&Method::GET | &Method::HEAD, key) if !key.is_empty() => get(&files, bucket, key),
        (&Method::DELETE, _) => Err(S3Error::denied("the bucket's policy lets nobody remove anything")),
        _ => Err(S3Error::not_here(&method)),
    };
    answer.unwrap_or_else(IntoResponse::into_response)
}

fn put(
    files: &Files,
    bucket: &str,
    key: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Response, S3Error> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("if-none-match") != Some("*") {
        return Err(S3Error::denied("the bucket's policy demands If-None-Match: *"));
    }
    let checksum = text("x-amz-checksum-sha256").ok_or_else(S3Error::no_checksum)?;
    let computed = STANDARD.encode(Sha256::digest(body));
    if checksum != computed {
        return Err(S3Error::bad_checksum());
    }
    match files.put(bucket, key, body)? {
        Put::New => {
            let tag = etag(body);
            Ok(([("etag", tag.as_str()), ("x-amz-checksum-sha256", &computed)], "").into_response())
        }
        Put::Exists => Err(S3Error::precondition()),
    }
}

/// A `HEAD` has the same headers; the server drops the body.
fn get(files: &Files, bucket: &str, key: &str) -> Result<Response, S3Error> {
    let content = files.get(bucket, key)?.ok_or_else(|| S3Error::no_such_key(key))?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::ETAG, etag(&content)),
        (header::HeaderName::from_static("x-amz-object-lock-mode"), "COMPLIANCE".to_owned()),
    ];
    Ok((headers, content).into_response())
}

/// `ListObjectsV2`: all keys from a start on, a page of them at a time.
fn list(files: &Files, bucket: &str, query: &HashMap<String, String>) -> Result<Response, S3Error> {
    let text = |name: &str| query.get(name).map_or("", String::as_str);
    if text("list-type") != "2" || query.contains_key("delimiter") {
        return Err(S3Error::not_here(&Method::GET));
    }
    let most =
        query.get("max-keys").map_or(Ok(1000), |most| most.parse()).map_err(|_| S3Error::bad_count())?;
    let after = text("start-after").max(text("continuation-token"));
    let prefix = text("prefix");
    let mut keys = files.keys(bucket)?;
    keys.retain(|(key, _)| key.starts_with(prefix) && key.as_str() > after);
    let truncated = keys.len() > most;
    keys.truncate(most);
    let body = xml::list(bucket, prefix, most, truncated, &keys);
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, "application/xml")], body).into_response())
}

fn etag(content: &[u8]) -> String {
    format!("\"{}\"", &hex::encode(Sha256::digest(content))[..32])
}
