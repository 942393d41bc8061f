//! Runs one execution to its end on a virtual clock, with answers from the mocks of a case. The children
//! of its distributed Maps run with it.

use std::collections::BTreeMap;

use asl::{
    Command, Definition, Entropy, Event, Execution, Family, FamilyEvent, FamilyTransition, HistoryEvent,
    MapRunEvent, Start, Status, TaskRequest,
};
use catalog_model::cases::{Case, Cases, Mock};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// How long a call takes.
const CALL: SignedDuration = SignedDuration::from_millis(100);
/// Events after which an execution is given up. Its history ends at 25,000, so this is far off.
const BUDGET: u32 = 200_000;
/// How much of a state's input is kept: a loop enters thousands of states.
const LONGEST_INPUT: usize = 4096;

/// What an execution did.
pub(super) struct Journey {
    pub(super) end: End,
    /// Every state that was entered, in order.
    pub(super) entered: Vec<Entered>,
    /// What the services were asked that the case expects calls of.
    pub(super) calls: Vec<TaskRequest>,
    /// For each history event the one it follows from; the first is number 1.
    previous: Vec<u64>,
    /// The event that scheduled each task; the first is number 1.
    scheduled: Vec<u64>,
}

/// How it came to its end.
pub(super) enum End {
    /// As executions do.
    Execution(Box<Execution>),
    /// The time of the workflow was over.
    Deadline,
    /// A service was called that no mock stands for.
    Unmocked(Box<TaskRequest>),
    /// It waited for something that will not happen.
    Stuck,
    /// It was given up.
    Endless,
}

/// A state that was entered.
pub(super) struct Entered {
    pub(super) state: String,
    /// JSON text, cut where it is long.
    pub(super) input: String,
    /// Its event in the history; 0 in a child of a distributed Map.
    event: u64,
}

impl Journey {
    /// The state that the last event belongs to.
    pub(super) fn last_state(&self) -> Option<&Entered> {
        self.state_of(self.previous.len() as u64).or(self.entered.last())
    }

    /// The state that asked for a task.
    pub(super) fn state_of_task(&self, request: &TaskRequest) -> Option<&Entered> {
        let number = usize::try_from(request.task).ok()?.checked_sub(1)?;
        let asking = self.scheduled.get(number).and_then(|event| self.state_of(*event));
        let last = || self.entered.iter().rev().find(|entered| entered.state == request.state);
        asking.filter(|entered| entered.state == request.state).or_else(last)
    }

    /// The state that an event belongs to: the last one entered on the way to it.
    fn state_of(&self, mut event: u64) -> Option<&Entered> {
        while event > 0 {
            if let Some(found) = self.entered.iter().rev().find(|entered| entered.event == event) {
                return Some(found);
            }
            let index = usize::try_from(event - 1).ok()?;
            event = *self.previous.get(index)?;
        }
        None
    }

    fn note(&mut self, history: Vec<(u64, HistoryEvent)>) {
        for (execution, event) in history {
            let own = execution == 0;
            if own {
                self.previous.push(event.previous_event_id);
            }
            if event.kind.ends_with("Scheduled") {
                self.scheduled.push(event.id);
            }
            let Some((_, details)) = event.details.filter(|_| event.kind.ends_with("StateEntered")) else {
                continue;
            };
            let text = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or_default();
            let input = cut(text("input"));
            let event = if own { event.id } else { 0 };
            self.entered.push(Entered { state: text("name").to_owned(), input, event });
        }
    }
}

/// Runs a case from `start` to its end, or to the `deadline`.
pub(super) fn run(definition: &Definition, case: &Case, start: Start, deadline: Timestamp) -> Journey {
    let mut chance = Chance::default();
    let mut clock = Clock { now: start.at, queue: BTreeMap::new(), timers: BTreeMap::new(), queued: 0 };
    let (mut family, mut transition) = Family::start(definition, start, &mut chance);
    let mut journey = Journey {
        end: End::Endless,
        entered: Vec::new(),
        calls: Vec::new(),
        previous: Vec::new(),
        scheduled: Vec::new(),
    };
    for _ in 0..BUDGET {
        let FamilyTransition { history, commands, calls } = transition;
        journey.note(history);
        if family.root().status() != Status::Running {
            journey.end = End::Execution(Box::new(family.root().clone()));
            return journey;
        }
        if let Err(request) = clock.carry_out(commands, calls, case, &mut journey.calls) {
            journey.end = End::Unmocked(request);
            return journey;
        }
        let Some(event) = clock.next() else {
            journey.end = End::Stuck;
            return journey;
        };
        if clock.now > deadline {
            journey.end = End::Deadline;
            return journey;
        }
        transition = family.apply(definition, event, clock.now, &mut chance);
    }
    journey
}

/// The virtual clock: what happens next, and when.
struct Clock {
    now: Timestamp,
    queue: BTreeMap<(Timestamp, u64), FamilyEvent>,
    /// Where each timer is in the queue.
    timers: BTreeMap<(u64, u64), (Timestamp, u64)>,
    queued: u64,
}

impl Clock {
    /// Moves on to the next event.
    fn next(&mut self) -> Option<FamilyEvent> {
        let ((at, _), event) = self.queue.pop_first()?;
        self.now = at;
        Some(event)
    }

    /// Carries out what the execution asks; an error is a call that no mock answers.
    fn carry_out(
        &mut self,
        commands: Vec<(u64, Command)>,
        map_run_calls: Vec<(u64, TaskRequest)>,
        case: &Case,
        calls: &mut Vec<TaskRequest>,
    ) -> Result<(), Box<TaskRequest>> {
        let later = self.now.checked_add(CALL).unwrap_or(Timestamp::MAX);
        for (map_run, request) in map_run_calls {
            match answer(case, &request).and_then(of_map_run) {
                Some(event) => drop(self.queue_at(later, FamilyEvent::MapRun(map_run, event))),
                None => return Err(Box::new(request)),
            }
        }
        for (execution, command) in commands {
            match command {
                Command::RunTask(request) => {
                    let Some(event) = answer(case, &request) else { return Err(request) };
                    self.queue_at(later, FamilyEvent::Execution(execution, event));
                    if case.expect.calls.contains_key(&request.state) {
                        calls.push(*request);
                    }
                }
                Command::SetTimer { timer, at } => {
                    let place =
                        self.queue_at(at, FamilyEvent::Execution(execution, Event::TimerFired { timer }));
                    self.timers.insert((execution, timer), place);
                }
                Command::CancelTimer { timer } => {
                    if let Some(place) = self.timers.remove(&(execution, timer)) {
                        self.queue.remove(&place);
                    }
                }
                // The engine ignores what a task answers after it was given up, and the family runs map runs.
                Command::CancelTask { .. }
                | Command::StartMapRun(_)
                | Command::RedriveMapRun { .. }
                | Command::StopMapRun { .. } => {}
            }
        }
        Ok(())
    }

    fn queue_at(&mut self, at: Timestamp, event: FamilyEvent) -> (Timestamp, u64) {
        self.queued += 1;
        let place = (at, self.queued);
        self.queue.insert(place, event);
        place
    }
}

/// The end of a task, as its mock says. The mock is the task's result whatever the pattern: what a job
/// ended with (`.sync`), what somebody sent back (`.waitForTaskToken`, activities).
fn answer(case: &Case, request: &TaskRequest) -> Option<Event> {
    let task = request.task;
    Some(match Cases::answer(case, &request.state, request.invocation)? {
        Mock::Return(output) => Event::TaskSucceeded { task, output: output.clone() },
        Mock::Throw(thrown) => {
            Event::TaskFailed { task, error: thrown.error.clone(), cause: thrown.cause.clone() }
        }
    })
}

/// The same for what a map run reads or writes: the mocks of the Map state stand for it, call by call.
fn of_map_run(event: Event) -> Option<MapRunEvent> {
    match event {
        Event::TaskSucceeded { task: call, output } => Some(MapRunEvent::Answered { call, output }),
        Event::TaskFailed { task: call, error, cause } => {
            Some(MapRunEvent::CallFailed { call, error, cause })
        }
        _ => None,
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_INPUT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Ids and chance, the same in every run.
#[derive(Default)]
struct Chance(u64);

impl Entropy for Chance {
    fn uuid(&mut self) -> String {
        self.0 += 1;
        format!("00000000-0000-4000-8000-{:012}", self.0)
    }

    fn random(&mut self) -> f64 {
        0.5
    }
}
