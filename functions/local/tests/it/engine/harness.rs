//! A host on port 0 with a data folder of its own, and functions that remember their invocations.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_sfn::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sfn::error::BoxError;
use aws_sdk_sfn::operation::describe_execution::DescribeExecutionOutput;
use catalog_model::cases::Cases;
use local::engine::{
    Caller, Engine, EngineOptions, FunctionError, Functions, FunctionsFuture, InProcess, Simulated,
    SimulatedMachine, serve,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;

pub(super) const SHARED: &str = "999999999999";
pub(super) const OWNER: &str = "111122223333";
pub(super) const REGION: &str = "eu-central-1";

/// Longest that anything here may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A running host. Its runtime is its own, so that it can be killed at any moment.
pub(super) struct Local {
    pub(super) data: TempDir,
    pub(super) functions: Arc<Recorder>,
    pub(super) url: String,
    cases: Arc<Machines>,
    max_wait: Option<Duration>,
    runtime: Option<Runtime>,
}

impl Local {
    pub(super) async fn start() -> Self {
        Self::with(json!({"cases": []}), None).await
    }

    /// With the cases of a machine named `simulated`, and a longest wait.
    pub(super) async fn with(cases: Value, max_wait: Option<Duration>) -> Self {
        let cases = Arc::new(Machines(serde_json::from_value(cases).map(Arc::new).expect("valid cases")));
        let data = tempfile::tempdir().expect("a folder");
        let functions = Arc::new(Recorder::default());
        let (runtime, url) = run(data.path(), functions.clone(), cases.clone(), max_wait).await;
        Self { data, functions, url, cases, max_wait, runtime: Some(runtime) }
    }

    /// Ends every thread of the host, wherever it is, and starts another on the same folder.
    pub(super) async fn kill_and_restart(self) -> Self {
        self.kill().await.restart().await
    }

    pub(super) async fn kill(mut self) -> Self {
        let runtime = self.runtime.take().expect("it runs");
        tokio::task::spawn_blocking(move || runtime.shutdown_timeout(PATIENCE)).await.expect("it ends");
        self
    }

    pub(super) async fn restart(mut self) -> Self {
        let (functions, cases) = (self.functions.clone(), self.cases.clone());
        let (runtime, url) = run(self.data.path(), functions, cases, self.max_wait).await;
        (self.runtime, self.url) = (Some(runtime), url);
        self
    }

    /// A client in an account.
    pub(super) fn client(&self, account: &str) -> Client {
        client(&self.url, account)
    }

    /// Creates a machine and gives its ARN.
    pub(super) async fn machine(&self, account: &str, name: &str, definition: &Value) -> String {
        let request =
            self.client(account).create_state_machine().name(name).definition(definition.to_string());
        let created = request.role_arn(role(account)).send().await.expect("it is created");
        created.state_machine_arn
    }

    /// Starts an execution and gives its ARN.
    pub(super) async fn run(&self, machine: &str, name: &str, input: &Value) -> String {
        let request = self.client(SHARED).start_execution().state_machine_arn(machine).name(name);
        request.input(input.to_string()).send().await.expect("it starts").execution_arn
    }

    /// Waits until an execution is over.
    pub(super) async fn end(&self, arn: &str) -> DescribeExecutionOutput {
        end(&self.client(SHARED), arn).await
    }

    /// Creates, starts, waits.
    pub(super) async fn outcome(
        &self,
        name: &str,
        definition: &Value,
        input: &Value,
    ) -> DescribeExecutionOutput {
        let machine = self.machine(SHARED, name, definition).await;
        let arn = self.run(&machine, "once", input).await;
        self.end(&arn).await
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A client in an account.
pub(super) fn client(url: &str, account: &str) -> Client {
    let config = aws_sdk_sfn::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(url)
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new(account, "local", None, None, "test"))
        .interceptor(NoPrefix)
        .build();
    Client::from_conf(config)
}

/// Some operations go to `sync-<host>`, which no address on loopback has.
#[derive(Debug)]
struct NoPrefix;

impl Intercept for NoPrefix {
    fn name(&self) -> &'static str {
        "NoPrefix"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let address = request.uri().replace("//sync-", "//");
        request.set_uri(address)?;
        Ok(())
    }
}

/// Waits until an execution is over.
pub(super) async fn end(client: &Client, arn: &str) -> DescribeExecutionOutput {
    let wait = async {
        loop {
            let found = client.describe_execution().execution_arn(arn).send().await.expect("described");
            if found.status.as_str() != "RUNNING" {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("the execution ends")
}

pub(super) fn role(account: &str) -> String {
    format!("arn:aws:iam::{account}:role/DrawbridgeInvoke")
}

/// The output of an execution that succeeded.
pub(super) fn output(execution: &DescribeExecutionOutput) -> Value {
    assert_eq!(execution.status.as_str(), "SUCCEEDED", "{:?} {:?}", execution.error, execution.cause);
    serde_json::from_str(execution.output.as_deref().expect("an output")).expect("JSON")
}

async fn run(
    data: &Path,
    functions: Arc<Recorder>,
    cases: Arc<Machines>,
    max_wait: Option<Duration>,
) -> (Runtime, String) {
    let runtime = Runtime::new().expect("a runtime");
    let options = EngineOptions {
        data: Some(data.to_owned()),
        default_caller: Caller { account: SHARED.to_owned(), region: REGION.to_owned() },
        max_wait,
        virtual_time: None,
    };
    let services = InProcess::new(SHARED, functions, cases, Duration::ZERO);
    let started = runtime.spawn(async move {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let engine = Engine::open(options, Arc::new(services)).expect("it opens");
        tokio::spawn(serve(listener, engine, std::future::pending()));
        url
    });
    let url = started.await.expect("it starts");
    (runtime, url)
}

/// Functions by what they do. They outlive the host, as Lambda does.
pub(super) struct Recorder(watch::Sender<Vec<(String, Value)>>);

impl Default for Recorder {
    fn default() -> Self {
        Self(watch::Sender::new(Vec::new()))
    }
}

impl Recorder {
    /// Waits for the invocation with that number, from 0, of `name`, and gives its payload.
    pub(super) async fn invocation(&self, name: &str, number: usize) -> Value {
        let mut calls = self.0.subscribe();
        let of_name = |calls: &Vec<(String, Value)>| {
            calls.iter().filter(|(called, _)| called == name).nth(number).map(|(_, payload)| payload.clone())
        };
        let wait = calls.wait_for(|calls| of_name(calls).is_some());
        let calls = tokio::time::timeout(PATIENCE, wait).await.expect("it is invoked").expect("open").clone();
        of_name(&calls).expect("it was there")
    }

    /// How often `name` was invoked.
    pub(super) fn count(&self, name: &str) -> usize {
        self.0.borrow().iter().filter(|(called, _)| called == name).count()
    }
}

impl Functions for Recorder {
    fn has(&self, name: &str) -> bool {
        ["echo", "keep-token", "fail", "hang-once"].contains(&name)
    }

    fn invoke<'a>(&'a self, name: &'a str, payload: Value) -> FunctionsFuture<'a> {
        self.0.send_modify(|calls| calls.push((name.to_owned(), payload.clone())));
        let first = self.count(name) == 1;
        Box::pin(async move {
            match name {
                "fail" => Err(FunctionError {
                    error_type: "Drawbridge.NotAllowed".to_owned(),
                    message: "ana may not do that".to_owned(),
                }),
                "hang-once" if first => std::future::pending().await,
                _ => Ok(payload),
            }
        })
    }
}

struct Machines(Arc<Cases>);

impl Simulated for Machines {
    fn machine(&self, name: &str) -> Option<SimulatedMachine> {
        (name == "simulated").then(|| SimulatedMachine {
            file: "catalog/workflows/simulated/cases.json".to_owned(),
            cases: self.0.clone(),
        })
    }
}

/// A machine with one state.
pub(super) fn single(state: Value) -> Value {
    let mut state = state;
    state["End"] = json!(true);
    json!({"StartAt": "Only", "States": {"Only": state}})
}

/// A machine that waits for a token which the function `keep-token` gets to know.
pub(super) fn waiting() -> Value {
    single(json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": "keep-token", "Payload": {"token.$": "$$.Task.Token", "input.$": "$"}},
        "TimeoutSeconds": 600
    }))
}

impl Local {
    /// The token that the `number`th wait gave out.
    pub(super) async fn token(&self, number: usize) -> String {
        let payload = self.functions.invocation("keep-token", number).await;
        payload["token"].as_str().expect("a token").to_owned()
    }
}
