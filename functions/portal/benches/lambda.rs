//! What the functions speak to while they are measured: `DynamoDB`, Step Functions and Secrets Manager in
//! memory, on loopback, without conditions. `lambda.sh` starts it, and measures.
//!
//! It is filled through the portal's own store: the sample catalog's people, one published version, one session.
//! Then it writes `event.json`, a request for a run of that workflow as API Gateway sends it, prints the
//! environment that leads here, and serves until its input ends. Idempotency keys are forgotten at once, so that
//! each repetition of the event is a new run.

#![expect(clippy::print_stdout, reason = "the environment is this program's answer")]
#![expect(clippy::disallowed_types, reason = "fills the tables as a deployment would")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use aws_config::BehaviorVersion;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use jiff::Timestamp;
use portal::CatalogStore;
use portal::store::Store;
use portal::store::session::Session;
use serde_json::{Value, json};

const WORKFLOW: &str = "resize-rds-cluster";
const PERSON: &str = "declan.moriarty";
const TOKEN: &str = "a-token-of-the-benchmark";
/// What every secret is here.
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const URL: &str = "https://drawbridge.example.com";

type Items = Arc<Mutex<HashMap<String, Value>>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // `cargo bench` and `cargo test --benches` pass options of their own; `lambda.sh` passes two folders.
    let folders: Vec<_> = std::env::args().skip(1).filter(|given| !given.starts_with('-')).collect();
    let [compiled, out] = &*folders else { return Ok(()) };
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    let items = Items::default();
    std::thread::spawn({
        let items = items.clone();
        move || listener.incoming().flatten().for_each(|client| drop(answer(client, items.clone())))
    });
    fill(&address, Path::new(compiled)).await?;
    std::fs::write(Path::new(out).join("event.json"), event().to_string())?;
    environment(&address, compiled);
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// People, a version and a session, by the portal's own hand.
async fn fill(address: &str, compiled: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let credentials = Credentials::new("bench", "bench", None, None, "benchmark");
    let sdk = aws_config::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(address)
        .region(aws_config::Region::from_static("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    let store = Store::new(aws_sdk_dynamodb::Client::new(&sdk), "main", "audit");
    let index = CatalogStore::open(compiled)?.index();
    store.seed_people(&index).await?;
    let digest = &index.workflows.get(WORKFLOW).ok_or("the sample catalog has no such workflow")?.digest;
    let version = format!("arn:aws:states:eu-west-1:527310946281:stateMachine:drawbridge-{WORKFLOW}:1");
    store.put_version(WORKFLOW, digest, &version).await?;
    store.put_session(TOKEN, &Session::begin(PERSON, Timestamp::now())).await?;
    Ok(())
}

fn environment(address: &str, compiled: &str) {
    let gateway = "arn:aws:states:eu-west-1:310458627194:stateMachine:drawbridge-gateway";
    for (name, value) in [
        ("AWS_ENDPOINT_URL_DYNAMODB", address),
        ("AWS_ENDPOINT_URL_SFN", address),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", address),
        ("DRAWBRIDGE_TABLE", "main"),
        ("DRAWBRIDGE_AUDIT_TABLE", "audit"),
        ("DRAWBRIDGE_ANCHOR_BUCKET", "anchors"),
        ("DRAWBRIDGE_GATEWAY_ARN", gateway),
        ("DRAWBRIDGE_CATALOG", compiled),
        ("DRAWBRIDGE_URL", URL),
        ("DRAWBRIDGE_REGIONS", "eu-west-1"),
        ("DRAWBRIDGE_ISSUER", "https://id.example.com"),
        ("DRAWBRIDGE_CLIENT_ID", "drawbridge"),
        ("DRAWBRIDGE_SECRET_KEY_SECRET", "secret-key"),
        ("DRAWBRIDGE_LINK_KEY_SECRET", "link-key"),
        ("DRAWBRIDGE_ORIGIN_KEY_SECRET", "origin-key"),
    ] {
        println!("export {name}='{value}'");
    }
}

/// A request for a run that needs no approval.
fn event() -> Value {
    let path = format!("/api/workflows/{WORKFLOW}/runs");
    let parameters = json!({"cluster": "dev-orders", "environment": "development",
        "instance_class": "db.r6g.large", "reason": "The benchmark asks for it.", "rollout": {"pause_minutes": 2}});
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
        "cookies": [format!("__Host-drawbridge={TOKEN}")],
        "headers": {"content-type": "application/json", "origin": URL, "idempotency-key": "benchmark",
            "x-drawbridge-origin": SECRET,
            "host": "drawbridge.example.com", "user-agent": "benchmark", "x-forwarded-for": "203.0.113.7",
            "x-amzn-trace-id": "Root=1-65f0c2a4-0123456789abcdef01234567"},
        "requestContext": {"accountId": "310458627194", "apiId": "a", "domainName": "drawbridge.example.com",
            "domainPrefix": "a", "requestId": "r", "routeKey": "$default", "stage": "$default",
            "time": "28/Nov/2026:12:00:00 +0000", "timeEpoch": 1_795_867_200_000_i64,
            "http": {"method": "POST", "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7",
                "userAgent": "benchmark"}},
        "body": json!({"parameters": parameters}).to_string(), "isBase64Encoded": false,
    })
}

/// Answers one connection after the other requests that come over it, on a thread of its own.
fn answer(client: TcpStream, items: Items) -> std::io::Result<()> {
    client.set_nodelay(true)?;
    let mut to = client.try_clone()?;
    let mut from = BufReader::new(client);
    std::thread::spawn(move || -> std::io::Result<()> {
        while let Some((operation, body)) = request(&mut from)? {
            let body = said(&operation, &body, &items).to_string();
            let length = body.len();
            write!(
                to,
                "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {length}\r\n\r\n{body}"
            )?;
        }
        Ok(())
    });
    Ok(())
}

/// The operation and the body of the next request; none once the connection is closed.
fn request(from: &mut impl BufRead) -> std::io::Result<Option<(String, Value)>> {
    let (mut operation, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "x-amz-target" => value.rsplit('.').next().unwrap_or_default().trim().clone_into(&mut operation),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(Some((operation, serde_json::from_slice(&body).unwrap_or_default())))
}

fn said(operation: &str, body: &Value, items: &Items) -> Value {
    let Ok(mut items) = items.lock() else { return json!({}) };
    let mut put = |item: &Value| {
        let key = key_of(item);
        if !key.starts_with("IDEM#") {
            items.insert(key, item.clone());
        }
    };
    match operation {
        "PutItem" => put(&body["Item"]),
        "TransactWriteItems" => {
            let writes = body["TransactItems"].as_array().into_iter().flatten();
            writes.filter_map(|write| write.get("Put")).for_each(|write| put(&write["Item"]));
        }
        "GetItem" => {
            let item = items.get(&key_of(&body["Key"]));
            return item.map_or_else(|| json!({}), |item| json!({ "Item": item }));
        }
        "StartExecution" => return json!({"executionArn": "arn", "startDate": 1_795_867_200.0}),
        "GetSecretValue" => return json!({ "SecretString": SECRET }),
        _ => {}
    }
    json!({})
}

fn key_of(item: &Value) -> String {
    format!(
        "{} {}",
        item["PK"]["S"].as_str().unwrap_or_default(),
        item["SK"]["S"].as_str().unwrap_or_default()
    )
}
