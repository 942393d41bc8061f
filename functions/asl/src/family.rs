//! An execution together with its map runs and their children, for hosts that keep all of them in
//! memory: tests, previews, a virtual clock.
//!
//! What the members say to each other is carried out here; what is left for the host is what any
//! execution asks for (tasks, timers) and the calls of S3 that map runs make. Whoever stores executions
//! one by one does what this file does with its own tables.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::command::{Command, TaskRequest};
use crate::definition::Definition;
use crate::event::{Entropy, Event, Start};
use crate::history::HistoryEvent;
use crate::map_run::{ChildExecution, ChildRecord, MapRun, MapRunCommand, MapRunEvent, MapRunTransition};
use crate::redrive::NotRedrivable;
use crate::run::{Execution, Status, Transition};

/// The execution that was started itself.
const ROOT: u64 = 0;

/// An execution and everything that runs because of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Family {
    executions: BTreeMap<u64, Member>,
    map_runs: BTreeMap<u64, Run>,
    last: u64,
}

/// An execution.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Member {
    name: String,
    execution: Execution,
    /// The map run it is a child of, and its place there.
    child_of: Option<(u64, usize)>,
    started_at: Timestamp,
    stopped_at: Timestamp,
}

/// A map run.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Run {
    state: MapRun,
    /// The execution that waits for it.
    parent: u64,
    children: Vec<Child>,
}

/// A child of a map run: its input, and its execution once it was started.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Child {
    input: Value,
    execution: Option<u64>,
}

/// Something that happened to a member.
#[derive(Debug, Clone, PartialEq)]
pub enum FamilyEvent {
    /// To an execution; 0 is the one that was started.
    Execution(u64, Event),
    /// To a map run.
    MapRun(u64, MapRunEvent),
}

/// What became of an event; executions and map runs are named by their numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FamilyTransition {
    /// New entries of the histories, in order.
    pub history: Vec<(u64, HistoryEvent)>,
    /// Tasks and timers.
    pub commands: Vec<(u64, Command)>,
    /// What map runs call; the answer is a [`MapRunEvent`].
    pub calls: Vec<(u64, TaskRequest)>,
}

impl Family {
    /// Begins an execution.
    pub fn start(
        definition: &Definition,
        start: Start,
        entropy: &mut dyn Entropy,
    ) -> (Self, FamilyTransition) {
        let mut family = Self { executions: BTreeMap::new(), map_runs: BTreeMap::new(), last: ROOT };
        let now = start.at;
        let mut work = Work::new(&mut family, definition, now, entropy);
        work.begin(ROOT, start, None);
        let transition = work.finish();
        (family, transition)
    }

    /// Takes an event in.
    pub fn apply(
        &mut self,
        definition: &Definition,
        event: FamilyEvent,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> FamilyTransition {
        let mut work = Work::new(self, definition, now, entropy);
        work.queue.push_back(event);
        work.finish()
    }

    /// Redrives the execution that was started.
    pub fn redrive(
        &mut self,
        definition: &Definition,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<FamilyTransition, NotRedrivable> {
        let mut work = Work::new(self, definition, now, entropy);
        work.redrive(ROOT)?;
        Ok(work.finish())
    }

    /// The execution that was started.
    ///
    /// # Panics
    ///
    /// Never: every family has it.
    pub fn root(&self) -> &Execution {
        &self.executions[&ROOT].execution
    }

    /// An execution by its number.
    pub fn execution(&self, number: u64) -> Option<&Execution> {
        self.executions.get(&number).map(|member| &member.execution)
    }

    /// Every map run, in the order of their start.
    pub fn map_runs(&self) -> impl Iterator<Item = &MapRun> {
        self.map_runs.values().map(|run| &run.state)
    }

    /// The state whose processor an execution runs; none for the one that was started.
    fn state_of(&self, execution: u64) -> Option<&str> {
        let (map_run, _) = self.executions.get(&execution)?.child_of?;
        Some(&self.map_runs.get(&map_run)?.state.request().state)
    }
}

/// A family while it takes an event in.
struct Work<'w> {
    family: &'w mut Family,
    definition: &'w Definition,
    now: Timestamp,
    entropy: &'w mut dyn Entropy,
    queue: VecDeque<FamilyEvent>,
    done: FamilyTransition,
}

impl<'w> Work<'w> {
    fn new(
        family: &'w mut Family,
        definition: &'w Definition,
        now: Timestamp,
        entropy: &'w mut dyn Entropy,
    ) -> Self {
        Self { family, definition, now, entropy, queue: VecDeque::new(), done: FamilyTransition::default() }
    }

    fn finish(mut self) -> FamilyTransition {
        while let Some(event) = self.queue.pop_front() {
            match event {
                FamilyEvent::Execution(number, event) => self.tell_execution(number, event),
                FamilyEvent::MapRun(number, event) => self.tell_map_run(number, event),
            }
        }
        self.done
    }

    fn definition_of(&self, execution: u64) -> Definition {
        let processor = self.family.state_of(execution).and_then(|state| self.definition.processor(state));
        processor.unwrap_or_else(|| self.definition.clone())
    }

    fn begin(&mut self, number: u64, start: Start, child: Option<(&Definition, (u64, usize))>) {
        let (name, at) = (start.name.clone(), start.at);
        let definition = child.map_or(self.definition, |(definition, _)| definition);
        let (execution, transition) = Execution::start(definition, start, self.entropy);
        let child_of = child.map(|(_, place)| place);
        let member = Member { name, execution, child_of, started_at: at, stopped_at: at };
        self.family.executions.insert(number, member);
        self.carry_out(number, transition);
    }

    fn tell_execution(&mut self, number: u64, event: Event) {
        let definition = self.definition_of(number);
        let Some(member) = self.family.executions.get_mut(&number) else { return };
        if member.execution.status() != Status::Running {
            return;
        }
        let transition = member.execution.apply(&definition, event, self.now, self.entropy);
        self.carry_out(number, transition);
    }

    fn redrive(&mut self, number: u64) -> Result<(), NotRedrivable> {
        let definition = self.definition_of(number);
        let Some(member) = self.family.executions.get_mut(&number) else { return Ok(()) };
        let transition = member.execution.redrive(&definition, self.now, self.entropy)?;
        self.carry_out(number, transition);
        Ok(())
    }

    fn carry_out(&mut self, number: u64, transition: Transition) {
        self.done.history.extend(transition.history.into_iter().map(|event| (number, event)));
        for command in transition.commands {
            match command {
                Command::StartMapRun(request) => {
                    let (run, transition) = MapRun::start(self.definition, *request, self.now, self.entropy);
                    self.family.last += 1;
                    let map_run = self.family.last;
                    self.family
                        .map_runs
                        .insert(map_run, Run { state: run, parent: number, children: Vec::new() });
                    self.carry_out_map_run(map_run, transition);
                }
                Command::RedriveMapRun { arn, .. } => self.queue_for(&arn, MapRunEvent::Redrive),
                Command::StopMapRun { arn, .. } => self.queue_for(&arn, MapRunEvent::Stop),
                other => self.done.commands.push((number, other)),
            }
        }
        let Some(member) = self.family.executions.get_mut(&number) else { return };
        let status = member.execution.status();
        if let Some((map_run, index)) = member.child_of.filter(|_| status != Status::Running) {
            member.stopped_at = self.now;
            self.queue.push_back(FamilyEvent::MapRun(map_run, MapRunEvent::ChildEnded { index, status }));
        }
    }

    fn queue_for(&mut self, arn: &str, event: MapRunEvent) {
        let found = self.family.map_runs.iter().find(|(_, run)| run.state.request().arn == arn);
        if let Some((number, _)) = found {
            self.queue.push_back(FamilyEvent::MapRun(*number, event));
        }
    }

    fn tell_map_run(&mut self, number: u64, event: MapRunEvent) {
        let Some(run) = self.family.map_runs.get_mut(&number) else { return };
        let transition = run.state.apply(self.definition, event, self.now, self.entropy);
        self.carry_out_map_run(number, transition);
    }

    fn carry_out_map_run(&mut self, number: u64, transition: MapRunTransition) {
        if let Some(run) = self.family.map_runs.get_mut(&number) {
            let children = transition.children.into_iter();
            run.children.extend(children.map(|child| Child { input: child.input, execution: None }));
        }
        for command in transition.commands {
            match command {
                MapRunCommand::Call(call) => self.done.calls.push((number, *call)),
                MapRunCommand::StartChild { index, name } => self.start_child(number, index, &name),
                MapRunCommand::RedriveChild { index } => self.redrive_child(number, index),
                MapRunCommand::StopChildren => self.stop_children(number),
                MapRunCommand::Collect => {
                    let children = self.records(number);
                    self.queue.push_back(FamilyEvent::MapRun(number, MapRunEvent::Collected { children }));
                }
                MapRunCommand::Report(event) => {
                    if let Some(run) = self.family.map_runs.get(&number) {
                        self.queue.push_back(FamilyEvent::Execution(run.parent, *event));
                    }
                }
            }
        }
    }

    fn start_child(&mut self, number: u64, index: usize, name: &str) {
        self.family.last += 1;
        let execution = self.family.last;
        let Some(run) = self.family.map_runs.get_mut(&number) else { return };
        let Some(child) = run.children.get_mut(index) else { return };
        child.execution = Some(execution);
        let start = run.state.child(name, child.input.clone(), self.now);
        let definition = self.definition.processor(&run.state.request().state);
        if let Some(definition) = definition {
            self.begin(execution, start, Some((&definition, (number, index))));
        }
    }

    fn redrive_child(&mut self, number: u64, index: usize) {
        let run = self.family.map_runs.get(&number);
        let execution = run.and_then(|run| run.children.get(index)?.execution);
        if execution.is_none_or(|execution| self.redrive(execution).is_err()) {
            let status = execution.and_then(|execution| self.family.execution(execution));
            let status = status.map_or(Status::Aborted, Execution::status);
            self.queue.push_back(FamilyEvent::MapRun(number, MapRunEvent::ChildEnded { index, status }));
        }
    }

    fn stop_children(&mut self, number: u64) {
        let Some(run) = self.family.map_runs.get(&number) else { return };
        for execution in run.children.iter().filter_map(|child| child.execution) {
            let stop = Event::Stop { error: None, cause: None };
            self.queue.push_back(FamilyEvent::Execution(execution, stop));
        }
    }

    fn records(&self, number: u64) -> Vec<ChildRecord> {
        let children = self.family.map_runs.get(&number).map(|run| run.children.iter().enumerate());
        let record = |(index, child): (usize, &Child)| ChildRecord {
            index,
            input: child.input.clone(),
            execution: child.execution.and_then(|number| self.family.executions.get(&number)).map(ended),
        };
        children.into_iter().flatten().map(record).collect()
    }
}

fn ended(member: &Member) -> ChildExecution {
    let execution = &member.execution;
    ChildExecution {
        name: member.name.clone(),
        status: execution.status(),
        output: execution.output().cloned(),
        error: execution.error().map(str::to_owned),
        cause: execution.cause().map(str::to_owned),
        started_at: member.started_at,
        stopped_at: member.stopped_at,
        redrives: execution.redrive_count(),
    }
}
