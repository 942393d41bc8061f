//! Map runs: what a distributed Map does, outside of the execution that waits for it.
//!
//! 1. The execution's `StartMapRun` command carries a [`MapRunRequest`]: every field worked out, so that
//!    a map run needs nothing of its parent. [`MapRun::start`] begins with it.
//! 2. `reading` gets the items, from the request or through a call of S3; `children` turns them into
//!    the inputs of child executions (`ItemSelector`, `ItemBatcher`).
//! 3. `progress` starts as many children as may run, counts how they end, and gives up when more
//!    failed than is tolerated.
//! 4. `results` makes the state's result of them, or the files of a `ResultWriter`.
//!
//! Pure and serialisable like [`Execution`](crate::Execution), and as small as it can be: the host keeps
//! the children, one [`NewChild`] and later one [`ChildRecord`] each, and gives them back when it is
//! asked to `Collect`. Children are executions of their own: their definition is
//! [`Definition::processor`] of the state, their start [`MapRun::child`].
//!
//! Every command may be repeated after a crash: [`MapRun::resume`] says what is still to be done.

mod bits;
mod children;
mod counts;
mod csv;
mod loading;
mod messages;
mod progress;
mod reading;
mod request;
mod results;

use std::cell::RefCell;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::command::{Integration, TaskRequest};
use crate::data::Failure;
use crate::definition::Definition;
use crate::event::{Entropy, Event, Start};
use bits::Bits;
pub use counts::Counts;
use loading::Loading;
pub use messages::{ChildExecution, ChildRecord, MapRunCommand, MapRunEvent, MapRunTransition, NewChild};
pub(crate) use reading::read_values;
pub use request::MapRunRequest;
pub(crate) use request::{Batching, Reading, Seen, Writing};

/// One run of a distributed Map: all there is to know to continue it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MapRun {
    request: Box<MapRunRequest>,
    status: MapRunStatus,
    phase: Phase,
    started_at: Timestamp,
    stopped_at: Option<Timestamp>,
    redriven_at: Option<Timestamp>,
    redrives: u64,
    /// The parent wants a redrive that has to wait until this attempt is over.
    redrive_wanted: bool,
    /// The last number given to a call.
    calls: u64,
    children: usize,
    /// How many items each child has; empty if each has one.
    sizes: Vec<u64>,
    /// Children before this one were begun in this attempt.
    next: usize,
    begun: Bits,
    /// Begun in any attempt: a redrive goes on with them.
    known: Bits,
    ended: Bits,
    succeeded: Bits,
    executions: Counts,
    items: Counts,
    /// Why it will not succeed.
    ending: Option<Ending>,
    /// What the parent is told; kept, since it may have to be told again.
    report: Option<Event>,
}

/// How a map run stands, in AWS's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MapRunStatus {
    /// It runs, or is being stopped.
    Running,
    /// Every child ended, and no more of them badly than is tolerated.
    Succeeded,
    /// It could not read or write, or too many children failed.
    Failed,
    /// The execution that waited for it no longer does.
    Aborted,
}

/// What a map run is at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Phase {
    /// Items are read; pages of a listing gather.
    Reading { call: u64, pages: Vec<Value> },
    /// The objects that were listed are read, one after the other.
    Loading { call: u64, loading: Loading },
    /// Children run, or are being stopped.
    Running,
    /// The host gathers the children's records.
    Collecting,
    /// Results are written: the calls that are open, and the last one before them.
    Writing { open: Vec<u64>, before: u64 },
    /// The parent has been told.
    Over,
}

/// A bad end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Ending {
    aborted: bool,
    error: String,
    cause: String,
}

impl MapRun {
    /// Begins a map run.
    pub fn start(
        definition: &Definition,
        request: MapRunRequest,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> (Self, MapRunTransition) {
        let mut run = Self {
            request: Box::new(request),
            status: MapRunStatus::Running,
            phase: Phase::Running,
            started_at: now,
            stopped_at: None,
            redriven_at: None,
            redrives: 0,
            redrive_wanted: false,
            calls: 0,
            children: 0,
            sizes: Vec::new(),
            next: 0,
            begun: Bits::default(),
            known: Bits::default(),
            ended: Bits::default(),
            succeeded: Bits::default(),
            executions: Counts::default(),
            items: Counts::default(),
            ending: None,
            report: None,
        };
        let mut transition = MapRunTransition::default();
        Step { run: &mut run, definition, now, chance: RefCell::new(entropy), transition: &mut transition }
            .read();
        (run, transition)
    }

    /// Takes an event in. An event for something that is over changes nothing.
    pub fn apply(
        &mut self,
        definition: &Definition,
        event: MapRunEvent,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> MapRunTransition {
        let mut transition = MapRunTransition::default();
        let chance = RefCell::new(entropy);
        let mut step = Step { run: self, definition, now, chance, transition: &mut transition };
        match event {
            MapRunEvent::Answered { call, output } => step.answered(call, output),
            MapRunEvent::CallFailed { call, cause, .. } => step.call_failed(call, &cause),
            MapRunEvent::ChildEnded { index, status } => step.child_ended(index, status),
            MapRunEvent::Collected { children } => step.collected(&children),
            MapRunEvent::Update {
                max_concurrency,
                tolerated_failure_count,
                tolerated_failure_percentage,
            } => {
                step.update(max_concurrency, tolerated_failure_count, tolerated_failure_percentage);
            }
            MapRunEvent::Stop => step.stop(),
            MapRunEvent::Redrive => step.redrive(),
        }
        transition
    }

    /// What is still to be done, after a crash or a restart: commands that may have been carried out
    /// already. Children that were begun and have not ended are the host's to continue.
    pub fn resume(&mut self) -> Vec<MapRunCommand> {
        match &self.phase {
            Phase::Reading { call, pages } => {
                let call = *call;
                self.reading_call(call, pages.last()).into_iter().collect()
            }
            Phase::Loading { call, loading } => self.loading_call(*call, loading).into_iter().collect(),
            Phase::Running if self.ending.is_some() => vec![MapRunCommand::StopChildren],
            Phase::Running => Vec::new(),
            Phase::Collecting => vec![MapRunCommand::Collect],
            // What was being written is written again, with the same calls.
            Phase::Writing { before, .. } => {
                self.calls = *before;
                self.phase = Phase::Collecting;
                vec![MapRunCommand::Collect]
            }
            Phase::Over => {
                self.report.clone().map(|event| MapRunCommand::Report(Box::new(event))).into_iter().collect()
            }
        }
    }

    /// What a child execution is started with.
    pub fn child(&self, name: &str, input: Value, at: Timestamp) -> Start {
        let machine_arn = self.machine_arn();
        Start {
            execution_arn: self.child_arn(name),
            name: name.to_owned(),
            role_arn: self.request.role_arn.clone(),
            machine_name: machine_arn.rsplit(':').next().unwrap_or_default().to_owned(),
            machine_arn,
            input,
            at,
        }
    }

    /// The ARN of the child of that name.
    pub fn child_arn(&self, name: &str) -> String {
        let machine = self.machine_arn();
        if self.request.express {
            let id = self.request.arn.rsplit(':').next().unwrap_or_default();
            return format!("{}:{name}:{id}", machine.replacen(":stateMachine:", ":express:", 1));
        }
        format!("{}:{name}", machine.replacen(":stateMachine:", ":execution:", 1))
    }

    /// The children's state machine, as AWS names it: `…:stateMachine:<machine>/<label>`.
    pub fn machine_arn(&self) -> String {
        format!("{}/{}", self.request.machine_arn, self.request.label)
    }

    /// What it was started with, as far as it has not been updated.
    pub fn request(&self) -> &MapRunRequest {
        &self.request
    }

    /// A call for the Map state.
    fn call(&self, call: u64, integration: &Integration, arguments: Value) -> MapRunCommand {
        MapRunCommand::Call(Box::new(TaskRequest {
            task: call,
            state: self.request.state.clone(),
            invocation: call.saturating_sub(1),
            integration: integration.clone(),
            arguments,
            role_arn: None,
            token: None,
        }))
    }

    /// How it stands.
    pub fn status(&self) -> MapRunStatus {
        self.status
    }

    /// Whether there is nothing left to do, unless it is redriven.
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over
    }

    /// Whether its children are being stopped: one that has not begun does not begin any more.
    pub fn is_stopping(&self) -> bool {
        self.ending.is_some()
    }

    /// How its child executions stand.
    pub fn execution_counts(&self) -> Counts {
        self.executions
    }

    /// How the items of its child executions stand.
    pub fn item_counts(&self) -> Counts {
        self.items
    }

    /// When it was started, when it ended, when it was last redriven.
    pub fn times(&self) -> (Timestamp, Option<Timestamp>, Option<Timestamp>) {
        (self.started_at, self.stopped_at, self.redriven_at)
    }

    /// How often it was redriven.
    pub fn redrive_count(&self) -> u64 {
        self.redrives
    }
}

/// A map run while it takes one event in.
struct Step<'s> {
    run: &'s mut MapRun,
    definition: &'s Definition,
    now: Timestamp,
    chance: RefCell<&'s mut dyn Entropy>,
    transition: &'s mut MapRunTransition,
}

impl Step<'_> {
    /// How many items a child has.
    fn size(&self, index: usize) -> u64 {
        self.run.sizes.get(index).copied().unwrap_or(1)
    }

    fn command(&mut self, command: MapRunCommand) {
        self.transition.commands.push(command);
    }

    /// It will not succeed: what runs is stopped before the parent hears of it.
    fn give_up(&mut self, failure: Failure) {
        let (error, cause) = (failure.error.unwrap_or_default(), failure.cause.unwrap_or_default());
        self.run.ending.get_or_insert(Ending { aborted: false, error, cause });
        self.wind_up();
    }

    /// Tells the parent; it is over unless a redrive waits.
    fn finish(&mut self, result: Value) {
        let run = &mut *self.run;
        let map_run = run.request.map_run;
        run.phase = Phase::Over;
        run.stopped_at = Some(self.now);
        let (status, report) = match &run.ending {
            None => (MapRunStatus::Succeeded, Some(Event::MapRunSucceeded { map_run, output: result })),
            Some(Ending { aborted: true, .. }) => (MapRunStatus::Aborted, None),
            Some(Ending { error, cause, .. }) => {
                let (error, cause) = (error.clone(), cause.clone());
                (MapRunStatus::Failed, Some(Event::MapRunFailed { map_run, error, cause }))
            }
        };
        run.status = status;
        run.report.clone_from(&report);
        self.transition.commands.extend(report.map(|event| MapRunCommand::Report(Box::new(event))));
        if std::mem::take(&mut self.run.redrive_wanted) {
            self.redrive();
        }
    }
}
