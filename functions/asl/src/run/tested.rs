//! Tries one state by itself and notes what its fields make of the data, for `TestState`.
//!
//! The state is evaluated with the same means as in an execution; what is different is that a mock may
//! stand for its work, that what is seen on the way is kept, and that nothing follows.

mod mapped;
mod seen;

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::assign::Assigned;
use super::context::View;
use super::failing::first;
use super::flow::Exit;
use super::frames::{Frame, Timer};
use super::states::Step;
use super::{Execution, Run};
use crate::command::{Command, TaskRequest};
use crate::data::Failure;
use crate::data::scope::Chance;
use crate::definition::{Definition, Kind, Language, State};
use crate::event::{Entropy, Start};
use crate::refusal::Refusal;
pub(crate) use seen::Seen;

/// The only frame there is.
const FRAME: u64 = 1;

/// What a test says has happened, and what stands for the state's work.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    pub(crate) context: Option<Value>,
    pub(crate) mock: Option<Result<Arc<Value>, Failure>>,
    /// How often the retrier that matches has retried.
    pub(crate) retries: u64,
    /// How many of a Map's iterations have failed.
    pub(crate) failures: Option<usize>,
    /// What `ItemReader` has read.
    pub(crate) read: Option<String>,
}

/// How far a state came.
pub(crate) enum Tried {
    Attempt(Attempt),
    /// To a call.
    Calls(Box<TaskRequest>),
    /// To a wait.
    Waits(Timestamp),
}

/// What became of a state.
pub(crate) enum Attempt {
    Left(Left),
    Failed {
        failure: Failure,
        /// How a catcher leaves the state.
        caught: Option<Left>,
        /// Whether a retrier tries again.
        retries: bool,
    },
}

/// How a state is left.
pub(crate) struct Left {
    pub(crate) output: Arc<Value>,
    pub(crate) next: Option<String>,
}

/// What a state that waited for something goes on with.
pub(crate) enum Answered {
    Result(Value),
    Failure(Failure),
    /// The time has come.
    Waited,
}

/// Why a state cannot be gone on with.
enum Stop {
    /// It fails.
    Fails(Failure),
    /// The test makes no sense.
    Refused(Refusal),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Fails(failure)
    }
}

/// How far the evaluation of a state came.
enum Reached {
    Exit(Exit),
    Calls(Box<TaskRequest>),
    Waits(Timestamp),
}

impl Execution {
    /// An execution that is about to enter a state, with variables set.
    pub(crate) fn at(state: &str, start: Start, variables: Map<String, Value>) -> Self {
        let now = start.at;
        let mut execution = Self::new(start);
        let mut frame = Frame::root(state.to_owned(), Arc::clone(&execution.begun.input));
        frame.entered_at = now;
        frame.variables = variables.into_iter().map(|(name, value)| (name, Arc::new(value))).collect();
        execution.frames.insert(FRAME, Box::new(frame));
        execution
    }

    /// Tries the state.
    pub(crate) fn try_state(
        &mut self,
        definition: &Definition,
        past: &Past,
        seen: &mut Seen,
        (now, entropy): (Timestamp, &mut dyn Entropy),
    ) -> Result<Tried, Refusal> {
        let mut run = Run::new(self, definition, now, entropy);
        run.given_context = past.context.as_ref();
        let Some(state) = run.state_of(FRAME) else {
            return Err(Refusal::invalid("State not found in definition"));
        };
        match run.reach(state, past, seen) {
            Ok(Reached::Exit(exit)) => Ok(Tried::Attempt(run.left(exit, past, seen))),
            Ok(Reached::Calls(request)) => Ok(Tried::Calls(request)),
            Ok(Reached::Waits(until)) => Ok(Tried::Waits(until)),
            Err(Stop::Fails(failure)) => Ok(Tried::Attempt(run.failed(failure, past, seen))),
            Err(Stop::Refused(refusal)) => Err(refusal),
        }
    }

    /// Goes on with a state that waited for something.
    pub(crate) fn go_on_with(
        &mut self,
        definition: &Definition,
        (past, seen): (&Past, &mut Seen),
        answered: Answered,
        (now, entropy): (Timestamp, &mut dyn Entropy),
    ) -> Attempt {
        let mut run = Run::new(self, definition, now, entropy);
        run.given_context = past.context.as_ref();
        let exit = match (run.state_of(FRAME), answered) {
            (_, Answered::Failure(failure)) => Err(failure),
            (None, _) => Err(Failure::runtime("The state is not in the definition.")),
            (Some(state), Answered::Result(result)) => run.worked(state, Arc::new(result), seen),
            (Some(state), Answered::Waited) => run.through(FRAME, state, state.next.clone()),
        };
        match exit {
            Ok(exit) => run.left(exit, past, seen),
            Err(failure) => run.failed(failure, past, seen),
        }
    }
}

impl Run<'_> {
    fn reach(&mut self, state: &State, past: &Past, seen: &mut Seen) -> Result<Reached, Stop> {
        let input = self.input_of(FRAME);
        seen.note("input", &input);
        match &state.kind {
            Kind::Pass(result) => Ok(Reached::Exit(self.try_pass(state, result.as_ref(), seen)?)),
            Kind::Task(_) => self.try_task(state, past, seen),
            Kind::Parallel(_) => {
                // What goes into the branches is worked out, but not told.
                self.effective_input(FRAME, state, None)?;
                Ok(Reached::Exit(self.shaped(state, mocked(past)?, seen)?))
            }
            Kind::Map(map) => Ok(Reached::Exit(self.try_map(state, map, past, seen)?)),
            _ => {
                self.note_input_path(state, seen)?;
                match self.step(FRAME, state)? {
                    Step::Exit(exit) => Ok(Reached::Exit(exit)),
                    Step::Fails(failure) => Err(failure.into()),
                    Step::Waits => Ok(Reached::Waits(self.until())),
                }
            }
        }
    }

    /// When the wait that was just begun is over.
    fn until(&self) -> Timestamp {
        let waits = |command: &Command| match command {
            Command::SetTimer { timer, at }
                if matches!(self.execution.timers.get(timer), Some(Timer::Wait { .. })) =>
            {
                Some(*at)
            }
            _ => None,
        };
        self.transition.commands.iter().find_map(waits).unwrap_or(self.now)
    }

    /// The input after `InputPath`.
    fn note_input_path(&self, state: &State, seen: &mut Seen) -> Result<Arc<Value>, Failure> {
        let selected = self.select(FRAME, &state.input_path, &self.input_of(FRAME))?;
        if state.language == Language::JsonPath {
            seen.note("afterInputPath", &selected);
        }
        Ok(selected)
    }

    fn try_pass(&self, state: &State, result: Option<&Value>, seen: &mut Seen) -> Result<Exit, Failure> {
        if let Some(result) = result {
            seen.note("result", result);
            return self.shaped(state, Arc::new(result.clone()), seen);
        }
        self.note_input_path(state, seen)?;
        let effective = self.effective_input(FRAME, state, None)?;
        if state.language == Language::JsonPath {
            seen.note("afterParameters", &effective);
        }
        self.shaped(state, effective, seen)
    }

    fn try_task(&mut self, state: &State, past: &Past, seen: &mut Seen) -> Result<Reached, Stop> {
        self.note_input_path(state, seen)?;
        let token = past.context.as_ref().and_then(|context| context.pointer("/Task/Token"));
        let token = token.and_then(Value::as_str).map_or_else(|| self.chance.uuid(), str::to_owned);
        let arguments = self.effective_input(FRAME, state, Some(&token))?;
        let jsonata = state.language == Language::Jsonata;
        seen.note(if jsonata { "afterArguments" } else { "afterParameters" }, &arguments);
        match &past.mock {
            Some(Ok(result)) => Ok(Reached::Exit(self.worked(state, Arc::clone(result), seen)?)),
            Some(Err(failure)) => Err(failure.clone().into()),
            None => match self.step(FRAME, state)? {
                Step::Exit(exit) => Ok(Reached::Exit(exit)),
                Step::Fails(failure) => Err(failure.into()),
                Step::Waits => self.call(),
            },
        }
    }

    /// The call that was just asked for.
    fn call(&mut self) -> Result<Reached, Stop> {
        let calls =
            std::mem::take(&mut self.transition.commands).into_iter().find_map(|command| match command {
                Command::RunTask(request) => Some(request),
                _ => None,
            });
        calls.map(Reached::Calls).ok_or_else(|| Failure::runtime("The state asks for no call.").into())
    }

    /// A Task has a result.
    fn worked(&self, state: &State, result: Arc<Value>, seen: &mut Seen) -> Result<Exit, Failure> {
        seen.note("result", &result);
        self.shaped(state, result, seen)
    }

    /// From a result to the output.
    fn shaped(&self, state: &State, result: Arc<Value>, seen: &mut Seen) -> Result<Exit, Failure> {
        if state.language == Language::JsonPath {
            let input = self.input_of(FRAME);
            let selected = match &state.result_selector {
                Some(selector) => {
                    let view = View::of(&input).rooted(&result);
                    self.evaluate(FRAME, selector, view, "ResultSelector")?
                }
                None => Arc::clone(&result),
            };
            seen.note("afterResultSelector", &selected);
            let merged = state.result_path.apply(&input, selected).map_err(Failure::runtime)?;
            seen.note("afterResultPath", &merged);
        }
        self.shape(FRAME, state, result)
    }

    /// The state is left, unless its output is too large.
    fn left(&mut self, exit: Exit, past: &Past, seen: &mut Seen) -> Attempt {
        if exit.output.to_string().len() > super::DATA_LIMIT {
            let name = self.state_of(FRAME).map(|state| state.name.clone()).unwrap_or_default();
            return self.failed(Failure::data_limit(&name), past, seen);
        }
        self.note_variables(exit.assigned, seen);
        Attempt::Left(Left { output: exit.output, next: exit.next })
    }

    fn note_variables(&mut self, assigned: Assigned, seen: &mut Seen) {
        let Some(frame) = self.execution.frames.get_mut(&FRAME) else { return };
        frame.variables.extend(assigned);
        if !frame.variables.is_empty() {
            seen.note("variables", &json!(frame.variables));
        }
    }

    /// The state failed: what its retriers and catchers make of it.
    fn failed(&mut self, failure: Failure, past: &Past, seen: &mut Seen) -> Attempt {
        let Some(state) = self.state_of(FRAME) else {
            return Attempt::Failed { failure, caught: None, retries: false };
        };
        if let Some((index, rule)) = first(&state.retry, |rule| &rule.errors, &failure) {
            seen.detail("retryIndex", json!(index));
            if past.retries < rule.attempts {
                let delay = self.delay(rule, past.retries);
                seen.detail("retryBackoffIntervalSeconds", whole(delay));
                return Attempt::Failed { failure, caught: None, retries: true };
            }
        }
        let Some((index, rule)) = first(&state.catch, |rule| &rule.errors, &failure) else {
            return Attempt::Failed { failure, caught: None, retries: false };
        };
        match self.caught(FRAME, rule, &failure, state.language, index) {
            Ok(exit) => {
                seen.detail("catchIndex", json!(index));
                self.note_variables(exit.assigned, seen);
                let caught = Some(Left { output: exit.output, next: exit.next });
                Attempt::Failed { failure, caught, retries: false }
            }
            Err(failure) => Attempt::Failed { failure, caught: None, retries: false },
        }
    }
}

/// What stands for the work of a state that cannot be really run.
fn mocked(past: &Past) -> Result<Arc<Value>, Stop> {
    match &past.mock {
        Some(Ok(result)) => Ok(Arc::clone(result)),
        Some(Err(failure)) => Err(failure.clone().into()),
        None => Err(Stop::Refused(Refusal::invalid("The state needs a mock"))),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "seconds; `as` saturates")]
fn whole(seconds: f64) -> Value {
    json!(seconds as i64)
}
