//! What the execution of a case starts with: the input that the gateway gives to an owner's steps.
//!
//! Everything in it is the same in every run of the tests: the time, the run's id, who asked.

use std::fmt::Write as _;

use asl::Start;
use catalog_model::cases::Case;
use catalog_model::{CompiledWorkflow, LoadedWorkflow};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// The run's id, and so the execution's name.
const RUN_ID: &str = "01990000-0000-7000-8000-000000000001";
/// The person who asked.
const REQUESTER: &str = "requester";

/// When every case begins: noon, on the first day of 2026.
fn beginning() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_767_268_800)
}

/// When the gateway stops the steps.
pub(super) fn deadline(workflow: &LoadedWorkflow) -> Timestamp {
    let seconds = i64::try_from(workflow.workflow.timeout.seconds()).unwrap_or(i64::MAX);
    beginning().checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}

/// The start of a case's execution.
pub(super) fn start(workflow: &LoadedWorkflow, shared_account: &str, case: &Case) -> Start {
    let machine_name = CompiledWorkflow::machine_name(&workflow.slug);
    let LoadedWorkflow { region, account, .. } = workflow;
    let run = json!({
        "id": RUN_ID,
        "requester": REQUESTER,
        "digest": workflow.digest,
        "deadline": deadline(workflow),
    });
    Start {
        execution_arn: format!("arn:aws:states:{region}:{account}:execution:{machine_name}:{RUN_ID}"),
        name: RUN_ID.to_owned(),
        role_arn: format!("arn:aws:iam::{account}:role/{machine_name}"),
        machine_arn: format!("arn:aws:states:{region}:{account}:stateMachine:{machine_name}"),
        machine_name,
        input: json!({"run": run, "parameters": parameters(workflow, shared_account, case)}),
        at: beginning(),
    }
}

/// The steps see a reference where the requester wrote a secret.
fn parameters(workflow: &LoadedWorkflow, shared_account: &str, case: &Case) -> Value {
    let mut parameters = case.parameters.clone();
    for (number, pointer) in form::secrets(&workflow.workflow.parameters, &parameters).iter().enumerate() {
        if let Some(secret) = parameters.pointer_mut(pointer) {
            let (region, slug) = (&workflow.region, &workflow.slug);
            let mut reference = format!("arn:aws:secretsmanager:{region}:{shared_account}:secret:");
            let _ = write!(reference, "drawbridge/{slug}/{number:032}-AbCdEf:::{number:032}");
            *secret = Value::String(reference);
        }
    }
    parameters
}
