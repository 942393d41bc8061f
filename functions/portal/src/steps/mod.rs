//! What the state machines of the shared account and the schedules call: one file for each function.
//!
//! | name | called by | file |
//! |---|---|---|
//! | `next-gate` | gateway, state `NextGate` | [`next_gate`] |
//! | `await-approval` | gateway, state `AwaitApproval` | [`await_approval`] |
//! | `commit-gate` | gateway, state `CommitGate` | [`commit_gate`] |
//! | `finish` | gateway, state `Finish` | [`finish`] |
//! | `ask` | doors, state `Ask` | [`ask`] |
//! | `door-ended` | event: an execution of a door ended otherwise than by its answer | [`door_ended`] |
//! | `relay` | schedule | [`relay`] |
//! | `anchor` | schedule | [`anchor`] |
//! | `interaction` | queue of decisions from Slack | [`interaction`] |
//! | `digest` | schedule | [`digest`] |
//! | `release` | deployment | [`release`] |
//!
//! To add a step: one file here, one line in [`step`], one function in the template.

pub mod anchor;
pub mod ask;
pub mod await_approval;
pub mod commit_gate;
pub mod digest;
pub mod door_ended;
pub mod error;
pub mod finish;
pub mod interaction;
pub mod next_gate;
pub mod relay;
pub mod release;

use std::time::Instant;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::Instrument;

use crate::Portal;
use crate::domain::{Run, RunId};
use crate::telemetry::Metric;

pub use error::StepError;

/// The names of all steps: of functions, handlers and ASL substitutions alike.
pub const NAMES: [&str; 11] = [
    "next-gate",
    "await-approval",
    "commit-gate",
    "finish",
    "ask",
    "door-ended",
    "relay",
    "anchor",
    "interaction",
    "digest",
    "release",
];

/// Those of them that a schedule, a queue, an event or a deployment calls and no state machine.
pub const SCHEDULED: [&str; 6] = ["door-ended", "relay", "anchor", "interaction", "digest", "release"];

/// Those of them that the doors call and not the gateway.
pub const AT_THE_DOOR: [&str; 1] = ["ask"];

/// How often a step reads the run anew when others change it at the same moment.
const TRIES: usize = 10;

/// Runs the step of this name.
pub async fn dispatch(name: &str, payload: Value, portal: &Portal) -> Result<Value, StepError> {
    let started = Instant::now();
    let run = payload.get("run_id").and_then(Value::as_str).map(str::to_owned);
    let span = tracing::info_span!("step", step = name, run);
    // Boxed, so that whoever calls a step does not carry the state of the largest one.
    let answer = Box::pin(step(name, payload, portal)).instrument(span).await;
    let took = started.elapsed().as_secs_f64() * 1000.0;
    Metric::milliseconds("StepMilliseconds", took).by("Step", name).emit();
    answer
}

async fn step(name: &str, payload: Value, portal: &Portal) -> Result<Value, StepError> {
    match name {
        "next-gate" => answer(next_gate::run(portal, read(payload)?).await?),
        "await-approval" => answer(await_approval::run(portal, read(payload)?).await?),
        "commit-gate" => answer(commit_gate::run(portal, read(payload)?).await?),
        "finish" => answer(finish::run(portal, read(payload)?).await?),
        "ask" => answer(Box::pin(ask::run(portal, read(payload)?)).await?),
        "door-ended" => answer(door_ended::run(portal, read(payload)?).await?),
        "relay" => answer(relay::run(portal).await),
        "anchor" => answer(anchor::run(portal).await?),
        "interaction" => answer(Box::pin(interaction::run(portal, read(payload)?)).await),
        "digest" => answer(digest::run(portal).await?),
        "release" => answer(release::run(portal).await?),
        other => Err(StepError::invalid_payload(format!("there is no step named {other}"))),
    }
}

fn read<T: DeserializeOwned>(payload: Value) -> Result<T, StepError> {
    serde_json::from_value(payload).map_err(|error| StepError::invalid_payload(error.to_string()))
}

fn answer<T: Serialize>(value: T) -> Result<Value, StepError> {
    serde_json::to_value(value).map_err(|error| StepError::unavailable(&error))
}

/// The run that an execution was started for, with the digest it was started with.
async fn load(portal: &Portal, run_id: RunId, digest: &str) -> Result<Run, StepError> {
    let run = portal.store.run(run_id).await?.ok_or_else(|| StepError::no_such_run(run_id))?;
    if run.digest == digest { Ok(run) } else { Err(StepError::digest_mismatch(run_id)) }
}
