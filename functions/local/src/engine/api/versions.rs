//! Published versions: what runs stays what was approved, whatever is deployed meanwhile.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{aliases, machines, page};
use crate::engine::arn::{MachineArn, Qualifier};
use crate::engine::host::Host;
use crate::engine::store::VersionRow;
use crate::engine::target::no_machine;
use crate::services::aws_json::{ApiError, seconds};

/// AWS's limit of a machine.
const MOST_VERSIONS: usize = 1000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Publish {
    state_machine_arn: String,
    revision_id: Option<String>,
    description: Option<String>,
}

pub(super) fn publish(host: &Host, request: Publish) -> Result<Value, ApiError> {
    let machine = machines::unqualified(host, &request.state_machine_arn)?;
    let revision = machine.revision.as_deref().unwrap_or("INITIAL");
    if let Some(wanted) = request.revision_id.filter(|wanted| wanted != revision) {
        return Err(ApiError::new(
            "ConflictException",
            format!(
                "Failed to publish the State Machine version for revision {wanted}. The current State Machine revision is {revision}."
            ),
        ));
    }
    publish_now(host, &machine.arn, request.description.as_deref())
}

/// Publishes the machine as it is.
pub(super) fn publish_now(host: &Host, machine: &str, description: Option<&str>) -> Result<Value, ApiError> {
    if host.store.count_versions(machine)? >= MOST_VERSIONS {
        return Err(ApiError::new(
            "ServiceQuotaExceededException",
            format!("The maximum number of versions of a state machine has been reached: {MOST_VERSIONS}"),
        ));
    }
    let version =
        host.store.publish(machine, description, Timestamp::now())?.ok_or_else(|| no_machine(machine))?;
    Ok(json!({
        "stateMachineVersionArn": MachineArn::parse(machine)?.version(version.number),
        "creationDate": seconds(version.created_at),
    }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    state_machine_arn: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn list(host: &Host, request: &List) -> Result<Value, ApiError> {
    let machine = machines::unqualified(host, &request.state_machine_arn)?;
    let arn = MachineArn::parse(&machine.arn)?;
    let size = page::size(request.max_results);
    let before: u64 = page::place(request.next_token.as_deref())?.unwrap_or(u64::MAX);
    let rows = host.store.versions(&machine.arn, before, size + 1)?;
    let item = |row: &VersionRow| {
        Ok(
            json!({"stateMachineVersionArn": arn.version(row.number), "creationDate": seconds(row.created_at)}),
        )
    };
    page::answer("stateMachineVersions", rows, size, item, |row| row.number)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delete {
    state_machine_version_arn: String,
}

/// A version that is not there is as good as deleted; one that an alias uses stays.
pub(super) fn delete(host: &Host, request: &Delete) -> Result<Value, ApiError> {
    let asked = &request.state_machine_version_arn;
    let arn = MachineArn::parse(asked)?;
    let Some(Qualifier::Version(number)) = arn.qualifier else {
        return Err(ApiError::validation(format!(
            "The ARN is not that of a state machine version: '{asked}'"
        )));
    };
    let users = aliases::names_using(host, &arn)?;
    if !users.is_empty() {
        return Err(ApiError::new(
            "ConflictException",
            format!(
                "Version to be deleted must not be referenced by an alias. Current list of aliases referencing \
                 this version: [{}]",
                users.join(", ")
            ),
        ));
    }
    host.store.delete_version(&arn.unqualified(), number)?;
    Ok(json!({}))
}
