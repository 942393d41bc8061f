//! Carrying out what an execution asks for, and continuing it after a restart.

use std::sync::Arc;

use asl::{Command, Event, Execution, Pattern, Transition};
use jiff::Timestamp;

use super::host::{Host, Running};
use super::integrations::{self, Answer, Call};
use super::store::{OpenTask, Parent};
use crate::services::sqlite::StoreError;

/// An activity's task waits for a worker instead of being called.
const ACTIVITY: &str = "activity";

impl Host {
    /// Called under the execution's lock, so that commands of two transitions cannot overtake each other.
    pub(crate) fn carry_out(self: &Arc<Self>, running: &mut Running, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::RunTask(request) => {
                    let (execution, machine) = (running.arn.clone(), running.machine.clone());
                    self.run_task(Call { execution, machine, request: *request });
                }
                Command::CancelTask { task } => {
                    self.calls.forget(&running.arn, task);
                    if running.express.is_none() {
                        self.stop_children(Parent { execution: running.arn.clone(), task });
                    }
                }
                Command::SetTimer { timer, at } => running.family.set(at, &running.arn, timer),
                Command::StartMapRun(_) | Command::RedriveMapRun { .. } | Command::StopMapRun { .. } => {
                    self.command_map_run(running, &command);
                }
                Command::CancelTimer { timer } => running.family.cancel(&running.arn, timer),
            }
        }
        let outside = running.execution.open_tokens();
        running.family.outside(running.outside, outside);
        running.outside = outside;
    }

    /// Repeats a call that was under way, or goes on waiting for what was submitted.
    pub(crate) fn resume_task(self: &Arc<Self>, task: OpenTask) {
        let OpenTask { execution, machine, request, submitted } = task;
        if !submitted {
            return self.run_task(Call { execution, machine, request });
        }
        let parent = Parent { execution, task: request.task };
        let host = self.clone();
        self.spawn(async move { host.collect_child(&parent).await });
    }

    /// Shortens `Wait` states to what local mode is willing to wait; timeouts stay what they are.
    pub(crate) fn cap_waits(&self, execution: &Execution, transition: &mut Transition, now: Timestamp) {
        let Some(cap) = self.options.max_wait else { return };
        let latest = now.checked_add(cap).unwrap_or(Timestamp::MAX);
        for command in &mut transition.commands {
            if let Command::SetTimer { timer, at } = command
                && *at > latest
                && execution.is_wait(*timer)
            {
                tracing::debug!(said = %at, until = %latest, "a Wait state is cut short by local mode");
                *at = latest;
            }
        }
    }

    fn run_task(self: &Arc<Self>, call: Call) {
        if call.request.integration.service == ACTIVITY {
            return self.activities.push(call);
        }
        let Some(family) = self.family(&call.execution) else { return };
        self.calls.begin(&call.execution, call.request.task, family.busy());
        let host = self.clone();
        self.spawn(async move {
            let (execution, task) = (call.execution.clone(), call.request.task);
            host.answer_task(call).await;
            host.calls.forget(&execution, task);
        });
    }

    async fn answer_task(self: &Arc<Self>, call: Call) {
        let (execution, task) = (call.execution.clone(), call.request.task);
        match self.is_open(&call).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return tracing::error!(%error, execution, "a task could not be started"),
        }
        let goes_on = call.request.integration.pattern != Pattern::RequestResponse;
        let event = match integrations::call(self, &call).await {
            Answer::Accepted(output) if goes_on => Event::TaskSubmitted { task, output },
            Answer::Accepted(output) | Answer::Done(output) => Event::TaskSucceeded { task, output },
            Answer::Failed { error, cause } => Event::TaskFailed { task, error, cause },
            Answer::Gone => return,
        };
        let submitted = matches!(event, Event::TaskSubmitted { .. });
        self.report(&execution, event).await;
        if submitted {
            self.collect_child(&Parent { execution, task }).await;
        }
    }

    /// Whether somebody still waits for the answer to a call.
    async fn is_open(&self, call: &Call) -> Result<bool, StoreError> {
        let Some(running) = self.find(&call.execution) else { return Ok(false) };
        let express = running.lock().await.express.is_some();
        if express { Ok(true) } else { self.store.task_is_open(&call.parent()) }
    }
}
