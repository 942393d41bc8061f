//! Creating, changing, listing and deleting state machines.

use serde::Deserialize;
use serde_json::{Value, json};

use super::definition::{check_definition, check_description, check_role, check_settings};
use super::{page, tags, versions};
use crate::engine::arn::MachineArn;
use crate::engine::host::Host;
use crate::engine::input::check_name;
use crate::engine::store::{MachineChange, MachineRow, NewMachine, Settings, digest};
use crate::engine::target::{deleting, no_machine};
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
    tags: Option<Vec<tags::Tag>>,
    #[serde(flatten)]
    settings: Settings,
}

pub(super) fn create(host: &Host, caller: &Caller, request: &Create) -> Result<Value, ApiError> {
    check_name(&request.name)?;
    let kind = request.kind.as_deref().unwrap_or("STANDARD");
    check_description(request.publish, request.version_description.as_deref())?;
    check_role(&request.role_arn)?;
    check_settings(&request.settings)?;
    let tags = tags::checked(request.tags.as_deref().unwrap_or_default())?;
    check_definition(&request.definition, kind)?;
    let arn = MachineArn::new(caller, &request.name);
    let new = NewMachine {
        arn: &arn,
        kind,
        definition: &request.definition,
        role_arn: &request.role_arn,
        settings: &request.settings,
        now: jiff::Timestamp::now(),
    };
    let created = host.store.create_machine(&new)?;
    let arn = arn.unqualified();
    let machine = host.store.machine(&arn)?.ok_or_else(|| no_machine(&arn))?;
    if created {
        host.machine_created(&arn);
        host.store.tag(&arn, &tags)?;
    } else {
        check_same(host, &machine, request)?;
    }
    let mut answer = json!({"stateMachineArn": arn, "creationDate": seconds(machine.created_at)});
    if request.publish {
        let version = versions::publish_now(host, &arn, request.version_description.as_deref())?;
        answer["stateMachineVersionArn"] = version["stateMachineVersionArn"].clone();
    }
    Ok(answer)
}

/// Creating a machine again in the same way is the same request; role and tags do not count.
fn check_same(host: &Host, machine: &MachineRow, request: &Create) -> Result<(), ApiError> {
    let arn = &machine.arn;
    if machine.deleting {
        return Err(deleting(arn));
    }
    let mut same = machine.definition == digest(&request.definition)
        && machine.kind == request.kind.as_deref().unwrap_or("STANDARD")
        && machine.settings == request.settings;
    if request.publish {
        let latest = host.store.versions(arn, u64::MAX, 1)?.pop();
        same &= latest.is_some_and(|latest| {
            latest.revision == machine.revision && latest.description == request.version_description
        });
    }
    if same {
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
    #[serde(flatten)]
    settings: Settings,
}

pub(super) fn update(host: &Host, request: Update) -> Result<Value, ApiError> {
    let machine = unqualified(host, &request.state_machine_arn)?;
    if request.definition.is_none() && request.role_arn.is_none() && request.settings.is_empty() {
        return Err(ApiError::new(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
        ));
    }
    check_description(request.publish, request.version_description.as_deref())?;
    check_settings(&request.settings)?;
    if let Some(definition) = &request.definition {
        check_definition(definition, &machine.kind)?;
    }
    if let Some(role) = &request.role_arn {
        check_role(role)?;
    }
    let (definition, role_arn) = (request.definition.as_deref(), request.role_arn.as_deref());
    let change = MachineChange { definition, role_arn, settings: request.settings };
    let now = jiff::Timestamp::now();
    let revision = host.store.update_machine(&machine, &change, now)?;
    let mut answer = json!({"updateDate": seconds(now)});
    if let Some(revision) = revision {
        answer["revisionId"] = json!(revision);
    }
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

/// As on AWS, executions that run end with their next transition, and a machine that does not exist is as
/// good as deleted.
pub(super) fn delete(host: &Host, request: &Delete) -> Result<Value, ApiError> {
    let arn = MachineArn::parse(&request.state_machine_arn)?;
    if arn.qualifier.is_some() {
        return Err(ApiError::validation(
            "Cannot delete a version or an alias with DeleteStateMachine; use DeleteStateMachineVersion or \
             DeleteStateMachineAlias",
        ));
    }
    host.delete_machine(&arn.unqualified())?;
    Ok(json!({}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn list(host: &Host, caller: &Caller, request: &List) -> Result<Value, ApiError> {
    let size = page::size(request.max_results);
    let after: String = page::place(request.next_token.as_deref())?.unwrap_or_default();
    let rows = host.store.machines(&caller.account, &caller.region, &after, size + 1)?;
    page::answer("stateMachines", rows, size, |row| Ok(item(row)), |row| row.name.clone())
}

fn item(machine: &MachineRow) -> Value {
    json!({
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "type": machine.kind,
        "creationDate": seconds(machine.created_at),
    })
}

/// The machine itself, for operations that take neither version nor alias.
pub(super) fn unqualified(host: &Host, arn: &str) -> Result<MachineRow, ApiError> {
    let parsed = MachineArn::parse(arn)?;
    if parsed.qualifier.is_some() {
        // As AWS says it: there is no machine of that name.
        return Err(no_machine(arn));
    }
    host.machine(&parsed, arn)
}
