//! Three operations of S3: getObject, putObject, listObjectsV2, with the bucket in the path.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::fmt::rfc2822;
use serde_json::{Map, Value, json};

use super::errors::{Style, failure};
use super::send::{Request, Response, encoded, encoded_but};
use super::{Endpoint, refused, xml};
use crate::engine::integrations::{Answer, Call};

const STYLE: Style<'_> = Style::Sdk("S3");

/// Headers of an object by the member that shows them.
const HEADERS: &[(&str, &str)] = &[
    ("AcceptRanges", "accept-ranges"),
    ("CacheControl", "cache-control"),
    ("ContentDisposition", "content-disposition"),
    ("ContentEncoding", "content-encoding"),
    ("ContentType", "content-type"),
    ("ETag", "etag"),
    ("LastModified", "last-modified"),
    ("ServerSideEncryption", "x-amz-server-side-encryption"),
    ("ChecksumCRC32", "x-amz-checksum-crc32"),
    ("ChecksumType", "x-amz-checksum-type"),
    ("VersionId", "x-amz-version-id"),
];

/// Carries one out.
pub(super) async fn call(endpoint: &Endpoint, call: &Call) -> Answer {
    let arguments = &call.request.arguments;
    let text = |member: &str| arguments[member].as_str();
    let Some(bucket) = text("Bucket") else { return refused(call, "Bucket is missing or not a string") };
    let mut request = Request { signing: "s3".to_owned(), ..Request::default() };
    request.path = format!("/{}", encoded(bucket));
    let action = call.action();
    match (action, text("Key")) {
        ("listObjectsV2" | "listObjects", _) => request.query = list_query(action, arguments),
        ("getObject" | "putObject", None) => return refused(call, "Key is missing or not a string"),
        ("getObject" | "putObject", Some(key)) => {
            request.path = format!("{}/{}", request.path, encoded_but(key, "/"));
        }
        _ => return refused(call, "of S3 only getObject, putObject, listObjects and listObjectsV2 can be"),
    }
    if action == "putObject" {
        request.method = reqwest::Method::PUT;
        request.body = body(call);
        let kind = text("ContentType").unwrap_or("application/octet-stream");
        request.headers.push(("content-type".to_owned(), kind.to_owned()));
    }
    match endpoint.send(call, request).await {
        Ok(response) if !response.is_success() => failure(STYLE, &response),
        Ok(response) if action == "getObject" => Answer::Accepted(object(&response)),
        Ok(response) if action == "putObject" => Answer::Accepted(shown_headers(&response)),
        Ok(response) => listed(call, &response),
        Err(failed) => failed,
    }
}

fn list_query(action: &str, arguments: &Value) -> Vec<(String, String)> {
    let mut query = Vec::new();
    if action == "listObjectsV2" {
        query.push(("list-type".to_owned(), "2".to_owned()));
    }
    for (member, name) in [
        ("Prefix", "prefix"),
        ("Delimiter", "delimiter"),
        ("MaxKeys", "max-keys"),
        ("ContinuationToken", "continuation-token"),
        ("StartAfter", "start-after"),
        ("Marker", "marker"),
    ] {
        match &arguments[member] {
            Value::String(text) => query.push((name.to_owned(), text.clone())),
            Value::Number(number) => query.push((name.to_owned(), number.to_string())),
            _ => {}
        }
    }
    query
}

/// What a Task writes is written as JSON, text in quotation marks too; a `ResultWriter` has written its
/// file already.
fn body(call: &Call) -> Vec<u8> {
    let written = !call.request.integration.resource.contains(":aws-sdk:");
    match &call.request.arguments["Body"] {
        Value::Null => Vec::new(),
        Value::String(text) if written => text.clone().into_bytes(),
        other => other.to_string().into_bytes(),
    }
}

/// An object with its content; what is no text is shown in base64.
fn object(response: &Response) -> Value {
    let mut object = shown_headers(response);
    object["ContentLength"] = json!(response.body.len());
    object["Metadata"] = metadata(response);
    let text = String::from_utf8(response.body.clone());
    object["Body"] = json!(text.unwrap_or_else(|error| BASE64_STANDARD.encode(error.into_bytes())));
    object
}

fn shown_headers(response: &Response) -> Value {
    let mut shown = Map::new();
    for (member, header) in HEADERS {
        if let Some(value) = response.header(header) {
            let date = (*header == "last-modified").then(|| rfc2822::parse(value).ok()).flatten();
            let value = date.map_or_else(|| value.to_owned(), |date| date.timestamp().to_string());
            shown.insert((*member).to_owned(), json!(value));
        }
    }
    shown.into()
}

fn metadata(response: &Response) -> Value {
    let own = response.headers.iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix("x-amz-meta-")?;
        Some((name.to_owned(), json!(value.to_str().ok()?)))
    });
    own.collect::<Map<_, _>>().into()
}

/// A listing: `Contents` and `CommonPrefixes` are lists, counts are numbers.
fn listed(call: &Call, response: &Response) -> Answer {
    let Some(root) = xml::parse(&String::from_utf8_lossy(&response.body)) else {
        return refused(call, "the answer is no XML");
    };
    let mut answer = Map::new();
    for child in &root.children {
        let name = child.name.as_str();
        if matches!(name, "Contents" | "CommonPrefixes") {
            let list = answer.entry(name).or_insert_with(|| json!([]));
            list.as_array_mut().into_iter().for_each(|list| list.push(numbered(child)));
        } else if matches!(name, "KeyCount" | "MaxKeys") {
            answer.insert(name.to_owned(), number(&child.text));
        } else {
            answer.insert(name.to_owned(), child.value());
        }
    }
    Answer::Accepted(answer.into())
}

fn numbered(element: &xml::Element) -> Value {
    let mut value = element.value();
    if let Some(size) = element.children.iter().find(|child| child.name == "Size") {
        value["Size"] = number(&size.text);
    }
    value
}

fn number(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}
