//! Aliases: a name that sends executions to one version, or shares them out between two.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::describe::set;
use super::routing::{self, check_name};
use super::{machines, page};
use crate::engine::arn::{MachineArn, Qualifier};
use crate::engine::host::Host;
use crate::engine::store::{AliasRow, Route};
use crate::services::aws_json::{ApiError, seconds};

/// AWS's limit of a machine.
const MOST_ALIASES: usize = 100;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Create {
    name: String,
    description: Option<String>,
    routing_configuration: Vec<Route>,
}

/// The machine is that of the versions. The same request again is the same alias.
pub(super) fn create(host: &Host, request: Create) -> Result<Value, ApiError> {
    check_name(&request.name)?;
    let machine = routing::check(host, &request.routing_configuration)?;
    if host.store.aliases(&machine.unqualified(), 0, MOST_ALIASES)?.len() == MOST_ALIASES {
        return Err(ApiError::new(
            "ServiceQuotaExceededException",
            format!("The maximum number of aliases of a state machine has been reached: {MOST_ALIASES}"),
        ));
    }
    let arn = machine.alias(&request.name);
    let now = Timestamp::now();
    let new = AliasRow {
        seq: 0,
        arn: arn.clone(),
        name: request.name,
        description: request.description,
        routing: request.routing_configuration,
        created_at: now,
        updated_at: now,
    };
    let created = host.store.create_alias(&machine.unqualified(), &new)?;
    let alias = find(host, &arn)?;
    if !created && (alias.description != new.description || alias.routing != new.routing) {
        return Err(ApiError::new(
            "ConflictException",
            "Failed to create alias because an alias with the same name and a different routing configuration already exists.",
        ));
    }
    Ok(json!({"stateMachineAliasArn": arn, "creationDate": seconds(alias.created_at)}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Update {
    state_machine_alias_arn: String,
    description: Option<String>,
    routing_configuration: Option<Vec<Route>>,
}

pub(super) fn update(host: &Host, request: &Update) -> Result<Value, ApiError> {
    let arn = &request.state_machine_alias_arn;
    check_arn(arn)?;
    if request.description.is_none() && request.routing_configuration.is_none() {
        return Err(ApiError::validation(
            "Either the description or the RoutingConfiguration must be specified",
        ));
    }
    find(host, arn)?;
    let routes = request.routing_configuration.as_deref();
    if let Some(routes) = routes
        && routing::check(host, routes)?.unqualified() != MachineArn::parse(arn)?.unqualified()
    {
        return Err(routing::not_versions(routes));
    }
    let now = Timestamp::now();
    host.store.update_alias(arn, request.description.as_deref(), routes, now)?;
    Ok(json!({"updateDate": seconds(now)}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct One {
    state_machine_alias_arn: String,
}

pub(super) fn describe(host: &Host, request: &One) -> Result<Value, ApiError> {
    check_arn(&request.state_machine_alias_arn)?;
    let alias = find(host, &request.state_machine_alias_arn)?;
    let mut answer = json!({
        "stateMachineAliasArn": alias.arn,
        "name": alias.name,
        "routingConfiguration": alias.routing,
        "creationDate": seconds(alias.created_at),
        "updateDate": seconds(alias.updated_at),
    });
    set(&mut answer, "description", alias.description);
    Ok(answer)
}

/// An alias that is not there is as good as deleted.
pub(super) fn delete(host: &Host, request: &One) -> Result<Value, ApiError> {
    check_arn(&request.state_machine_alias_arn)?;
    host.store.delete_alias(&request.state_machine_alias_arn)?;
    Ok(json!({}))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    state_machine_arn: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Of a machine, or of one of its versions.
pub(super) fn list(host: &Host, request: &List) -> Result<Value, ApiError> {
    let asked = MachineArn::parse(&request.state_machine_arn)?;
    let machine = machines::unqualified(host, &asked.unqualified())?;
    let size = page::size(request.max_results);
    let after: i64 = page::place(request.next_token.as_deref())?.unwrap_or(0);
    let mut rows = host.store.aliases(&machine.arn, after, MOST_ALIASES)?;
    if asked.qualifier.is_some() {
        rows.retain(|alias| alias.sends_to(&request.state_machine_arn));
    }
    let item = |alias: &AliasRow| {
        Ok(json!({"stateMachineAliasArn": alias.arn, "creationDate": seconds(alias.created_at)}))
    };
    page::answer("stateMachineAliases", rows, size, item, |alias| alias.seq)
}

/// The names of the aliases that send executions to a version.
pub(super) fn names_using(host: &Host, version: &MachineArn) -> Result<Vec<String>, ApiError> {
    let Some(Qualifier::Version(number)) = version.qualifier else { return Ok(Vec::new()) };
    let arn = version.version(number);
    let aliases = host.store.aliases(&version.unqualified(), 0, MOST_ALIASES)?;
    Ok(aliases.into_iter().filter(|alias| alias.sends_to(&arn)).map(|alias| alias.name).collect())
}

fn check_arn(arn: &str) -> Result<(), ApiError> {
    match MachineArn::parse(arn)?.qualifier {
        Some(Qualifier::Alias(_)) => Ok(()),
        _ => Err(ApiError::new("InvalidArn", format!("Invalid Arn: '{arn}'"))),
    }
}

fn find(host: &Host, arn: &str) -> Result<AliasRow, ApiError> {
    let missing = || ApiError::new("ResourceNotFound", "Request references a resource that does not exist.");
    host.store.alias(arn)?.ok_or_else(missing)
}

impl AliasRow {
    fn sends_to(&self, version: &str) -> bool {
        self.routing.iter().any(|route| route.state_machine_version_arn == version)
    }
}
