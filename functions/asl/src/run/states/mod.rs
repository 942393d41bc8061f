//! What a state does when it begins, by type.

mod choice;
mod distributed;
mod map;
mod parallel;
mod task;
mod wait;

use std::sync::Arc;

use serde_json::Value;

use super::Run;
use super::context::View;
use super::flow::Exit;
use crate::data::{Failure, Origin};
use crate::definition::{Kind, Language, State};

/// What came of beginning a state.
pub(super) enum Step {
    /// It is done.
    Exit(Exit),
    /// It waits for an event.
    Waits,
    /// It fails, as its definition says.
    Fails(Failure),
}

impl Run<'_> {
    /// Begins a state.
    pub(super) fn step(&mut self, frame: u64, state: &State) -> Result<Step, Failure> {
        match &state.kind {
            Kind::Pass(result) => self.pass(frame, state, result.as_ref()),
            Kind::Task(task) => self.task(frame, state, task),
            Kind::Choice { rules, default } => self.choice(frame, state, rules, default.as_deref()),
            Kind::Wait(until) => self.wait(frame, state, until),
            Kind::Succeed => self.through(frame, state, state.next.clone()).map(Step::Exit),
            Kind::Fail { error, cause } => {
                let input = self.input_of(frame);
                let error = self.text(frame, error, View::of(&input), "Error")?;
                let cause = self.text(frame, cause, View::of(&input), "Cause")?;
                Ok(Step::Fails(Failure { error, cause, location: None, origin: Origin::Reported }))
            }
            Kind::Parallel(branches) => self.parallel(frame, state, branches),
            Kind::Map(map) => self.map(frame, state, map),
        }
    }

    /// The input after `InputPath` and `Parameters`, or `Arguments`.
    pub(super) fn effective_input(
        &self,
        frame: u64,
        state: &State,
        token: Option<&str>,
    ) -> Result<Arc<Value>, Failure> {
        let input = self.input_of(frame);
        let selected = self.select(frame, &state.input_path, &input)?;
        let Some(template) = &state.arguments else { return Ok(selected) };
        let field = if state.language == Language::Jsonata { "Arguments" } else { "Parameters" };
        let view = View { token, ..View::of(&input).rooted(&selected) };
        self.evaluate(frame, template, view, field)
    }

    fn pass(&self, frame: u64, state: &State, result: Option<&Value>) -> Result<Step, Failure> {
        let effective = self.effective_input(frame, state, None)?;
        let result = result.map_or(effective, |result| Arc::new(result.clone()));
        self.shape(frame, state, result).map(Step::Exit)
    }

    /// Leaves a state whose input is its output, unless `Output` says otherwise.
    pub(super) fn through(&self, frame: u64, state: &State, next: Option<String>) -> Result<Exit, Failure> {
        let input = self.input_of(frame);
        let selected = self.select(frame, &state.input_path, &input)?;
        let view = View::of(&input).rooted(&selected);
        let assigned = self.assigned(frame, &state.assign, view, "")?;
        let output = match &state.output {
            Some(template) => self.evaluate(frame, template, view, "Output")?,
            None => self.select(frame, &state.output_path, &selected)?,
        };
        Ok(Exit { output, assigned, next })
    }
}
