//! Runs an execution to its end as a host would, with the map runs and children that it starts:
//! carries commands out on a virtual clock, and stores and reloads everything after every transition.

use std::collections::BTreeMap;

use asl::{
    Command, Definition, Entropy, Event, Execution, Family, FamilyEvent, FamilyTransition, HistoryEvent,
    MapRunEvent, NotRedrivable, Start, TaskRequest,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// When `start` happens.
pub(crate) const BEGINNING: &str = "2026-01-01T00:00:00Z";

/// Ids and chance that repeat themselves in every test; activities are there unless it is said otherwise.
#[derive(Default)]
pub(crate) struct Counted {
    ids: u64,
    without_activities: bool,
}

impl Entropy for Counted {
    fn uuid(&mut self) -> String {
        self.ids += 1;
        format!("00000000-0000-4000-8000-{:012}", self.ids)
    }

    fn activity_exists(&mut self, _arn: &str) -> bool {
        !self.without_activities
    }

    fn random(&mut self) -> f64 {
        0.5
    }
}

/// An answer to a task, or to a call of a map run: events, each so many seconds after the request.
pub(crate) type Answer = Vec<(f64, Event)>;

/// What became of an execution.
pub(crate) struct Ended {
    pub(crate) execution: Execution,
    pub(crate) family: Family,
    pub(crate) history: Vec<HistoryEvent>,
    pub(crate) requests: Vec<TaskRequest>,
    pub(crate) seconds: f64,
}

/// An execution with everything around it.
pub(crate) struct Driver<'d> {
    definition: &'d Definition,
    family: Family,
    entropy: Counted,
    now: Timestamp,
    queue: BTreeMap<(Timestamp, u64), FamilyEvent>,
    queued: u64,
    history: Vec<(u64, HistoryEvent)>,
    requests: Vec<TaskRequest>,
}

/// Runs a machine; `answer` stands for every integration.
pub(crate) fn run(
    definition: &Definition,
    input: Value,
    answer: impl FnMut(&TaskRequest) -> Answer,
) -> Ended {
    run_in(definition, Surroundings { begin: start(input), without_activities: false }, answer)
}

/// What an execution begins with.
pub(crate) struct Surroundings {
    pub(crate) begin: Start,
    pub(crate) without_activities: bool,
}

/// Runs a machine in surroundings of its own.
pub(crate) fn run_in(
    definition: &Definition,
    surroundings: Surroundings,
    mut answer: impl FnMut(&TaskRequest) -> Answer,
) -> Ended {
    let mut driver = Driver::begin(definition, surroundings, &mut answer);
    driver.finish(&mut answer);
    driver.ended()
}

/// The start of an execution of that input.
pub(crate) fn start(input: Value) -> Start {
    Start {
        execution_arn: "arn:aws:states:us-east-1:111111111111:execution:machine:first".to_owned(),
        name: "first".to_owned(),
        role_arn: "arn:aws:iam::111111111111:role/runs".to_owned(),
        machine_arn: "arn:aws:states:us-east-1:111111111111:stateMachine:machine".to_owned(),
        machine_name: "machine".to_owned(),
        input,
        at: BEGINNING.parse().expect("a time"),
    }
}

impl<'d> Driver<'d> {
    pub(crate) fn start(
        definition: &'d Definition,
        input: Value,
        answer: &mut impl FnMut(&TaskRequest) -> Answer,
    ) -> Self {
        Self::begin(definition, Surroundings { begin: start(input), without_activities: false }, answer)
    }

    fn begin(
        definition: &'d Definition,
        Surroundings { begin, without_activities }: Surroundings,
        answer: &mut impl FnMut(&TaskRequest) -> Answer,
    ) -> Self {
        let mut entropy = Counted { without_activities, ..Counted::default() };
        let now = begin.at;
        let (family, transition) = Family::start(definition, begin, &mut entropy);
        let mut driver = Self {
            definition,
            family,
            entropy,
            now,
            queue: BTreeMap::new(),
            queued: 0,
            history: Vec::new(),
            requests: Vec::new(),
        };
        driver.carry_out(transition, answer);
        driver
    }

    /// Delivers the next event; false if there is none.
    pub(crate) fn advance(&mut self, answer: &mut impl FnMut(&TaskRequest) -> Answer) -> bool {
        let Some(((at, _), event)) = self.queue.pop_first() else { return false };
        self.now = at;
        self.reload();
        let transition = self.family.apply(self.definition, event, at, &mut self.entropy);
        self.carry_out(transition, answer);
        true
    }

    /// Queues an event of the execution itself.
    pub(crate) fn later(&mut self, seconds: f64, event: Event) {
        self.queue(seconds, FamilyEvent::Execution(0, event));
    }

    fn queue(&mut self, seconds: f64, event: FamilyEvent) {
        self.queued += 1;
        let at = self.now + SignedDuration::from_secs_f64(seconds);
        self.queue.insert((at, self.queued), event);
    }

    fn reload(&mut self) {
        let text = serde_json::to_string(&self.family).expect("a family serialises");
        self.family = serde_json::from_str(&text).expect("a family deserialises");
    }

    /// Goes on after a bad end, so many seconds later.
    pub(crate) fn redrive(
        &mut self,
        seconds: f64,
        answer: &mut impl FnMut(&TaskRequest) -> Answer,
    ) -> Result<(), NotRedrivable> {
        self.now += SignedDuration::from_secs_f64(seconds);
        self.queue.clear();
        self.reload();
        let transition = self.family.redrive(self.definition, self.now, &mut self.entropy)?;
        self.carry_out(transition, answer);
        Ok(())
    }

    pub(crate) fn is_running(&self) -> bool {
        self.family.root().status() == asl::Status::Running
    }

    pub(crate) fn map_runs(&self) -> impl Iterator<Item = &asl::MapRun> {
        self.family.map_runs()
    }

    /// Delivers everything that is still to come, also after the end.
    pub(crate) fn settle(&mut self, answer: &mut impl FnMut(&TaskRequest) -> Answer) {
        while self.advance(answer) {}
    }

    /// Delivers events until the execution is over.
    pub(crate) fn finish(&mut self, answer: &mut impl FnMut(&TaskRequest) -> Answer) {
        while self.is_running() {
            assert!(self.advance(answer), "the execution waits for nothing");
        }
    }

    pub(crate) fn ended(self) -> Ended {
        let own = self.history.into_iter().filter(|(number, _)| *number == 0);
        let begun: Timestamp = BEGINNING.parse().expect("a time");
        Ended {
            seconds: self.now.duration_since(begun).as_secs_f64(),
            execution: self.family.root().clone(),
            family: self.family,
            history: own.map(|(_, event)| event).collect(),
            requests: self.requests,
        }
    }

    fn carry_out(&mut self, transition: FamilyTransition, answer: &mut impl FnMut(&TaskRequest) -> Answer) {
        self.history.extend(transition.history);
        for (map_run, call) in transition.calls {
            self.call(map_run, call, answer);
        }
        for (number, command) in transition.commands {
            match command {
                Command::RunTask(request) => {
                    for (seconds, event) in answer(&request) {
                        self.queue(seconds, FamilyEvent::Execution(number, event));
                    }
                    self.requests.push(*request);
                }
                Command::SetTimer { timer, at } => {
                    self.queued += 1;
                    let event = FamilyEvent::Execution(number, Event::TimerFired { timer });
                    self.queue.insert((at, self.queued), event);
                }
                Command::CancelTimer { timer } => {
                    let fired = FamilyEvent::Execution(number, Event::TimerFired { timer });
                    self.queue.retain(|_, event| *event != fired);
                }
                // What a task answers after it was cancelled must change nothing: let it come.
                Command::CancelTask { .. } => {}
                Command::StartMapRun(_) | Command::RedriveMapRun { .. } | Command::StopMapRun { .. } => {
                    panic!("the family carries it out")
                }
            }
        }
    }

    /// Asks for the answer to a map run's call as for that of a task.
    fn call(&mut self, map_run: u64, request: TaskRequest, answer: &mut impl FnMut(&TaskRequest) -> Answer) {
        for (seconds, event) in answer(&request) {
            let event = match event {
                Event::TaskSucceeded { task: call, output } => MapRunEvent::Answered { call, output },
                Event::TaskFailed { task: call, error, cause } => {
                    MapRunEvent::CallFailed { call, error, cause }
                }
                other => panic!("no answer to a call: {other:?}"),
            };
            self.queue(seconds, FamilyEvent::MapRun(map_run, event));
        }
        self.requests.push(request);
    }
}
