//! From state to state: entering, exiting, joining branches, ending.

use std::sync::Arc;

use serde_json::{Value, json};

use super::assign::Assigned;
use super::context::View;
use super::frames::{Branches, Doing, Frame};
use super::journal::error_details;
use super::states::Step;
use super::{DATA_LIMIT, Run, Status};
use crate::command::Command;
use crate::data::{Failure, too_deep};
use crate::definition::{Kind, Language, State};

/// How a state is left.
pub(super) struct Exit {
    pub(super) output: Arc<Value>,
    pub(super) assigned: Assigned,
    /// None ends the branch.
    pub(super) next: Option<String>,
}

impl<'r> Run<'r> {
    /// Adds a frame that is ready to enter its state; its number.
    pub(super) fn add_frame(&mut self, frame: Frame) -> u64 {
        self.execution.counters.frame += 1;
        let number = self.execution.counters.frame;
        self.execution.frames.insert(number, Box::new(frame));
        self.execution.ready.push_back(number);
        number
    }

    /// The state a frame is in.
    pub(super) fn state_of(&self, frame: u64) -> Option<&'r State> {
        self.definition.states.get(&self.execution.frames.get(&frame)?.state)
    }

    /// The input of a frame's state, as it came in.
    pub(super) fn input_of(&self, frame: u64) -> Arc<Value> {
        self.execution
            .frames
            .get(&frame)
            .map_or_else(|| Arc::new(Value::Null), |frame| Arc::clone(&frame.input))
    }

    /// Enters a frame's state.
    pub(super) fn enter(&mut self, frame: u64) {
        let Some(state) = self.state_of(frame) else {
            // The definition is not the one that the execution was started with.
            self.end_failed(Failure::runtime(
                "The execution is in a state that its definition does not have.",
            ));
            return;
        };
        let (input, before) = (self.input_of(frame).to_string(), self.last_event(frame));
        let details = json!({"name": state.name, "input": input, "inputDetails": {"truncated": false}});
        let kind = format!("{}StateEntered", state.kind.name());
        let event = self.note(frame, &kind, Some(("stateEnteredEventDetails", details)));
        if let Some(frame) = self.execution.frames.get_mut(&frame) {
            frame.entered_event = event;
            frame.before_entered = before;
            frame.entered_at = self.now;
            frame.retries = 0;
            frame.retries_by_rule.clear();
            frame.map_run = None;
        }
        self.attempt(frame);
    }

    /// Does what the state says, for the first time or again.
    pub(super) fn attempt(&mut self, frame: u64) {
        let Some(state) = self.state_of(frame) else { return };
        match self.step(frame, state) {
            Ok(Step::Exit(exit)) => self.exit(frame, exit),
            Ok(Step::Waits) => {}
            Ok(Step::Fails(failure)) => self.fail(frame, failure),
            Err(failure) => self.raise(frame, failure),
        }
    }

    /// A Task, Parallel or Map has its result.
    pub(super) fn complete(&mut self, frame: u64, result: Arc<Value>) {
        let Some(state) = self.state_of(frame) else { return };
        match self.shape(frame, state, result) {
            Ok(exit) => self.exit(frame, exit),
            Err(failure) => self.raise(frame, failure),
        }
    }

    /// From a result to the output, with the variables set on the way.
    pub(super) fn shape(&self, frame: u64, state: &State, result: Arc<Value>) -> Result<Exit, Failure> {
        let input = self.input_of(frame);
        let next = state.next.clone();
        if state.language == Language::Jsonata {
            let view = View { result: Some(&result), ..View::of(&input) };
            let assigned = self.assigned(frame, &state.assign, view, "")?;
            let output = match &state.output {
                Some(template) => self.evaluate(frame, template, view, "Output")?,
                None => Arc::clone(&result),
            };
            return Ok(Exit { output, assigned, next });
        }
        let result = match &state.result_selector {
            Some(selector) => {
                self.evaluate(frame, selector, View::of(&input).rooted(&result), "ResultSelector")?
            }
            None => result,
        };
        let assigned = self.assigned(frame, &state.assign, View::of(&input).rooted(&result), "")?;
        let merged = state.result_path.apply(&input, result).map_err(Failure::runtime)?;
        Ok(Exit { output: self.select(frame, &state.output_path, &merged)?, assigned, next })
    }

    /// Leaves a state.
    pub(super) fn exit(&mut self, frame: u64, exit: Exit) {
        if self.leave(frame, &exit) {
            self.go_on(frame, exit);
        } else if let Some(state) = self.state_of(frame) {
            self.fail(frame, Failure::data_limit(&state.name));
        }
    }

    /// Leaves a state by one of its catchers, whose own output no catcher judges again.
    pub(super) fn exit_caught(&mut self, frame: u64, exit: Exit) {
        if self.leave(frame, &exit) {
            self.go_on(frame, exit);
        } else if let Some(state) = self.state_of(frame) {
            self.rise(frame, Failure::data_limit(&state.name));
        }
    }

    /// Records the exit; false if the output is too large or too deep.
    fn leave(&mut self, frame: u64, exit: &Exit) -> bool {
        let Some(state) = self.state_of(frame) else { return true };
        if too_deep(&exit.output) {
            return false;
        }
        let output = exit.output.to_string();
        if output.len() > DATA_LIMIT {
            return false;
        }
        let mut details =
            json!({"name": state.name, "output": output, "outputDetails": {"truncated": false}});
        if !exit.assigned.is_empty() {
            let texts = exit.assigned.iter().map(|(name, value)| (name.clone(), value.to_string().into()));
            details["assignedVariables"] = Value::Object(texts.collect());
            details["assignedVariablesDetails"] = json!({"truncated": false});
        }
        let kind = format!("{}StateExited", state.kind.name());
        self.note(frame, &kind, Some(("stateExitedEventDetails", details)));
        true
    }

    fn go_on(&mut self, number: u64, exit: Exit) {
        let Some(frame) = self.execution.frames.get_mut(&number) else { return };
        frame.variables.extend(exit.assigned);
        match exit.next {
            Some(next) => {
                frame.state = next;
                // Whoever gives the branch up now must not say that this state was begun.
                frame.entered_event = 0;
                frame.input = exit.output;
                frame.doing = Doing::Ready;
                self.execution.ready.push_back(number);
            }
            None => self.branch_ended(number, exit.output),
        }
    }

    /// A branch reached its end: the machine, or the state around it, has a result.
    fn branch_ended(&mut self, frame: u64, output: Arc<Value>) {
        let Some(ended) = self.execution.frames.remove(&frame) else { return };
        let Some((parent, index)) = ended.parent else {
            let details = json!({"output": output.to_string(), "outputDetails": {"truncated": false}});
            self.execution.output = output;
            // The frame is gone, but the last event follows from its last.
            self.execution.frames.insert(frame, ended);
            self.end(Status::Succeeded, "ExecutionSucceeded", ("executionSucceededEventDetails", details));
            return;
        };
        self.set_last_event(parent, ended.last_event);
        let Some(state) = self.state_of(parent) else { return };
        let is_map = matches!(state.kind, Kind::Map(_));
        if is_map {
            let details = json!({"name": state.name, "index": index});
            self.note(parent, "MapIterationSucceeded", Some(("mapIterationSucceededEventDetails", details)));
        }
        let Some(branches) = self.branches(parent) else { return };
        branches.running.remove(&index);
        branches.results.insert(index, output);
        if branches.results.len() < branches.total {
            self.fill(parent);
            return;
        }
        let results = std::mem::take(&mut branches.results).into_values().map(Arc::unwrap_or_clone).collect();
        self.set_doing(parent, Doing::Ready);
        self.note_aside(parent, if is_map { "MapStateSucceeded" } else { "ParallelStateSucceeded" }, None);
        self.complete(parent, Arc::new(Value::Array(results)));
    }

    /// The branches inside a frame's state.
    pub(super) fn branches(&mut self, frame: u64) -> Option<&mut Branches> {
        match &mut self.execution.frames.get_mut(&frame)?.doing {
            Doing::Branches(branches) => Some(branches),
            _ => None,
        }
    }

    pub(super) fn set_doing(&mut self, frame: u64, doing: Doing) {
        if let Some(frame) = self.execution.frames.get_mut(&frame) {
            frame.doing = doing;
        }
    }

    pub(super) fn set_last_event(&mut self, frame: u64, event: u64) {
        if let Some(frame) = self.execution.frames.get_mut(&frame) {
            frame.last_event = event;
        }
    }

    /// Gives up everything inside a frame's state.
    pub(super) fn abandon(&mut self, frame: u64) {
        let Some(current) = self.execution.frames.get_mut(&frame) else { return };
        match std::mem::replace(&mut current.doing, Doing::Ready) {
            Doing::Ready => {}
            Doing::Timer(timer) => self.cancel_timer(timer),
            Doing::Task(task) => {
                self.close_task(task);
                self.transition.commands.push(Command::CancelTask { task });
            }
            Doing::MapRun(number) => self.stop_map_run(frame, number),
            Doing::Branches(branches) => {
                let name = self.state_of(frame).filter(|state| matches!(state.kind, Kind::Map(_)));
                for (index, inner) in branches.running {
                    self.abandon_inner(inner, name.map(|state| (state.name.as_str(), index)));
                }
            }
        }
    }

    /// Gives up a branch, saying so in the history.
    fn abandon_inner(&mut self, inner: u64, iteration: Option<(&str, usize)>) {
        self.abandon(inner);
        let entered = self.execution.frames.get(&inner).is_some_and(|frame| frame.entered_event > 0);
        if let Some(state) = self.state_of(inner).filter(|_| entered) {
            self.note(inner, &format!("{}StateAborted", state.kind.name()), None);
        }
        if let Some((name, index)) = iteration {
            let details = json!({"name": name, "index": index});
            self.note(inner, "MapIterationAborted", Some(("mapIterationAbortedEventDetails", details)));
        }
        self.execution.frames.remove(&inner);
    }

    /// Ends the execution with an error.
    pub(super) fn end_failed(&mut self, failure: Failure) {
        let details = error_details(failure.error.as_deref(), failure.cause.as_deref());
        (self.execution.error, self.execution.cause) = (failure.error, failure.cause);
        self.end(Status::Failed, "ExecutionFailed", ("executionFailedEventDetails", details));
    }

    /// Ends the execution: what is still open is given up.
    pub(super) fn end(&mut self, status: Status, kind: &str, details: (&'static str, Value)) {
        if status != Status::Succeeded {
            self.keep_stopped();
        }
        let root = self.execution.frames.iter().find(|(_, frame)| frame.parent.is_none()).map(|(&id, _)| id);
        if let Some(root) = root {
            self.abandon(root);
        }
        match root {
            // What ends an execution from outside follows no event.
            Some(root) if !matches!(status, Status::TimedOut | Status::Aborted) => {
                self.note(root, kind, Some(details));
            }
            _ => {
                self.record(0, kind, Some(details));
            }
        }
        let timers: Vec<u64> = self.execution.timers.keys().copied().collect();
        for timer in timers {
            self.cancel_timer(timer);
        }
        self.execution.frames.clear();
        self.execution.map_runs.clear();
        self.execution.ready.clear();
        self.execution.status = status;
    }
}
