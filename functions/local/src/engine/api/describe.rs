//! What a machine is, now, as a version, or as an execution runs it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::executions;
use crate::engine::arn::MachineArn;
use crate::engine::host::Host;
use crate::engine::start::no_machine;
use crate::engine::store::MachineRow;
use crate::services::aws_json::{ApiError, seconds};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Machine {
    state_machine_arn: String,
}

pub(super) fn machine(host: &Host, request: &Machine) -> Result<Value, ApiError> {
    let asked = &request.state_machine_arn;
    let arn = MachineArn::parse(asked)?;
    let machine = host.store.machine(&arn.unqualified())?.ok_or_else(|| no_machine(asked))?;
    let mut answer = common(host, &machine)?;
    if let Some(number) = arn.version {
        let version = host.store.version(&machine.arn, number)?.ok_or_else(|| no_machine(asked))?;
        answer["stateMachineArn"] = json!(asked);
        answer["definition"] = json!(host.store.definition(&version.definition)?);
        answer["roleArn"] = json!(version.role_arn);
        answer["creationDate"] = seconds(version.created_at);
        set(&mut answer, "revisionId", version.revision);
        set(&mut answer, "description", version.description);
    }
    Ok(answer)
}

fn common(host: &Host, machine: &MachineRow) -> Result<Value, ApiError> {
    let mut answer = json!({
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "status": if machine.deleting { "DELETING" } else { "ACTIVE" },
        "definition": host.store.definition(&machine.definition)?,
        "roleArn": machine.role_arn,
        "type": "STANDARD",
        "creationDate": seconds(machine.created_at),
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": false},
        "tracingConfiguration": {"enabled": false},
    });
    set(&mut answer, "revisionId", machine.revision.clone());
    Ok(answer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ForExecution {
    execution_arn: String,
}

pub(super) fn for_execution(host: &Host, request: &ForExecution) -> Result<Value, ApiError> {
    let row = executions::find(host, &request.execution_arn)?;
    let machine = host.store.machine(&row.machine)?;
    let arn = MachineArn::parse(&row.machine)?;
    let mut answer = json!({
        "stateMachineArn": row.machine,
        "name": arn.name,
        "definition": host.store.definition(&row.definition)?,
        "roleArn": row.role_arn,
        // What the execution runs was fixed when it started.
        "updateDate": seconds(machine.as_ref().map_or(row.started_at, |machine| machine.updated_at.min(row.started_at))),
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": false},
        "tracingConfiguration": {"enabled": false},
    });
    set(&mut answer, "revisionId", machine.and_then(|machine| machine.revision));
    Ok(answer)
}

/// AWS leaves out what it does not know.
pub(super) fn set(answer: &mut Value, member: &str, value: Option<String>) {
    match value {
        Some(value) => answer[member] = json!(value),
        None => {
            answer.as_object_mut().map(|members| members.remove(member));
        }
    }
}
