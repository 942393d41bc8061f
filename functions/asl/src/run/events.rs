//! What an event does to the frame it is for.

use serde_json::{Value, json};

use super::frames::{Doing, OpenTask, Timer};
use super::journal::{Family, error_details};
use super::{DATA_LIMIT, Run, Status};
use crate::command::{Command, Pattern};
use crate::data::{Failure, too_deep};
use crate::event::Event;

impl Run<'_> {
    /// Takes an event in.
    pub(super) fn take(&mut self, event: Event) {
        match event {
            Event::TaskStarted { task, worker } => self.task_started(task, worker.as_deref()),
            Event::TaskSubmitted { task, output } => self.task_submitted(task, &output),
            Event::TaskSucceeded { task, output } => self.task_succeeded(task, output),
            Event::TaskFailed { task, error, cause } => {
                self.task_failed(task, &Failure::reported(&error, &cause));
            }
            Event::Heartbeat { task } => self.heartbeat(task),
            Event::TimerFired { timer } => self.timer_fired(timer),
            Event::MapRunSucceeded { map_run, output } => self.map_run_succeeded(map_run, output),
            Event::MapRunFailed { map_run, error, cause } => {
                self.map_run_failed(map_run, Failure::reported(&error, &cause));
            }
            Event::Stop { error, cause } => {
                let details = error_details(error.as_deref(), cause.as_deref());
                (self.execution.error, self.execution.cause) = (error, cause);
                self.end(Status::Aborted, "ExecutionAborted", ("executionAbortedEventDetails", details));
            }
        }
    }

    fn task_started(&mut self, task: u64, worker: Option<&str>) {
        let Some(open) = self.execution.tasks.get(&task) else { return };
        if Family::of(&open.integration) == Family::Activity {
            let details = worker.map_or_else(|| json!({}), |worker| json!({"workerName": worker}));
            self.note(open.frame, "ActivityStarted", Some(("activityStartedEventDetails", details)));
        }
    }

    fn task_submitted(&mut self, task: u64, output: &Value) {
        let Some(open) = self.execution.tasks.get(&task) else { return };
        if open.integration.pattern == Pattern::RequestResponse
            || Family::of(&open.integration) != Family::Service
        {
            return;
        }
        let content = json!({"output": output.to_string(), "outputDetails": {"truncated": false}});
        let (kind, details) = Family::Service.ended("Submitted", &open.integration, content);
        self.note(open.frame, &kind, details);
    }

    fn task_succeeded(&mut self, task: u64, output: Value) {
        let Some(open) = self.execution.tasks.get(&task) else { return };
        let text = output.to_string();
        if text.len() > DATA_LIMIT || too_deep(&output) {
            let failure = Failure::data_limit(&open.integration.resource);
            self.task_failed(task, &failure);
            return;
        }
        let Some(open) = self.close_task(task) else { return };
        let content = json!({"output": text, "outputDetails": {"truncated": false}});
        let (kind, details) = Family::of(&open.integration).ended("Succeeded", &open.integration, content);
        self.note(open.frame, &kind, details);
        self.complete(open.frame, output.into());
    }

    fn task_failed(&mut self, task: u64, failure: &Failure) {
        let Some(open) = self.close_task(task) else { return };
        let content = error_details(failure.error.as_deref(), failure.cause.as_deref());
        let (kind, details) = Family::of(&open.integration).ended("Failed", &open.integration, content);
        self.note(open.frame, &kind, details);
        self.fail(open.frame, failure.clone());
    }

    fn heartbeat(&mut self, task: u64) {
        let Some((timer, seconds)) = self.execution.tasks.get(&task).and_then(|open| open.heartbeat) else {
            return;
        };
        self.cancel_timer(timer);
        let timer = self.set_timer(Timer::Heartbeat { task }, seconds);
        if let Some(open) = self.execution.tasks.get_mut(&task) {
            open.heartbeat = Some((timer, seconds));
        }
    }

    fn timer_fired(&mut self, timer: u64) {
        let Some(purpose) = self.execution.timers.remove(&timer) else { return };
        match purpose {
            Timer::Execution => {
                let details = json!({"error": "States.Timeout"});
                self.end(Status::TimedOut, "ExecutionTimedOut", ("executionTimedOutEventDetails", details));
            }
            Timer::Wait { frame } => self.wait_over(frame),
            Timer::Retry { frame } => {
                if let Some(frame) = self.execution.frames.get_mut(&frame) {
                    frame.retries += 1;
                }
                self.attempt(frame);
            }
            Timer::Timeout { task } => self.task_timed_out(task, false),
            Timer::Heartbeat { task } => self.task_timed_out(task, true),
            Timer::Resume => {}
        }
    }

    fn task_timed_out(&mut self, task: u64, heartbeat: bool) {
        let Some(open) = self.close_task(task) else { return };
        self.transition.commands.push(Command::CancelTask { task });
        let content = json!({"error": "States.Timeout"});
        let (kind, details) = Family::of(&open.integration).ended("TimedOut", &open.integration, content);
        self.note(open.frame, &kind, details);
        self.fail(open.frame, Failure::timeout(heartbeat));
    }

    /// Forgets an open task with its timers and token.
    pub(super) fn close_task(&mut self, task: u64) -> Option<OpenTask> {
        let open = self.execution.tasks.remove(&task)?;
        if let Some(token) = &open.token {
            self.execution.tokens.remove(token);
        }
        for timer in open.timeout.into_iter().chain(open.heartbeat.map(|(timer, _)| timer)) {
            self.cancel_timer(timer);
        }
        if let Some(frame) = self.execution.frames.get_mut(&open.frame) {
            frame.doing = Doing::Ready;
        }
        Some(*open)
    }
}
