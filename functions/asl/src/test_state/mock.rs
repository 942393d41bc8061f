//! Whether a mock goes with the state it is given for.

use serde_json::Value;

use super::request::{Mock, Request};
use super::schema;
use crate::command::Pattern;
use crate::definition::{Kind, State};
use crate::refusal::Refusal;

/// Checks a request's mock, or that it needs none.
pub(super) fn check(request: &Request, state: &State, result: Option<&Value>) -> Result<(), Refusal> {
    let Some(mock) = &request.mock else { return unmocked(request, state) };
    if !matches!(state.kind, Kind::Task(_) | Kind::Parallel(_) | Kind::Map(_)) {
        let kind = state.kind.name();
        return Err(Refusal::invalid(format!(
            "State type '{kind}' is not supported when a mock is specified"
        )));
    }
    if mock.result.is_some() && mock.error_output.is_some() {
        return Err(Refusal::invalid(
            "A test mock should have only one of the following fields: [result, errorOutput].",
        ));
    }
    match result {
        Some(result) => fits(mock, state, result),
        None if mock.error_output.is_some() => Ok(()),
        None => {
            Err(Refusal::invalid("A test mock must have one of the following fields: [result, errorOutput]."))
        }
    }
}

/// Without a mock the state is really run, which not every state can be.
fn unmocked(request: &Request, state: &State) -> Result<(), Refusal> {
    let Kind::Task(task) = &state.kind else {
        return match state.kind {
            Kind::Parallel(_) | Kind::Map(_) => Err(Refusal::new(
                "InvalidDefinition",
                "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, \
                 Pass, Succeed, Fail, Choice]",
            )),
            _ => Ok(()),
        };
    };
    let unsupported = match task.integration.pattern {
        _ if task.integration.service == "activity" => Some("activities"),
        Pattern::RequestResponse => None,
        Pattern::Sync | Pattern::SyncV2 => Some("'.sync' service integrations"),
        Pattern::WaitForTaskToken => Some("'.waitForTaskToken' service integrations"),
    };
    if let Some(what) = unsupported {
        return Err(Refusal::new(
            "InvalidDefinition",
            format!("TestState API does not support {what} when a mock is not specified"),
        ));
    }
    if request.role_arn.is_none() {
        return Err(Refusal::invalid("RoleArn must be specified when testing a Task state"));
    }
    Ok(())
}

/// Whether a result is one that the state could have.
fn fits(mock: &Mock, state: &State, result: &Value) -> Result<(), Refusal> {
    match &state.kind {
        Kind::Parallel(branches) => match result.as_array() {
            None => Err(Refusal::invalid("Mocked result must be an array.")),
            Some(results) if results.len() != branches.len() => Err(Refusal::invalid(
                "Mocked result must contain the same number of items as number of Parallel branches.",
            )),
            Some(_) => Ok(()),
        },
        Kind::Map(map) => {
            let writes = map.distributed.as_ref().is_some_and(|distributed| distributed.writer.is_some());
            match (writes, result) {
                (true, Value::Object(_)) | (false, Value::Array(_)) => Ok(()),
                (true, _) => Err(Refusal::invalid("Mocked result must be a JSON object.")),
                (false, _) => Err(Refusal::invalid("Mocked result must be an array.")),
            }
        }
        Kind::Task(task) => {
            let strict = match mock.field_validation_mode.as_deref() {
                Some("NONE") => return Ok(()),
                Some("PRESENT") => false,
                _ => true,
            };
            schema::check(&task.integration, result, strict)
                .map_err(|why| Refusal::invalid(format!("Mock result schema validation error: {why}")))
        }
        _ => Ok(()),
    }
}
