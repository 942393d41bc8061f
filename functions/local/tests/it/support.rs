//! What every end-to-end test starts from: a whole system in its own folder, on free ports, and people in it.

mod visitor;

use std::collections::HashMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::types::AttributeValue;
use local::{Options, Running};
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::proxy::Proxy;
pub(crate) use visitor::{Visitor, location};

/// How long a test waits for something that must happen; a failure, never a pace.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

const ENDS: [&str; 6] = ["SUCCEEDED", "FAILED", "TIMED_OUT", "REJECTED", "EXPIRED", "CANCELLED"];

/// An item as DynamoDB has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// A running system and its folder.
pub(crate) struct World {
    pub(crate) running: Running,
    data: TempDir,
}

impl World {
    /// Starts on the shipped catalog, with waits and simulated calls cut to nothing.
    pub(crate) async fn start() -> Self {
        Self::of(shipped("catalog")).await
    }

    /// Starts on another catalog.
    pub(crate) async fn of(catalog: PathBuf) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let options = Options { catalog, ..options(data.path()) };
        let running = local::start(options).await.expect("local mode starts");
        Self { running, data }
    }

    /// Starts with waits that really wait, for tests of what happens meanwhile.
    pub(crate) async fn patient() -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let options = Options { max_wait: 3600, ..options(data.path()) };
        let running = local::start(options).await.expect("local mode starts");
        Self { running, data }
    }

    /// Step Functions, asked from an account.
    pub(crate) fn sfn(&self, account: &str) -> aws_sdk_sfn::Client {
        let config = sdk(&self.running.endpoints().step_functions).into_builder();
        let credentials = Credentials::new(account, "local", None, None, "test");
        let config = config.credentials_provider(SharedCredentialsProvider::new(credentials)).build();
        aws_sdk_sfn::Client::new(&config)
    }

    /// Starts with a proxy between the portal and Step Functions.
    pub(crate) async fn behind_proxy() -> (Self, Proxy) {
        let data = tempfile::tempdir().expect("a folder");
        let proxy = Proxy::start().await;
        let options = Options { step_functions: Some(proxy.url.clone()), ..options(data.path()) };
        let running = local::start(options).await.expect("local mode starts");
        proxy.aim(&running.endpoints().step_functions);
        (Self { running, data }, proxy)
    }

    /// How many executions of the gateway carry the run's name.
    pub(crate) async fn gateway_executions(&self, run: &str) -> usize {
        let client = aws_sdk_sfn::Client::new(&sdk(&self.running.endpoints().step_functions));
        let machines = client.list_state_machines().send().await.expect("machines").state_machines;
        let gateway =
            machines.iter().find(|machine| machine.name == "drawbridge-gateway").expect("the gateway");
        let executions = client.list_executions().state_machine_arn(&gateway.state_machine_arn).send().await;
        executions.expect("executions").executions.iter().filter(|execution| execution.name == run).count()
    }

    /// Returns once the gateway waits for a task token of the run.
    pub(crate) async fn token_registered(&self, run: &str) {
        let client = aws_sdk_dynamodb::Client::new(&sdk(&self.running.endpoints().dynamodb));
        let text = |text: String| aws_sdk_dynamodb::types::AttributeValue::S(text);
        eventually("a token is registered", async || {
            let tokens = client
                .query()
                .table_name("drawbridge")
                .key_condition_expression("PK = :run AND begins_with(SK, :token)")
                .expression_attribute_values(":run", text(format!("RUN#{run}")))
                .expression_attribute_values(":token", text("TOKEN#".to_owned()))
                .send()
                .await
                .expect("an answer");
            tokens.count > 0
        })
        .await;
    }

    /// Returns once the inbox shows a message about the run.
    pub(crate) async fn noticed(&self, run: &str) {
        eventually("the inbox shows a notice", async || self.inbox().await.contains(run)).await;
    }

    /// Every message that was sent, as JSON.
    pub(crate) async fn inbox(&self) -> String {
        let url = format!("{}/messages.json", self.running.endpoints().inbox);
        reqwest::get(&url).await.expect("the inbox answers").text().await.expect("text")
    }

    /// Every item of both tables.
    pub(crate) async fn everything_stored(&self) -> String {
        let client = aws_sdk_dynamodb::Client::new(&sdk(&self.running.endpoints().dynamodb));
        let mut all = String::new();
        for table in ["drawbridge", "drawbridge-audit"] {
            let mut pages = client.scan().table_name(table).into_paginator().items().send();
            while let Some(item) = pages.next().await {
                writeln!(all, "{:?}", item.expect("an item")).expect("a text grows");
            }
        }
        all
    }

    /// The data folder.
    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    /// The names of a run's anchors in the archive.
    pub(crate) fn anchors(&self, run: &str) -> Vec<String> {
        let folder = self.data.path().join("s3/drawbridge-anchors/runs").join(run);
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect()
    }

    /// The audit items of a run, in order.
    pub(crate) async fn audit(&self, run: &str) -> Vec<Item> {
        let query =
            self.dynamodb().query().table_name("drawbridge-audit").key_condition_expression("PK = :run");
        let query = query.expression_attribute_values(":run", AttributeValue::S(format!("RUN#{run}")));
        query.send().await.expect("an answer").items.expect("items")
    }

    /// Writes an audit item, as only somebody with the rights of the account could.
    pub(crate) async fn put_audit(&self, item: &Item) {
        let put = self.dynamodb().put_item().table_name("drawbridge-audit").set_item(Some(item.clone()));
        put.send().await.expect("written");
    }

    /// Removes an audit item.
    pub(crate) async fn delete_audit(&self, item: &Item) {
        let delete = self.dynamodb().delete_item().table_name("drawbridge-audit");
        let delete = delete.key("PK", item["PK"].clone()).key("SK", item["SK"].clone());
        delete.send().await.expect("removed");
    }

    /// Gives the run item another head of its chain.
    pub(crate) async fn set_head(&self, run: &str, head: Item) {
        let update = self.dynamodb().update_item().table_name("drawbridge");
        let update = update.key("PK", AttributeValue::S(format!("RUN#{run}")));
        let update = update.key("SK", AttributeValue::S("META".to_owned()));
        let update =
            update.update_expression("SET #audit = :head").expression_attribute_names("#audit", "audit");
        update.expression_attribute_values(":head", AttributeValue::M(head)).send().await.expect("written");
    }

    pub(crate) fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&sdk(&self.running.endpoints().dynamodb))
    }

    /// The whole history, with data, of every execution in every account. Over plain HTTP: the SDK's
    /// types hide inputs and outputs when they are printed.
    pub(crate) async fn every_history(&self) -> String {
        let index = std::fs::read_to_string(self.data.path().join("dist/compiled/index.json"));
        let index: Value = serde_json::from_str(&index.expect("a compiled catalog")).expect("JSON");
        let mut all = String::new();
        for machine in machines(&index) {
            let found = self.step_functions("ListExecutions", json!({"stateMachineArn": machine})).await;
            for execution in found["executions"].as_array().unwrap_or(&Vec::new()) {
                let mut request = json!({"executionArn": execution["executionArn"], "maxResults": 1000});
                loop {
                    let page = self.step_functions("GetExecutionHistory", request.clone()).await;
                    all += &page["events"].to_string();
                    if page["nextToken"].is_null() {
                        break;
                    }
                    request["nextToken"] = page["nextToken"].clone();
                }
            }
        }
        all
    }

    async fn step_functions(&self, operation: &str, request: Value) -> Value {
        let call = Client::new().post(&self.running.endpoints().step_functions).body(request.to_string());
        let call = call.header("x-amz-target", format!("AWSStepFunctions.{operation}"));
        let answer = call.header(CONTENT_TYPE, "application/x-amz-json-1.0").send().await;
        answer.expect("the engine answers").json().await.expect("JSON")
    }

    /// A browser without a session.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::new(&self.running.endpoints().portal)
    }

    /// An access token for a script of that person.
    pub(crate) async fn access_token(&self, person: &str, scope: &str) -> String {
        let form = format!("grant_type=urn:drawbridge:picked&person={person}&scope={scope}");
        let ask = Client::new().post(format!("{}/token", self.running.endpoints().issuer));
        let ask = ask.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        let answer: Value = ask.send().await.expect("the issuer answers").json().await.expect("JSON");
        answer["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned()
    }

    /// A browser in which a person has signed in.
    pub(crate) async fn person(&self, id: &str) -> Visitor {
        let visitor = self.visitor();
        visitor.sign_in(id).await;
        visitor
    }
}

/// The ARNs of the gateway and of every workflow's machine.
fn machines(index: &Value) -> Vec<String> {
    let portal = &index["portal"];
    let account = |id: &Value| id.as_str().expect("an account").to_owned();
    let shared = account(&portal["shared_account"]);
    let regions: Vec<_> =
        portal["deployments"].as_array().expect("deployments").iter().map(|d| d["region"].clone()).collect();
    let mut names = vec![(shared, "drawbridge-gateway".to_owned())];
    for (slug, workflow) in index["workflows"].as_object().expect("workflows") {
        let owner = &index["teams"][workflow["owner"].as_str().expect("an owner")];
        names.push((account(&owner["account"]), format!("drawbridge-{slug}")));
    }
    let arn = |region: &Value, account: &str, name: &str| {
        format!("arn:aws:states:{}:{account}:stateMachine:{name}", region.as_str().expect("a Region"))
    };
    let each = names.iter().flat_map(|(account, name)| regions.iter().map(move |r| arn(r, account, name)));
    each.collect()
}

/// Options for a folder: free ports, no waiting.
pub(crate) fn options(data: &Path) -> Options {
    Options {
        port: 0,
        data: data.to_owned(),
        catalog: shipped("catalog"),
        templates: shipped("templates"),
        max_wait: 0,
        pace: 0,
        step_functions: None,
    }
}

/// A folder of the repository.
pub(crate) fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// Asks until the answer is yes; fails when it takes too long.
pub(crate) async fn eventually(what: &str, mut yes: impl AsyncFnMut() -> bool) {
    let asking = async {
        let mut tick = tokio::time::interval(Duration::from_millis(50));
        loop {
            tick.tick().await;
            if yes().await {
                break;
            }
        }
    };
    assert!(tokio::time::timeout(PATIENCE, asking).await.is_ok(), "in vain: {what}");
}

/// A client's configuration for an endpoint on loopback.
fn sdk(endpoint: &str) -> aws_config::SdkConfig {
    sdk_of(endpoint, "test")
}

/// The same for an account.
pub(crate) fn sdk_of(endpoint: &str, account: &str) -> aws_config::SdkConfig {
    let credentials = Credentials::new(account, "local", None, None, "test");
    aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(aws_config::Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}
