//! `ListExecutions`: of a machine, a version, an alias or a Map Run, newest first.

use serde::Deserialize;
use serde_json::Value;

use super::{executions, page};
use crate::engine::arn::{MachineArn, Qualifier};
use crate::engine::host::Host;
use crate::engine::store::Filter;
use crate::engine::target::no_machine;
use crate::services::aws_json::ApiError;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct List {
    state_machine_arn: Option<String>,
    map_run_arn: Option<String>,
    status_filter: Option<String>,
    redrive_filter: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) fn list(host: &Host, request: &List) -> Result<Value, ApiError> {
    let size = page::size(request.max_results);
    let mut filter = Filter {
        status: request.status_filter.as_deref(),
        redriven: request.redrive_filter.as_deref().map(|wanted| wanted == "REDRIVEN"),
        before: page::place(request.next_token.as_deref())?.unwrap_or(i64::MAX),
        limit: size + 1,
        ..Filter::default()
    };
    let machine;
    match (&request.state_machine_arn, &request.map_run_arn) {
        (Some(asked), None) => {
            let arn = MachineArn::parse(asked)?;
            check_machine(host, &arn, asked)?;
            match &arn.qualifier {
                Some(Qualifier::Version(number)) => filter.version = Some(*number),
                Some(Qualifier::Alias(_)) => filter.alias = Some(asked),
                None => {}
            }
            machine = arn.unqualified();
            filter.machine = Some(&machine);
        }
        (None, Some(run)) => filter.map_run = Some(run),
        (None, None) => {
            return Err(ApiError::validation(
                "1 validation error detected: Must provide a StateMachine ARN or MapRun ARN",
            ));
        }
        (Some(_), Some(_)) => {
            return Err(ApiError::validation(
                "You can specify either a mapRunArn or a stateMachineArn, but not both",
            ));
        }
    }
    let rows = host.store.executions(&filter)?;
    page::answer("executions", rows, size, |row| Ok(executions::item(row)), |row| row.seq)
}

/// Executions stay listed for as long as their machine is there; those of Express are never kept.
fn check_machine(host: &Host, arn: &MachineArn, asked: &str) -> Result<(), ApiError> {
    let machine = host.store.machine(&arn.unqualified())?.ok_or_else(|| no_machine(asked))?;
    if machine.is_express() {
        return Err(ApiError::new(
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
        ));
    }
    let there = match &arn.qualifier {
        None => true,
        Some(Qualifier::Version(number)) => host.store.version(&machine.arn, *number)?.is_some(),
        Some(Qualifier::Alias(_)) => host.store.alias(asked)?.is_some(),
    };
    if there { Ok(()) } else { Err(no_machine(asked)) }
}
