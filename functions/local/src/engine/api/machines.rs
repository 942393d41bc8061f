//! Creating, changing, listing and deleting state machines.

use asl::{Definition, Diagnostic, Severity};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{page, versions};
use crate::engine::arn::MachineArn;
use crate::engine::host::Host;
use crate::engine::start::{check_name, no_machine};
use crate::engine::store::{MachineRow, digest};
use crate::services::aws_json::{ApiError, Caller, seconds};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Create {
    name: String,
    definition: String,
    role_arn: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    publish: bool,
    version_description: Option<String>,
}

pub(super) fn create(host: &Host, caller: &Caller, request: &Create) -> Result<Value, ApiError> {
    check_name(&request.name)?;
    if request.kind.as_deref().is_some_and(|kind| kind != "STANDARD") {
        return Err(ApiError::new(
            "StateMachineTypeNotSupported",
            "State Machine Type Not Supported: 'Local mode runs machines of type STANDARD only'",
        ));
    }
    check_description(request.publish, request.version_description.as_deref())?;
    check_role(&request.role_arn)?;
    check_definition(&request.definition)?;
    let arn = MachineArn::new(caller, &request.name);
    let created =
        host.store.create_machine(&arn, &request.definition, &request.role_arn, Timestamp::now())?;
    let arn = arn.unqualified();
    let machine = host.store.machine(&arn)?.ok_or_else(|| no_machine(&arn))?;
    if !created {
        check_same(&machine, &request.definition)?;
    }
    let mut answer = json!({"stateMachineArn": arn, "creationDate": seconds(machine.created_at)});
    if request.publish {
        let version = versions::publish_now(host, &arn, request.version_description.as_deref())?;
        answer["stateMachineVersionArn"] = version["stateMachineVersionArn"].clone();
    }
    Ok(answer)
}

/// Creating a machine again with the same definition is the same request.
fn check_same(machine: &MachineRow, definition: &str) -> Result<(), ApiError> {
    let arn = &machine.arn;
    if machine.deleting {
        return Err(ApiError::new(
            "StateMachineDeleting",
            format!("State Machine is being deleted: '{arn}'"),
        ));
    }
    if machine.definition == digest(definition) {
        return Ok(());
    }
    Err(ApiError::new("StateMachineAlreadyExists", format!("State Machine Already Exists: '{arn}'")))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Update {
    state_machine_arn: String,
    definition: Option<String>,
    role_arn: Option<String>,
    #[serde(default)]
    publish: bool,
    version_description: Option<String>,
}

pub(super) fn update(host: &Host, request: &Update) -> Result<Value, ApiError> {
    let machine = unqualified(host, &request.state_machine_arn)?;
    if request.definition.is_none() && request.role_arn.is_none() {
        return Err(ApiError::new(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
        ));
    }
    check_description(request.publish, request.version_description.as_deref())?;
    if let Some(definition) = &request.definition {
        check_definition(definition)?;
    }
    if let Some(role) = &request.role_arn {
        check_role(role)?;
    }
    let now = Timestamp::now();
    host.store.update_machine(
        &machine.arn,
        request.definition.as_deref(),
        request.role_arn.as_deref(),
        now,
    )?;
    let updated = host.store.machine(&machine.arn)?.ok_or_else(|| no_machine(&machine.arn))?;
    let mut answer = json!({"updateDate": seconds(updated.updated_at), "revisionId": updated.revision});
    if request.publish {
        let version = versions::publish_now(host, &machine.arn, request.version_description.as_deref())?;
        answer["stateMachineVersionArn"] = version["stateMachineVersionArn"].clone();
    }
    Ok(answer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delete {
    state_machine_arn: String,
}

/// As on AWS, executions that run go on, and a machine that does not exist is as good as deleted.
pub(super) fn delete(host: &Host, request: &Delete) -> Result<Value, ApiError> {
    let arn = MachineArn::parse(&request.state_machine_arn)?;
    if arn.version.is_some() {
        return Err(ApiError::validation("A version is deleted with DeleteStateMachineVersion"));
    }
    host.store.delete_machine(&arn.unqualified())?;
    Ok(json!({}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn list(host: &Host, caller: &Caller, request: &List) -> Result<Value, ApiError> {
    let size = page::size(request.max_results)?;
    let after: String = page::place(request.next_token.as_deref())?.unwrap_or_default();
    let mut rows = host.store.machines(&caller.account, &caller.region, &after, size + 1)?;
    let more = page::cut(&mut rows, size);
    let mut answer = json!({"stateMachines": rows.iter().map(item).collect::<Vec<_>>()});
    if let Some(last) = rows.last().filter(|_| more) {
        answer["nextToken"] = page::token(&last.name);
    }
    Ok(answer)
}

fn item(machine: &MachineRow) -> Value {
    json!({
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "type": "STANDARD",
        "creationDate": seconds(machine.created_at),
    })
}

/// The machine itself, for operations that do not take a version.
pub(super) fn unqualified(host: &Host, arn: &str) -> Result<MachineRow, ApiError> {
    let parsed = MachineArn::parse(arn)?;
    if parsed.version.is_some() {
        return Err(ApiError::validation(format!("The ARN of a version is not accepted here: '{arn}'")));
    }
    let machine = host.store.machine(&parsed.unqualified())?.ok_or_else(|| no_machine(arn))?;
    if machine.deleting {
        return Err(ApiError::new(
            "StateMachineDeleting",
            format!("State Machine is being deleted: '{arn}'"),
        ));
    }
    Ok(machine)
}

fn check_definition(text: &str) -> Result<(), ApiError> {
    let Err(diagnostics) = Definition::parse(text) else { return Ok(()) };
    let errors: Vec<String> =
        diagnostics.iter().filter(|found| found.severity == Severity::Error).map(sentence).collect();
    Err(ApiError::new(
        "InvalidDefinition",
        format!("Invalid State Machine Definition: '{}'", errors.join(", ")),
    ))
}

fn sentence(found: &Diagnostic) -> String {
    format!("{}: {} at {}", found.code, found.message, found.pointer)
}

fn check_role(arn: &str) -> Result<(), ApiError> {
    if arn.starts_with("arn:aws:iam::") && arn.contains(":role/") {
        return Ok(());
    }
    Err(ApiError::new("InvalidArn", format!("Invalid Arn: 'Invalid Role Arn: {arn}'")))
}

fn check_description(publish: bool, description: Option<&str>) -> Result<(), ApiError> {
    if description.is_some() && !publish {
        return Err(ApiError::validation("Version description can only be set when publish is true"));
    }
    Ok(())
}
