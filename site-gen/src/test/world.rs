//! What the execution of a case starts with: the input that the gateway gives to an owner's steps.
//!
//! Everything in it is the same in every run of the tests: the time, the run's id, who asked, and who approved.
//! Every gate that the case's parameters ask for was passed, by as many people as it wants.

use std::fmt::Write as _;

use asl::Start;
use catalog_model::cases::Case;
use catalog_model::input::{PassedGate, RunInput, Said};
use catalog_model::{Approval, CompiledWorkflow, LoadedWorkflow, OwnerInput};
use form::Schema;
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
    let input = OwnerInput {
        run: RunInput {
            id: RUN_ID.to_owned(),
            requester: REQUESTER.to_owned(),
            digest: workflow.digest.clone(),
            deadline: deadline(workflow),
            approvals: approvals(workflow, &case.parameters),
        },
        parameters: parameters(workflow, shared_account, case),
    };
    Start {
        execution_arn: format!("arn:aws:states:{region}:{account}:execution:{machine_name}:{RUN_ID}"),
        name: RUN_ID.to_owned(),
        role_arn: format!("arn:aws:iam::{account}:role/{machine_name}"),
        machine_arn: format!("arn:aws:states:{region}:{account}:stateMachine:{machine_name}"),
        machine_name,
        input: json!(input),
        at: beginning(),
    }
}

/// The gates that are asked for these parameters, passed.
fn approvals(workflow: &LoadedWorkflow, parameters: &Value) -> Vec<PassedGate> {
    let requester = json!({"id": REQUESTER, "groups": [], "teams": []});
    let holds = |condition: &Option<Value>, value: &Value| {
        let condition = condition.as_ref().and_then(|condition| Schema::compile(condition).ok());
        condition.is_none_or(|condition| condition.validate(value).is_empty())
    };
    let asked = |gate: &&Approval| holds(&gate.when, parameters) && holds(&gate.when_requester, &requester);
    let passed = |gate: &Approval| PassedGate {
        gate: gate.name.clone(),
        title: gate.title.clone(),
        by: (1..=gate.quorum_of(parameters).unwrap_or_default()).map(approver).collect(),
        overridden: None,
    };
    workflow.workflow.approvals.iter().filter(asked).map(passed).collect()
}

fn approver(number: u32) -> Said {
    Said {
        id: format!("approver-{number}"),
        name: format!("Approver {number}"),
        at: beginning(),
        reason: None,
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
