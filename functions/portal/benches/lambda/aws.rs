//! AWS in memory, as far as the functions call it: no conditions, and nothing that indexes find.
//!
//! Accounts of teams lead here, too: whoever assumes a role gets the same credentials, and every workflow's machine has
//! one version, published for the digest that [`Aws::publish`] was told.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::SECRET;

/// The stand-in, as long as the process lives.
pub(crate) struct Aws {
    /// Where it is.
    pub(crate) address: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// By table, partition and sort key.
    items: Mutex<BTreeMap<(String, String, String), Value>>,
    /// The digest of each workflow, by slug.
    published: Mutex<BTreeMap<String, String>>,
    frozen: AtomicBool,
    calls: AtomicU64,
}

impl Aws {
    /// Listens on a port of its own, each connection on a thread.
    pub(crate) fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let state = Arc::<State>::default();
        std::thread::spawn({
            let state = state.clone();
            move || {
                for client in listener.incoming().flatten() {
                    let state = state.clone();
                    std::thread::spawn(move || state.serve(client));
                }
            }
        });
        Ok(Self { address, state })
    }

    /// A workflow's machine has a version for this digest.
    pub(crate) fn publish(&self, slug: &str, digest: &str) {
        let mut published = self.state.published.lock().unwrap_or_else(PoisonError::into_inner);
        published.insert(slug.to_owned(), digest.to_owned());
    }

    /// Keeps nothing any more of what is written.
    pub(crate) fn freeze(&self) {
        self.state.frozen.store(true, Ordering::SeqCst);
    }

    /// How many calls were answered.
    pub(crate) fn calls(&self) -> u64 {
        self.state.calls.load(Ordering::SeqCst)
    }
}

impl State {
    fn serve(&self, client: TcpStream) -> std::io::Result<()> {
        client.set_nodelay(true)?;
        let mut to = client.try_clone()?;
        let mut from = BufReader::new(client);
        while let Some((operation, body)) = request(&mut from)? {
            self.calls.fetch_add(1, Ordering::SeqCst);
            let body = match &*operation {
                "" => xml(&body),
                _ => self.answer(&operation, &serde_json::from_slice(&body).unwrap_or_default()).to_string(),
            };
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ";
            to.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes())?;
        }
        Ok(())
    }

    fn answer(&self, operation: &str, body: &Value) -> Value {
        match operation {
            "PutItem" => self.write("Put", body),
            "DeleteItem" => self.write("Delete", body),
            "TransactWriteItems" => {
                let writes = body["TransactItems"].as_array().into_iter().flatten();
                writes.filter_map(Value::as_object).flatten().for_each(|(kind, write)| {
                    self.write(kind, write);
                });
                json!({})
            }
            "GetItem" => {
                let item = self.item(table(body), &body["Key"]);
                item.map_or_else(|| json!({}), |item| json!({ "Item": item }))
            }
            "BatchGetItem" => {
                let wanted = body["RequestItems"].as_object().into_iter().flatten();
                let found = wanted.map(|(table, wanted)| {
                    let keys = wanted["Keys"].as_array().into_iter().flatten();
                    (table.clone(), keys.filter_map(|key| self.item(table, key)).collect())
                });
                json!({ "Responses": Value::Object(found.collect()) })
            }
            "Query" => json!({ "Items": self.found(body) }),
            "StartExecution" => json!({"executionArn": "arn", "startDate": 1_795_867_200.0}),
            "DescribeExecution" => {
                json!({"executionArn": "arn", "stateMachineArn": "arn", "status": "RUNNING", "startDate": 1.0})
            }
            "ListStateMachineVersions" => {
                let version = format!("{}:1", text(body, "stateMachineArn"));
                json!({"stateMachineVersions": [{"stateMachineVersionArn": version, "creationDate": 1.0}]})
            }
            "DescribeStateMachine" => self.described(text(body, "stateMachineArn")),
            "GetSecretValue" => json!({ "SecretString": SECRET }),
            _ => json!({}),
        }
    }

    fn described(&self, version: &str) -> Value {
        let slug = version.split(":drawbridge-").nth(1).and_then(|rest| rest.strip_suffix(":1"));
        let published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = slug.and_then(|slug| published.get(slug));
        json!({"stateMachineArn": version, "name": slug, "definition": "{}", "roleArn": "arn", "type": "STANDARD",
            "creationDate": 1.0, "description": digest})
    }

    fn write(&self, kind: &str, write: &Value) -> Value {
        if !self.frozen.load(Ordering::SeqCst) {
            let mut items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
            match kind {
                "Put" => drop(items.insert(key(table(write), &write["Item"]), write["Item"].clone())),
                "Delete" => drop(items.remove(&key(table(write), &write["Key"]))),
                _ => {}
            }
        }
        json!({})
    }

    fn item(&self, table: &str, wanted: &Value) -> Option<Value> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).get(&key(table, wanted)).cloned()
    }

    /// What a partition holds that begins like this; nothing of an index.
    fn found(&self, query: &Value) -> Vec<Value> {
        let value = |name: &str| query["ExpressionAttributeValues"][name]["S"].as_str().map(str::to_owned);
        let (Some(partition), false) = (value(":pk"), query["IndexName"].is_string()) else { return vec![] };
        let begins = value(":sk").unwrap_or_default();
        let items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        let held = items.range((table(query).to_owned(), partition.clone(), begins.clone())..);
        let held = held.take_while(|((_, pk, sk), _)| *pk == partition && sk.starts_with(&begins));
        held.map(|(_, item)| item.clone()).collect()
    }
}

/// What names no operation in its head is for STS, which has it in the body, or for S3.
fn xml(body: &[u8]) -> String {
    if !body.starts_with(b"Action=AssumeRole&") {
        return "<ListBucketResult/>".to_owned();
    }
    let credentials = "<AccessKeyId>bench</AccessKeyId><SecretAccessKey>bench</SecretAccessKey>\
         <SessionToken>bench</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>";
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials>{credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>"
    )
}

fn table(body: &Value) -> &str {
    text(body, "TableName")
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_default()
}

fn key(table: &str, item: &Value) -> (String, String, String) {
    let part = |name: &str| item[name]["S"].as_str().unwrap_or_default().to_owned();
    (table.to_owned(), part("PK"), part("SK"))
}

/// The operation and the body of the next request; none once the connection is closed.
fn request(from: &mut impl BufRead) -> std::io::Result<Option<(String, Vec<u8>)>> {
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
    Ok(Some((operation, body)))
}
