//! An S3 endpoint with one locked bucket: what is there stays, and it can be out of order.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::listen;

/// The bucket's name.
pub(crate) const BUCKET: &str = "anchors";

#[derive(Default)]
struct Inner {
    objects: BTreeMap<String, String>,
    broken: bool,
    puts: usize,
}

/// The endpoint.
#[derive(Clone, Default)]
pub(crate) struct Archive(Arc<Mutex<Inner>>);

impl Archive {
    pub(crate) async fn start() -> (Self, String) {
        let archive = Self::default();
        let (listener, url) = listen().await;
        let router = Router::new().fallback(answer).with_state(archive.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves until the test ends") });
        (archive, url)
    }

    /// Every call fails from now on, or not any more.
    pub(crate) fn break_down(&self, broken: bool) {
        self.with(|inner| inner.broken = broken);
    }

    /// What is kept.
    pub(crate) fn objects(&self) -> BTreeMap<String, String> {
        self.with(|inner| inner.objects.clone())
    }

    /// How often somebody tried to write.
    pub(crate) fn puts(&self) -> usize {
        self.with(|inner| inner.puts)
    }

    /// Puts an object there as nobody could who has only the portal's rights.
    pub(crate) fn plant(&self, key: &str, content: &str) {
        self.with(|inner| inner.objects.insert(key.to_owned(), content.to_owned()));
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn answer(
    State(archive): State<Archive>,
    method: Method,
    uri: Uri,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().trim_start_matches('/').to_owned();
    let (bucket, key) = path.split_once('/').unwrap_or((&path, ""));
    assert_eq!(bucket, BUCKET);
    archive.with(|inner| {
        inner.puts += usize::from(method == Method::PUT);
        if inner.broken {
            return error(StatusCode::SERVICE_UNAVAILABLE, "SlowDown");
        }
        match method {
            Method::PUT => inner.put(key, &headers, &body),
            Method::GET if key.is_empty() => inner.list(query.get("prefix").map_or("", String::as_str)),
            Method::GET => match inner.objects.get(key) {
                Some(content) => content.clone().into_response(),
                None => error(StatusCode::NOT_FOUND, "NoSuchKey"),
            },
            _ => error(StatusCode::FORBIDDEN, "AccessDenied"),
        }
    })
}

impl Inner {
    /// A bucket with object lock wants a checksum, this one a condition too.
    fn put(&mut self, key: &str, headers: &HeaderMap, body: &Bytes) -> Response {
        if headers.get("if-none-match").is_none_or(|value| value != "*") {
            return error(StatusCode::FORBIDDEN, "AccessDenied");
        }
        if !headers.contains_key("x-amz-checksum-sha256") {
            return error(StatusCode::BAD_REQUEST, "InvalidRequest");
        }
        if self.objects.contains_key(key) {
            return error(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
        }
        self.objects.insert(key.to_owned(), String::from_utf8(body.to_vec()).expect("text"));
        StatusCode::OK.into_response()
    }

    fn list(&self, prefix: &str) -> Response {
        let keys = self.objects.keys().filter(|key| key.starts_with(prefix));
        let entries: Vec<_> = keys.map(|key| format!("<Contents><Key>{key}</Key></Contents>")).collect();
        let contents = entries.concat();
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>")
            .into_response()
    }
}

fn error(status: StatusCode, code: &str) -> Response {
    (status, format!("<Error><Code>{code}</Code><Message>{code}</Message></Error>")).into_response()
}
