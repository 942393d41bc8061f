//! Runs an execution to its end as a host would: carries commands out on a virtual clock, and
//! stores and reloads the execution after every transition.

use std::collections::BTreeMap;

use asl::{
    Command, Definition, Entropy, Event, Execution, HistoryEvent, NotRedrivable, Start, TaskRequest,
    Transition,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// When `start` happens.
pub(crate) const BEGINNING: &str = "2026-01-01T00:00:00Z";

/// Ids and chance that repeat themselves in every test.
#[derive(Default)]
pub(crate) struct Counted(u64);

impl Entropy for Counted {
    fn uuid(&mut self) -> String {
        self.0 += 1;
        format!("00000000-0000-4000-8000-{:012}", self.0)
    }

    fn random(&mut self) -> f64 {
        0.5
    }
}

/// An answer to a task: events, each so many seconds after the request.
pub(crate) type Answer = Vec<(f64, Event)>;

/// What became of an execution.
pub(crate) struct Ended {
    pub(crate) execution: Execution,
    pub(crate) history: Vec<HistoryEvent>,
    pub(crate) requests: Vec<TaskRequest>,
    pub(crate) seconds: f64,
}

/// An execution with everything around it.
pub(crate) struct Driver<'d> {
    definition: &'d Definition,
    execution: Execution,
    entropy: Counted,
    now: Timestamp,
    queue: BTreeMap<(Timestamp, u64), Event>,
    queued: u64,
    history: Vec<HistoryEvent>,
    requests: Vec<TaskRequest>,
}

/// Runs a machine; `answer` stands for every integration.
pub(crate) fn run(
    definition: &Definition,
    input: Value,
    mut answer: impl FnMut(&TaskRequest) -> Answer,
) -> Ended {
    let mut driver = Driver::start(definition, input, &mut answer);
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
        let mut entropy = Counted::default();
        let begin = start(input);
        let now = begin.at;
        let (execution, transition) = Execution::start(definition, begin, &mut entropy);
        let mut driver = Self {
            definition,
            execution,
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
        let text = serde_json::to_string(&self.execution).expect("an execution serialises");
        self.execution = serde_json::from_str(&text).expect("an execution deserialises");
        let transition = self.execution.apply(self.definition, event, at, &mut self.entropy);
        self.carry_out(transition, answer);
        true
    }

    /// Queues an event.
    pub(crate) fn later(&mut self, seconds: f64, event: Event) {
        self.queued += 1;
        let at = self.now + SignedDuration::from_secs_f64(seconds);
        self.queue.insert((at, self.queued), event);
    }

    /// Goes on after a bad end, so many seconds later.
    pub(crate) fn redrive(
        &mut self,
        seconds: f64,
        answer: &mut impl FnMut(&TaskRequest) -> Answer,
    ) -> Result<(), NotRedrivable> {
        self.now += SignedDuration::from_secs_f64(seconds);
        self.queue.clear();
        let text = serde_json::to_string(&self.execution).expect("an execution serialises");
        self.execution = serde_json::from_str(&text).expect("an execution deserialises");
        let transition = self.execution.redrive(self.definition, self.now, &mut self.entropy)?;
        self.carry_out(transition, answer);
        Ok(())
    }

    /// Delivers events until the execution is over.
    pub(crate) fn finish(&mut self, answer: &mut impl FnMut(&TaskRequest) -> Answer) {
        while self.execution.status() == asl::Status::Running {
            assert!(self.advance(answer), "the execution waits for nothing");
        }
    }

    pub(crate) fn ended(self) -> Ended {
        let begun: Timestamp = BEGINNING.parse().expect("a time");
        Ended {
            seconds: self.now.duration_since(begun).as_secs_f64(),
            execution: self.execution,
            history: self.history,
            requests: self.requests,
        }
    }

    fn carry_out(&mut self, transition: Transition, answer: &mut impl FnMut(&TaskRequest) -> Answer) {
        self.history.extend(transition.history);
        for command in transition.commands {
            match command {
                Command::RunTask(request) => {
                    for (seconds, event) in answer(&request) {
                        self.later(seconds, event);
                    }
                    self.requests.push(*request);
                }
                Command::SetTimer { timer, at } => {
                    self.queued += 1;
                    self.queue.insert((at, self.queued), Event::TimerFired { timer });
                }
                Command::CancelTimer { timer } => {
                    self.queue.retain(|_, event| *event != Event::TimerFired { timer });
                }
                // What a task answers after it was cancelled must change nothing: let it come.
                Command::CancelTask { .. } => {}
            }
        }
    }
}
