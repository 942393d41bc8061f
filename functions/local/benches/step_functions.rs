//! How many executions a second the Step Functions service carries through, by its API.
//!
//! `cargo bench -p local --bench step_functions` starts the whole system with its storage on and drives it
//! through the AWS SDK: 1,000 executions, as many requests on their way as `CLIENTS` says, then one question
//! after the other until none runs. With `SFN_ENDPOINT` set, the service at that address is measured
//! instead, so that others answer the very same requests. `EXECUTIONS` changes how many.

#![expect(clippy::disallowed_types, reason = "the service is measured from outside")]

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// The states of each machine.
const STATES: usize = 10;
/// Longest that one machine's executions may take altogether.
const PATIENCE: Duration = Duration::from_mins(10);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let service = match std::env::var("SFN_ENDPOINT") {
        Ok(url) => Service { url, process: None },
        Err(_) => Service::start().await?,
    };
    let (executions, clients) = (number("EXECUTIONS", 1000)?, number("CLIENTS", 32)?);
    let mut out = std::io::stdout();
    writeln!(out, "{executions} executions of {STATES} states, {clients} requests at once")?;
    for (name, state) in [
        ("Pass", json!({"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}})),
        ("Wait of 0 s", json!({"Type": "Wait", "Seconds": 0})),
    ] {
        let measured = measure(&service, &state, executions, clients).await?;
        let seconds = measured.total.as_secs_f64();
        let total = f64::from(u32::try_from(executions)?);
        let states = f64::from(u32::try_from(STATES)?);
        writeln!(
            out,
            "{name}: started in {:.2} s, all over after {seconds:.2} s; {:.0} executions/s, {:.0} states/s",
            measured.started.as_secs_f64(),
            total / seconds,
            total * states / seconds,
        )?;
    }
    Ok(())
}

struct Measured {
    started: Duration,
    total: Duration,
}

/// Starts so many executions of a chain of states, and waits until none runs.
async fn measure(
    service: &Service,
    state: &Value,
    executions: usize,
    clients: usize,
) -> anyhow::Result<Measured> {
    let client = service.client();
    let name = format!("bench-{}-{}", state["Type"].as_str().unwrap_or("machine"), std::process::id());
    let created = client.create_state_machine().name(name).definition(chain(state).to_string());
    let machine = created.role_arn("arn:aws:iam::999999999999:role/bench").send().await?.state_machine_arn;
    let begun = Instant::now();
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let (client, machine, next) = (client.clone(), machine.clone(), next.clone());
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= executions {
                    return Ok(());
                }
                let start =
                    client.start_execution().state_machine_arn(&machine).name(format!("run-{number}"));
                start.input(r#"{"n":0}"#).send().await?;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        let ended: anyhow::Result<()> = ended?;
        ended?;
    }
    let started = begun.elapsed();
    while count(&client, &machine, ExecutionStatus::Running, 1).await? > 0 {
        ensure!(begun.elapsed() < PATIENCE, "the executions do not end");
    }
    let total = begun.elapsed();
    let succeeded = count(&client, &machine, ExecutionStatus::Succeeded, executions).await?;
    ensure!(succeeded == executions, "{succeeded} of {executions} succeeded");
    Ok(Measured { started, total })
}

/// How many executions have a status, up to so many.
async fn count(
    client: &Client,
    machine: &str,
    status: ExecutionStatus,
    most: usize,
) -> anyhow::Result<usize> {
    let (mut found, mut token) = (0, None);
    loop {
        let list = client.list_executions().state_machine_arn(machine).status_filter(status.clone());
        let size = i32::try_from(most.min(1000))?;
        let page = list.max_results(size).set_next_token(token).send().await?;
        found += page.executions.len();
        token = page.next_token;
        if token.is_none() || found >= most {
            return Ok(found);
        }
    }
}

/// The state so many times, one after the other.
fn chain(state: &Value) -> Value {
    let mut states = Map::new();
    for number in 1..=STATES {
        let mut state = state.clone();
        if number == STATES {
            state["End"] = json!(true);
        } else {
            state["Next"] = json!(format!("S{}", number + 1));
        }
        states.insert(format!("S{number}"), state);
    }
    json!({"StartAt": "S1", "States": states})
}

fn number(name: &str, usual: usize) -> anyhow::Result<usize> {
    std::env::var(name).map_or(Ok(usual), |text| text.parse().with_context(|| format!("{name} is a number")))
}

/// What is measured.
struct Service {
    url: String,
    /// Of our own, with its folder.
    process: Option<(Child, TempDir)>,
}

impl Service {
    /// Starts the whole system in a folder of its own.
    async fn start() -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_drawbridge"));
        command.args(["--port", "0", "--data"]).arg(data.path());
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let file = data.path().join("endpoints.json");
        // It is stopped even if it never says where it is.
        let mut service = Self { url: String::new(), process: Some((process, data)) };
        service.url = endpoint(&file).await?;
        Ok(service)
    }

    fn client(&self) -> Client {
        let config = aws_sdk_sfn::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.url)
            .region(Region::new("eu-central-1"))
            .credentials_provider(Credentials::new("999999999999", "local", None, None, "bench"))
            .build();
        Client::from_conf(config)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some((process, _)) = &mut self.process {
            // What cannot be killed has ended already.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Waits for the file that names the addresses.
async fn endpoint(file: &Path) -> anyhow::Result<String> {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_mins(2) {
        if let Ok(text) = std::fs::read_to_string(file) {
            let endpoints: Value = serde_json::from_str(&text)?;
            return Ok(endpoints["step_functions"].as_str().context("no address")?.to_owned());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the system did not start")
}
