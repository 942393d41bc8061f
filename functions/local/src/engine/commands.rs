//! Carrying out what an execution asks for, and continuing it after a restart.

use std::sync::Arc;

use asl::{Command, Event, Execution, Pattern, TaskRequest, Transition};
use jiff::Timestamp;

use super::host::{Host, Running};
use super::integrations::{self, Answer, Call};
use super::store::{OpenTask, Parent};

impl Host {
    /// Called under the execution's lock, so that commands of two transitions cannot overtake each other.
    pub(crate) fn carry_out(self: &Arc<Self>, running: &Running, commands: Vec<Command>) {
        for command in commands {
            match command {
                Command::RunTask(request) => self.run_task(&running.arn, &running.machine, *request),
                Command::CancelTask { task } => {
                    self.stop_children(Parent { execution: running.arn.clone(), task });
                }
                Command::SetTimer { timer, at } => self.timers.set(at, &running.arn, timer),
                Command::StartMapRun(_) | Command::RedriveMapRun { .. } | Command::StopMapRun { .. } => {
                    self.command_map_run(&running.arn, &command);
                }
                Command::CancelTimer { timer } => self.timers.cancel(&running.arn, timer),
            }
        }
    }

    /// Repeats a call that was under way, or goes on waiting for what was submitted.
    pub(crate) fn resume_task(self: &Arc<Self>, task: OpenTask) {
        if !task.submitted {
            self.run_task(&task.execution, &task.machine, task.request);
            return;
        }
        let parent = Parent { execution: task.execution, task: task.request.task };
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

    fn run_task(self: &Arc<Self>, execution: &str, machine: &str, request: TaskRequest) {
        let host = self.clone();
        let call = Call { execution: execution.to_owned(), machine: machine.to_owned(), request };
        self.spawn(async move { host.answer_task(call).await });
    }

    async fn answer_task(self: &Arc<Self>, call: Call) {
        let (execution, task) = (call.execution.clone(), call.request.task);
        match self.store.task_is_open(&call.parent()) {
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
}
