//! A small stand-in for AWS's services: it keeps what it is asked and answers like the service.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    /// `x-amz-target`, of the JSON protocols.
    pub(super) target: String,
    /// The credential of its signature: account, date, Region, service.
    pub(super) credential: String,
    pub(super) body: String,
}

/// The stand-in.
pub(super) struct Services {
    pub(super) url: String,
    asked: Arc<watch::Sender<Vec<Asked>>>,
}

impl Services {
    pub(super) async fn start() -> Self {
        let asked = Arc::new(watch::Sender::new(Vec::new()));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let router = Router::new().fallback(answer).with_state(asked.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { url, asked }
    }

    /// Waits for the first request that `is` one.
    pub(super) async fn request(&self, is: impl Fn(&Asked) -> bool) -> Asked {
        let mut asked = self.asked.subscribe();
        let wait = asked.wait_for(|all| all.iter().any(&is));
        let all =
            tokio::time::timeout(super::harness::PATIENCE, wait).await.expect("asked").expect("open").clone();
        all.into_iter().find(is).expect("it was there")
    }

    /// How often it was asked.
    pub(super) fn count(&self) -> usize {
        self.asked.borrow().len()
    }
}

async fn answer(State(asked): State<Arc<watch::Sender<Vec<Asked>>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let header = |name: &str| {
        let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    };
    let authorization = header("authorization");
    let credential = authorization.split("Credential=").nth(1).and_then(|rest| rest.split(',').next());
    let (method, path) = (parts.method.to_string(), parts.uri.path().to_owned());
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let (target, credential) = (header("x-amz-target"), credential.unwrap_or_default().to_owned());
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_else(|_| Bytes::new());
    let body = String::from_utf8_lossy(&body).into_owned();
    let this = Asked { method, path, query, target, credential, body };
    asked.send_modify(|all| all.push(this.clone()));
    if let Some(function) = this.path.strip_prefix("/2015-03-31/functions/") {
        return function_answers(function.trim_end_matches("/invocations"), &this).await;
    }
    service_answers(&this)
}

/// Functions by what they do; a name may be an ARN.
async fn function_answers(function: &str, asked: &Asked) -> Response {
    let name = function.rsplit("%3A").next().unwrap_or(function);
    match name {
        "echo" => asked.body.clone().into_response(),
        "fails" => {
            let body =
                json!({"errorMessage": "no", "errorType": "CustomError", "stackTrace": []}).to_string();
            ([("x-amz-function-error", "Unhandled")], body).into_response()
        }
        "hangs" => std::future::pending().await,
        _ => {
            error(StatusCode::NOT_FOUND, "ResourceNotFoundException", &format!("Function not found: {name}"))
        }
    }
}

fn service_answers(asked: &Asked) -> Response {
    let body: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    match (asked.method.as_str(), asked.target.as_str(), asked.path.as_str()) {
        (_, "AmazonSQS.SendMessage", _) => json!({"MD5OfMessageBody": "md5", "MessageId": "m-1"}).to_string().into_response(),
        (_, "DynamoDB_20120810.GetItem", _) if body["TableName"] == "items" => {
            json!({"Item": {"id": {"S": "id1"}}}).to_string().into_response()
        }
        (_, target, _) if target.starts_with("DynamoDB_20120810.") => error(
            StatusCode::BAD_REQUEST,
            "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
            "Requested resource not found",
        ),
        (_, "AWSEvents.PutEvents", _) => {
            let entry = json!({"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."});
            json!({"FailedEntryCount": 1, "Entries": [entry]}).to_string().into_response()
        }
        (_, "Logs_20140328.DescribeLogGroups", _) => {
            json!({"logGroups": [{"logGroupName": "a", "storedBytes": 3}]}).to_string().into_response()
        }
        ("POST", "", "/") => {
            "<PublishResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult><MessageId>n-1</MessageId>\
             </PublishResult><ResponseMetadata/></PublishResponse>"
                .into_response()
        }
        ("GET", "", "/bucket") => "<ListBucketResult><KeyCount>1</KeyCount><Contents><Key>a/b</Key><Size>4</Size></Contents>\
             </ListBucketResult>"
            .into_response(),
        ("GET", "", "/bucket/a/b") => ([("etag", "\"e\"")], "text").into_response(),
        ("PUT", "", "/bucket/c") => ([("etag", "\"f\"")], "").into_response(),
        ("GET", "", _) => (
            StatusCode::NOT_FOUND,
            "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>",
        )
            .into_response(),
        _ => error(StatusCode::BAD_REQUEST, "UnknownOperationException", "nothing here"),
    }
}

fn error(status: StatusCode, code: &str, message: &str) -> Response {
    (status, json!({"__type": code, "message": message}).to_string()).into_response()
}
