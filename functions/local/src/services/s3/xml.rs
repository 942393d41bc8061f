//! S3's words: errors and lists in XML.

use std::fmt::Write;

use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use quick_xml::escape::escape;

/// A refusal as S3 words it: clients match the code.
#[derive(Debug)]
pub(super) struct S3Error {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl S3Error {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(super) fn denied(why: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDenied", format!("Access Denied: {why}."))
    }

    pub(super) fn no_checksum() -> Self {
        let message = "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock \
                       parameters; local mode reads x-amz-checksum-sha256.";
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequest", message)
    }

    pub(super) fn bad_checksum() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "BadDigest",
            "The SHA256 you specified did not match what we received.",
        )
    }

    pub(super) fn precondition() -> Self {
        let message = "At least one of the pre-conditions you specified did not hold";
        Self::new(StatusCode::PRECONDITION_FAILED, "PreconditionFailed", message)
    }

    pub(super) fn no_such_key(key: &str) -> Self {
        let message = format!("The specified key does not exist: {key}");
        Self::new(StatusCode::NOT_FOUND, "NoSuchKey", message)
    }

    pub(super) fn odd_name() -> Self {
        let message = "Local mode keeps objects whose names are letters, digits, `-`, `_`, `.` and `/`.";
        Self::new(StatusCode::BAD_REQUEST, "InvalidURI", message)
    }

    pub(super) fn bad_count() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidArgument", "max-keys is not a number.")
    }

    pub(super) fn not_here(method: &Method) -> Self {
        let message = format!("Local mode's S3 has no such operation ({method}).");
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message)
    }
}

impl From<std::io::Error> for S3Error {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "local mode's S3 could not use its folder");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalError",
            "The folder could not be used; see the log.",
        )
    }
}

impl IntoResponse for S3Error {
    fn into_response(self) -> Response {
        let message = escape(&self.message);
        let body = format!("<Error><Code>{}</Code><Message>{message}</Message></Error>", self.code);
        (self.status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
    }
}

/// The answer of `ListObjectsV2`; the next page begins after the last key of this one.
pub(super) fn list(
    bucket: &str,
    prefix: &str,
    most: usize,
    truncated: bool,
    keys: &[(String, u64)],
) -> String {
    let mut text = format!(
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{}</Name><Prefix>{}</Prefix>\
         <MaxKeys>{most}</MaxKeys><KeyCount>{}</KeyCount><IsTruncated>{truncated}</IsTruncated>",
        escape(bucket),
        escape(prefix),
        keys.len()
    );
    // Writing to a string does not fail.
    for (key, bytes) in keys {
        let _ = write!(text, "<Contents><Key>{}</Key><Size>{bytes}</Size></Contents>", escape(key));
    }
    if let Some((last, _)) = keys.last().filter(|_| truncated) {
        let _ = write!(text, "<NextContinuationToken>{}</NextContinuationToken>", escape(last));
    }
    text + "</ListBucketResult>"
}
