//! The virtual clock of a case: what happens next, and when; and what its mocks answer.

use std::collections::BTreeMap;

use asl::{Command, Event, FamilyEvent, MapRunEvent, TaskRequest};
use catalog_model::cases::{Case, Cases, Mock};
use jiff::{SignedDuration, Timestamp};

use super::journey::{ROOT, Unmocked};

/// How long a call takes.
const CALL: SignedDuration = SignedDuration::from_millis(100);

/// A place in the queue: when, and after what else of the same time.
type Place = (Timestamp, u64);

/// The clock, with everything that is to come.
pub(super) struct Clock<'c> {
    pub(super) now: Timestamp,
    case: &'c Case,
    queue: BTreeMap<Place, FamilyEvent>,
    queued: u64,
    /// Where the timers of each execution are in the queue.
    timers: BTreeMap<(u64, u64), Place>,
    /// How many times each state has made a call, in whatever execution.
    invocations: BTreeMap<String, u64>,
    /// The calls that the case expects something of.
    pub(super) calls: Vec<TaskRequest>,
}

impl<'c> Clock<'c> {
    pub(super) fn new(now: Timestamp, case: &'c Case) -> Self {
        Self {
            now,
            case,
            queue: BTreeMap::new(),
            queued: 0,
            timers: BTreeMap::new(),
            invocations: BTreeMap::new(),
            calls: Vec::new(),
        }
    }

    /// Moves on to the next event.
    pub(super) fn next(&mut self) -> Option<FamilyEvent> {
        let ((at, _), event) = self.queue.pop_first()?;
        self.now = at;
        Some(event)
    }

    /// Carries out what an execution asks; an error is a call that no mock answers.
    pub(super) fn carry_out(&mut self, execution: u64, command: Command) -> Result<(), Box<Unmocked>> {
        match command {
            Command::RunTask(request) => {
                let task = request.task;
                let event = match self.answer(execution, *request)? {
                    Mock::Return(output) => Event::TaskSucceeded { task, output: output.clone() },
                    Mock::Throw(thrown) => {
                        Event::TaskFailed { task, error: thrown.error.clone(), cause: thrown.cause.clone() }
                    }
                };
                self.queue_call(FamilyEvent::Execution(execution, event));
            }
            Command::SetTimer { timer, at } => {
                let fired = FamilyEvent::Execution(execution, Event::TimerFired { timer });
                let place = self.queue_at(at, fired);
                self.timers.insert((execution, timer), place);
            }
            Command::CancelTimer { timer } => {
                if let Some(place) = self.timers.remove(&(execution, timer)) {
                    self.queue.remove(&place);
                }
            }
            // The engine ignores what a task answers after it was given up; map runs are the family's.
            Command::CancelTask { .. }
            | Command::StartMapRun(_)
            | Command::RedriveMapRun { .. }
            | Command::StopMapRun { .. } => {}
        }
        Ok(())
    }

    /// Answers a distributed Map that reads its items or writes its results: its mocks are those of the
    /// Map state.
    pub(super) fn call(&mut self, map_run: u64, request: TaskRequest) -> Result<(), Box<Unmocked>> {
        let call = request.task;
        let event = match self.answer(ROOT, request)? {
            Mock::Return(output) => MapRunEvent::Answered { call, output: output.clone() },
            Mock::Throw(thrown) => {
                MapRunEvent::CallFailed { call, error: thrown.error.clone(), cause: thrown.cause.clone() }
            }
        };
        self.queue_call(FamilyEvent::MapRun(map_run, event));
        Ok(())
    }

    /// The mock of a call. Invocations are counted for the whole family: the children of a distributed
    /// Map count on from one another, as the iterations of an inline one do. The mock is the task's
    /// result whatever the pattern: what a job ended with (`.sync`), what somebody sent back
    /// (`.waitForTaskToken`, activities).
    fn answer(&mut self, execution: u64, mut request: TaskRequest) -> Result<&'c Mock, Box<Unmocked>> {
        let count = self.invocations.entry(request.state.clone()).or_default();
        request.invocation = *count;
        *count += 1;
        let Some(mock) = Cases::answer(self.case, &request.state, request.invocation) else {
            return Err(Box::new(Unmocked { execution, request }));
        };
        if self.case.expect.calls.contains_key(&request.state) {
            self.calls.push(request);
        }
        Ok(mock)
    }

    fn queue_call(&mut self, event: FamilyEvent) {
        self.queue_at(self.now.checked_add(CALL).unwrap_or(Timestamp::MAX), event);
    }

    fn queue_at(&mut self, at: Timestamp, event: FamilyEvent) -> Place {
        self.queued += 1;
        let place = (at, self.queued);
        self.queue.insert(place, event);
        place
    }
}
