//! Runs executions: one event in, one transition out.
//!
//! 1. [`Execution::start`] and [`Execution::apply`] note what happened (`events`).
//! 2. `settle` then enters every state that is ready, until all branches wait for something.
//! 3. States begin in `states`; what they wait for ends in `events`; `flow` exits states and joins
//!    branches; `failing` retries, catches and lets failures rise; `resuming` keeps what a redrive needs.
//!
//! Branches are frames in one table (`frames`), so that an event touches only the frame it is for
//! and nothing recurses over the execution.

mod assign;
mod context;
mod events;
mod failing;
mod flow;
mod frames;
mod journal;
mod resuming;
mod states;
mod tested;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::command::Command;
use crate::data::{Failure, too_deep};
use crate::definition::Definition;
use crate::event::{Entropy, Event, Start};
use crate::history::HistoryEvent;
use frames::{Begun, Counters, Frame, OpenTask, Timer};
use resuming::{Standing, Stopped};
pub(crate) use tested::{Answered, Attempt, Past, Seen, Tried};

/// Longest JSON text of an input, output or result: 256 KiB.
pub(crate) const DATA_LIMIT: usize = 262_144;
/// Longest history.
const HISTORY_LIMIT: u64 = 25_000;
/// Longest time that an Express execution may take, in seconds.
const EXPRESS_LIMIT: u64 = 300;
/// States entered in one transition before the rest is left to the next.
const ENTERED_LIMIT: u32 = 250;

/// One execution of a state machine: all there is to know to continue it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Execution {
    begun: Begun,
    status: Status,
    output: Arc<Value>,
    error: Option<String>,
    cause: Option<String>,
    counters: Counters,
    // Boxed: a map keeps room for eleven of what it holds, and most executions have one.
    frames: BTreeMap<u64, Box<Frame>>,
    tasks: BTreeMap<u64, Box<OpenTask>>,
    timers: BTreeMap<u64, Timer>,
    tokens: BTreeMap<String, u64>,
    invocations: BTreeMap<String, u64>,
    ready: VecDeque<u64>,
    /// The frames that wait for map runs, by the map run's number.
    #[serde(default)]
    map_runs: BTreeMap<u64, u64>,
    #[serde(default)]
    redrives: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    redriven_at: Option<Timestamp>,
    /// What a redrive goes on from, after a bad end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stopped: Option<Box<Stopped>>,
}

/// How an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// It waits for something.
    Running,
    /// It ended with an output.
    Succeeded,
    /// It ended with an error.
    Failed,
    /// The machine's `TimeoutSeconds` passed.
    TimedOut,
    /// Somebody stopped it.
    Aborted,
}

impl Status {
    /// AWS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}

/// What became of an event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// New entries of the history, in order.
    pub history: Vec<HistoryEvent>,
    /// What the host must do now.
    pub commands: Vec<Command>,
}

impl Execution {
    /// Begins an execution.
    pub fn start(definition: &Definition, start: Start, entropy: &mut dyn Entropy) -> (Self, Transition) {
        let now = start.at;
        let mut execution = Self::new(start);
        let mut run = Run::new(&mut execution, definition, now, entropy);
        run.begin();
        run.settle();
        let transition = run.transition;
        (execution, transition)
    }

    /// An execution in which nothing has happened.
    fn new(start: Start) -> Self {
        Self {
            begun: Begun::from(start),
            status: Status::Running,
            output: Arc::new(Value::Null),
            error: None,
            cause: None,
            counters: Counters::default(),
            frames: BTreeMap::new(),
            tasks: BTreeMap::new(),
            timers: BTreeMap::new(),
            tokens: BTreeMap::new(),
            invocations: BTreeMap::new(),
            ready: VecDeque::new(),
            map_runs: BTreeMap::new(),
            redrives: 0,
            redriven_at: None,
            stopped: None,
        }
    }

    /// Takes an event in. An event for something that is over changes nothing.
    pub fn apply(
        &mut self,
        definition: &Definition,
        event: Event,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Transition {
        if self.status != Status::Running {
            return Transition::default();
        }
        let mut run = Run::new(self, definition, now, entropy);
        run.take(event);
        run.settle();
        run.transition
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The output, once it succeeded.
    pub fn output(&self) -> Option<&Value> {
        (self.status == Status::Succeeded).then_some(&*self.output)
    }

    /// The error's name, if it ended with one.
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// The error's explanation, if it ended with one.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The open task that waits for a token.
    pub fn task_of_token(&self, token: &str) -> Option<u64> {
        self.tokens.get(token).copied()
    }

    /// How many open tasks wait for somebody to send their token back.
    pub fn open_tokens(&self) -> usize {
        self.tokens.len()
    }

    /// Whether a timer that is set ends a Wait state, rather than limiting or repeating something.
    pub fn is_wait(&self, timer: u64) -> bool {
        matches!(self.timers.get(&timer), Some(Timer::Wait { .. }))
    }

    /// How many entries its history has.
    pub fn history_length(&self) -> u64 {
        self.counters.event
    }
}

/// An execution while it takes one event in.
struct Run<'r> {
    execution: &'r mut Execution,
    definition: &'r Definition,
    now: Timestamp,
    chance: RefCell<&'r mut dyn Entropy>,
    transition: Transition,
    entered: u32,
    /// A context object that stands for the execution's own.
    given_context: Option<&'r Value>,
    /// How the branches stood before the failure that rises now.
    standing: Option<Standing>,
}

impl<'r> Run<'r> {
    fn new(
        execution: &'r mut Execution,
        definition: &'r Definition,
        now: Timestamp,
        entropy: &'r mut dyn Entropy,
    ) -> Self {
        let chance = RefCell::new(entropy);
        Self {
            execution,
            definition,
            now,
            chance,
            transition: Transition::default(),
            entered: 0,
            given_context: None,
            standing: None,
        }
    }

    /// `ExecutionStarted`, the machine's timeout, the first frame.
    fn begin(&mut self) {
        let input = Arc::clone(&self.execution.begun.input);
        let text = input.to_string();
        let role = self.execution.begun.role_arn.clone();
        let details = json!({"input": text, "inputDetails": {"truncated": false}, "roleArn": role});
        self.record(0, "ExecutionStarted", Some(("executionStartedEventDetails", details)));
        if too_deep(&input) {
            self.end_failed(Failure::data_limit(&self.execution.begun.machine_arn));
            return;
        }
        let limit = self.execution.begun.is_express().then_some(EXPRESS_LIMIT);
        if let Some(seconds) = self.definition.timeout.into_iter().chain(limit).min() {
            self.set_timer(Timer::Execution, seconds_f64(seconds));
        }
        let frame = Frame::root(self.definition.root.start_at.clone(), input);
        self.add_frame(frame);
    }

    /// Enters what is ready; a machine that loops gives way to its host from time to time.
    fn settle(&mut self) {
        while self.execution.status == Status::Running {
            if self.execution.counters.event >= HISTORY_LIMIT - 1 {
                let message = "The execution reached the maximum number of history events (25000).";
                self.end_failed(Failure::reported("States.Runtime", message));
                return;
            }
            if self.entered >= ENTERED_LIMIT && !self.execution.ready.is_empty() {
                self.set_timer(Timer::Resume, 0.0);
                return;
            }
            let Some(frame) = self.execution.ready.pop_front() else { return };
            if self.execution.frames.contains_key(&frame) {
                self.entered += 1;
                self.enter(frame);
            }
        }
    }

    fn set_timer(&mut self, timer: Timer, seconds: f64) -> u64 {
        let wait = SignedDuration::try_from_secs_f64(seconds).unwrap_or(SignedDuration::MAX);
        let at = self.now.checked_add(wait).unwrap_or(Timestamp::MAX);
        self.set_timer_at(timer, at)
    }

    /// A time that has passed already is now.
    fn set_timer_at(&mut self, timer: Timer, at: Timestamp) -> u64 {
        let at = at.max(self.now);
        self.execution.counters.timer += 1;
        let number = self.execution.counters.timer;
        self.execution.timers.insert(number, timer);
        self.transition.commands.push(Command::SetTimer { timer: number, at });
        number
    }

    fn cancel_timer(&mut self, timer: u64) {
        if self.execution.timers.remove(&timer).is_some() {
            self.transition.commands.push(Command::CancelTimer { timer });
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "limited to eight digits by the definition")]
fn seconds_f64(seconds: u64) -> f64 {
    seconds as f64
}
