//! What a machine is, now, as a version, or as an execution runs it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::executions;
use crate::engine::arn::{MachineArn, Qualifier};
use crate::engine::host::Host;
use crate::engine::store::{MachineRow, Settings};
use crate::engine::target::no_machine;
use crate::services::aws_json::{ApiError, seconds};
use crate::services::sqlite::StoreError;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Machine {
    state_machine_arn: String,
    included_data: Option<String>,
}

/// The machine, a version, or the first version of an alias.
pub(super) fn machine(host: &Host, request: &Machine) -> Result<Value, ApiError> {
    let asked = &request.state_machine_arn;
    let arn = MachineArn::parse(asked)?;
    let machine = host.store.machine(&arn.unqualified())?.ok_or_else(|| no_machine(asked))?;
    let version = match &arn.qualifier {
        None => None,
        Some(Qualifier::Version(number)) => Some(*number),
        Some(Qualifier::Alias(_)) => {
            let alias = host.store.alias(asked)?.ok_or_else(|| no_machine(asked))?;
            let first = alias.routing.first().map(|route| route.state_machine_version_arn.as_str());
            match MachineArn::parse(first.unwrap_or_default())?.qualifier {
                Some(Qualifier::Version(number)) => Some(number),
                _ => return Err(no_machine(asked)),
            }
        }
    };
    let mut answer = common(&machine);
    let mut definition = machine.definition;
    if let Some(number) = version {
        let version = host.store.version(&machine.arn, number)?.ok_or_else(|| no_machine(asked))?;
        answer["stateMachineArn"] = json!(asked);
        answer["roleArn"] = json!(version.role_arn);
        answer["creationDate"] = seconds(version.created_at);
        version.settings.show(&mut answer);
        set(&mut answer, "revisionId", version.revision);
        set(&mut answer, "description", version.description);
        definition = version.definition;
    }
    show_definition(host, &mut answer, &definition, request.included_data.as_deref())?;
    Ok(answer)
}

fn common(machine: &MachineRow) -> Value {
    let mut answer = json!({
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "status": if machine.deleting { "DELETING" } else { "ACTIVE" },
        "roleArn": machine.role_arn,
        "type": machine.kind,
        "creationDate": seconds(machine.created_at),
    });
    machine.settings.show(&mut answer);
    set(&mut answer, "revisionId", machine.revision.clone());
    answer
}

/// The definition and the variables its states refer to.
fn show_definition(
    host: &Host,
    answer: &mut Value,
    digest: &str,
    included: Option<&str>,
) -> Result<(), ApiError> {
    if included == Some("METADATA_ONLY") {
        // AWS's model requires the member; without data it is empty.
        answer["definition"] = json!("");
        return Ok(());
    }
    let text = host.store.definition(digest)?;
    let definition = serde_json::from_str(&text).map_err(StoreError::from)?;
    let references = asl::variable_references(&definition);
    if !references.is_empty() {
        answer["variableReferences"] = json!(references);
    }
    answer["definition"] = json!(text);
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ForExecution {
    execution_arn: String,
    included_data: Option<String>,
}

/// What an execution runs was fixed when it started.
pub(super) fn for_execution(host: &Host, request: &ForExecution) -> Result<Value, ApiError> {
    let row = executions::find(host, &request.execution_arn)?;
    let arn = MachineArn::parse(&row.machine)?;
    let mut answer = json!({
        "stateMachineArn": row.machine,
        "name": arn.name,
        "roleArn": row.role_arn,
        "updateDate": seconds(row.updated_at),
    });
    let settings =
        host.store.machine(&row.machine)?.map_or_else(Settings::default, |machine| machine.settings);
    settings.show(&mut answer);
    set(&mut answer, "revisionId", row.revision);
    set(&mut answer, "mapRunArn", row.map_run);
    show_definition(host, &mut answer, &row.definition, request.included_data.as_deref())?;
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
