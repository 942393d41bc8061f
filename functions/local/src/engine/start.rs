//! Starting an execution: from the API, or as a task of another one.

use std::sync::Arc;

use asl::{Execution, Start};
use jiff::Timestamp;
use uuid::Uuid;

use super::arn::MachineArn;
use super::entropy::System;
use super::host::{Host, Running};
use super::store::{NewExecution, Parent, Started};
use crate::services::aws_json::ApiError;

/// AWS's limit for input and output: 256 KiB.
pub(crate) const LARGEST_PAYLOAD: usize = 262_144;

/// What to start.
#[derive(Debug, Default)]
pub(crate) struct StartRequest {
    /// The machine's ARN, or that of one of its versions.
    pub(crate) machine: String,
    pub(crate) name: Option<String>,
    pub(crate) input: Option<String>,
    pub(crate) trace_header: Option<String>,
    /// The task that starts it.
    pub(crate) parent: Option<Parent>,
}

/// An execution that was started, now or by an equal request before.
#[derive(Debug)]
pub(crate) struct StartedExecution {
    pub(crate) arn: String,
    pub(crate) at: Timestamp,
}

/// The parts of a machine that an execution keeps for good.
struct Target {
    arn: MachineArn,
    role_arn: String,
    definition: String,
}

impl Host {
    /// Starts an execution; none when the task that wanted it is over.
    pub(crate) fn start(
        self: &Arc<Self>,
        request: StartRequest,
    ) -> Result<Option<StartedExecution>, ApiError> {
        let target = self.target(&request.machine)?;
        let name = request.name.unwrap_or_else(|| Uuid::new_v4().to_string());
        check_name(&name)?;
        let text = request.input.unwrap_or_else(|| "{}".to_owned());
        let start = Start {
            execution_arn: target.arn.execution(&name),
            name,
            role_arn: target.role_arn,
            machine_arn: target.arn.unqualified(),
            machine_name: target.arn.name.clone(),
            input: check_input(&text)?,
            at: now_in_milliseconds(),
        };
        let definition = self.definition(&target.definition)?;
        let (execution, mut transition) = Execution::start(&definition, start.clone(), &mut System);
        self.cap_waits(&execution, &mut transition, start.at);
        let running = Running {
            arn: start.execution_arn.clone(),
            machine: start.machine_arn.clone(),
            definition,
            execution: execution.clone(),
        };
        let new = NewExecution {
            start: &start,
            version: target.arn.version,
            definition: &target.definition,
            input: &text,
            trace_header: request.trace_header.as_deref(),
            parent: request.parent.as_ref(),
            execution: &execution,
            history: &transition.history,
            commands: &transition.commands,
        };
        let started = self.admit(running, transition.commands.clone(), || {
            self.store.start(&new).map(|started| (started == Started::New, started))
        })?;
        match started {
            Started::New => Ok(Some(StartedExecution { arn: start.execution_arn, at: start.at })),
            Started::Before(row) => Ok(Some(StartedExecution { arn: row.arn, at: row.started_at })),
            Started::ParentIsOver => Ok(None),
            Started::NameTaken => Err(ApiError::new(
                "ExecutionAlreadyExists",
                format!("Execution Already Exists: '{}'", start.execution_arn),
            )),
        }
    }

    fn target(&self, arn: &str) -> Result<Target, ApiError> {
        let parsed = MachineArn::parse(arn)?;
        let machine = self.store.machine(&parsed.unqualified())?.ok_or_else(|| no_machine(arn))?;
        if machine.deleting {
            return Err(ApiError::new(
                "StateMachineDeleting",
                format!("State Machine is being deleted: '{arn}'"),
            ));
        }
        let (role_arn, definition) = match parsed.version {
            None => (machine.role_arn, machine.definition),
            Some(number) => {
                let version = self.store.version(&machine.arn, number)?.ok_or_else(|| no_machine(arn))?;
                (version.role_arn, version.definition)
            }
        };
        Ok(Target { arn: parsed, role_arn, definition })
    }
}

/// No machine or version of that ARN.
pub(crate) fn no_machine(arn: &str) -> ApiError {
    ApiError::new("StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
}

/// AWS's rule for names of machines and executions.
pub(crate) fn check_name(name: &str) -> Result<(), ApiError> {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c);
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(forbidden) {
        return Err(ApiError::new("InvalidName", format!("Invalid Name: '{name}'")));
    }
    Ok(())
}

fn check_input(text: &str) -> Result<serde_json::Value, ApiError> {
    let refuse = |why: &str| {
        ApiError::new("InvalidExecutionInput", format!("Invalid State Machine Execution Input: '{why}'"))
    };
    if text.len() > LARGEST_PAYLOAD {
        return Err(refuse("Input exceeds the maximum number of bytes allowed."));
    }
    serde_json::from_str(text).map_err(|error| refuse(&error.to_string()))
}

/// Times are kept in milliseconds, so that an execution reads the same after a restart.
fn now_in_milliseconds() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule_of_aws() {
        for good in ["run-1", "a.b_c", &"x".repeat(80)] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "a/b", "a:b", "a\u{7}", &"x".repeat(81)] {
            assert_eq!(check_name(bad).expect_err(bad).code, "InvalidName");
        }
    }
}
