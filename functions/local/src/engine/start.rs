//! Starting an execution: from the API, or as a task of another one.

use std::sync::Arc;

use asl::{Definition, Execution, Start};
use jiff::Timestamp;
use uuid::Uuid;

use super::entropy::Informed;
use super::express::{Ended, Express};
use super::host::{Host, Running};
use super::input::{check_name, refused};
use super::store::{NewExecution, Parent, Pinned, Started};
use super::target::Target;
use super::timers::Family;
use crate::services::aws_json::ApiError;

/// What to start.
#[derive(Default)]
pub(crate) struct StartRequest {
    /// The ARN of a machine, of one of its versions or of one of its aliases.
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

/// An execution with everything it needs to begin.
pub(crate) struct Beginning {
    pub(crate) start: Start,
    /// The input as the caller wrote it.
    pub(crate) input: String,
    pub(crate) definition: Arc<Definition>,
    pub(crate) pinned: Pinned,
    pub(crate) map_run: Option<String>,
    pub(crate) trace_header: Option<String>,
    pub(crate) parent: Option<Parent>,
    pub(crate) family: Arc<Family>,
    pub(crate) express: Option<Express>,
}

impl Host {
    /// Starts an execution; none when the task that wanted it is over.
    pub(crate) fn start(
        self: &Arc<Self>,
        request: StartRequest,
    ) -> Result<Option<StartedExecution>, ApiError> {
        let target = self.target(&request.machine)?;
        let express = target.express.then(Express::default);
        self.start_at(target, request, express)
    }

    /// Starts an Express execution whose end the caller waits for.
    pub(crate) fn start_sync(
        self: &Arc<Self>,
        target: Target,
        request: StartRequest,
    ) -> Result<Option<(StartedExecution, tokio::sync::oneshot::Receiver<Ended>)>, ApiError> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let started = self.start_at(target, request, Some(Express { waiter: Some(sender) }))?;
        Ok(started.map(|started| (started, receiver)))
    }

    fn start_at(
        self: &Arc<Self>,
        target: Target,
        request: StartRequest,
        express: Option<Express>,
    ) -> Result<Option<StartedExecution>, ApiError> {
        let name = request.name.unwrap_or_else(|| Uuid::new_v4().to_string());
        check_name(&name)?;
        let input = request.input.unwrap_or_else(|| "{}".to_owned());
        let mother = request.parent.as_ref().and_then(|parent| self.family(&parent.execution));
        let family = mother.unwrap_or_else(|| self.timers.family());
        let execution_arn = if express.is_some() {
            target.arn.express(&name, &Uuid::new_v4().to_string())
        } else {
            target.arn.execution(&name)
        };
        self.begin(Beginning {
            definition: self.definitions.get(&self.store, &target.pinned.definition, express.is_some())?,
            start: Start {
                execution_arn,
                name,
                role_arn: target.role_arn,
                machine_arn: target.arn.unqualified(),
                machine_name: target.arn.name.clone(),
                input: asl::check_input(&input).map_err(refused)?,
                at: in_milliseconds(family.now()),
            },
            input,
            pinned: target.pinned,
            map_run: None,
            trace_header: request.trace_header,
            // What an Express execution starts is not stored as its own.
            parent: request.parent.filter(|parent| !parent.execution.contains(":express:")),
            family,
            express,
        })
    }

    /// Begins an execution; none when the task that wanted it is over.
    pub(crate) fn begin(self: &Arc<Self>, begins: Beginning) -> Result<Option<StartedExecution>, ApiError> {
        let Beginning { start, definition, family, express, .. } = begins;
        let (execution, mut transition) =
            Execution::start(&definition, start.clone(), &mut Informed(&self.store));
        self.cap_waits(&execution, &mut transition, start.at);
        let running = Running {
            arn: start.execution_arn.clone(),
            machine: start.machine_arn.clone(),
            definition,
            execution: execution.clone(),
            family,
            outside: 0,
            express,
        };
        let kept = running.express.is_none();
        let new = NewExecution {
            start: &start,
            pinned: &begins.pinned,
            map_run: begins.map_run.as_deref(),
            input: &begins.input,
            trace_header: begins.trace_header.as_deref(),
            parent: begins.parent.as_ref(),
            execution: &execution,
            history: &transition.history,
            commands: &transition.commands,
        };
        let started = self.admit(running, transition.commands.clone(), || {
            let started = if kept { self.store.start(&new)? } else { Started::New };
            Ok((started == Started::New, started))
        })?;
        match started {
            Started::New => Ok(Some(StartedExecution { arn: start.execution_arn.clone(), at: start.at })),
            Started::Before(row) => Ok(Some(StartedExecution { arn: row.arn, at: row.started_at })),
            Started::ParentIsOver => Ok(None),
            Started::NameTaken => Err(ApiError::new(
                "ExecutionAlreadyExists",
                format!("Execution Already Exists: '{}'", start.execution_arn),
            )),
        }
    }
}

/// Times are kept in milliseconds, so that an execution reads the same after a restart.
pub(crate) fn in_milliseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
