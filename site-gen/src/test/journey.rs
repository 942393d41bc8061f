//! What an execution did on its way: the states it entered, the calls it made, how it ended.

use std::collections::BTreeMap;

use asl::{Execution, HistoryEvent, TaskRequest};
use serde_json::Value;

/// How much of a state's input is kept: a loop enters thousands of states.
const LONGEST_INPUT: usize = 4096;
/// The execution that was started itself; children of a distributed Map have other numbers.
pub(super) const ROOT: u64 = 0;

/// What an execution did, with the children that it started.
#[derive(Default)]
pub(super) struct Journey {
    /// Every state that was entered, in order.
    pub(super) entered: Vec<Entered>,
    /// What the services were asked that the case expects calls of.
    pub(super) calls: Vec<TaskRequest>,
    threads: BTreeMap<u64, Thread>,
}

/// The history of one execution, as far as it leads back to states.
#[derive(Default)]
struct Thread {
    /// For each event the one it follows from; the first is number 1.
    previous: Vec<u64>,
    /// The event that scheduled each task; the first is number 1.
    scheduled: Vec<u64>,
    /// Where in `entered` the state is that an event entered.
    entered: BTreeMap<u64, usize>,
}

/// How it came to its end.
pub(super) enum End {
    /// As executions do.
    Execution(Box<Execution>),
    /// The time of the workflow was over.
    Deadline,
    /// A service was called that no mock stands for.
    Unmocked(Box<Unmocked>),
    /// It waited for something that will not happen.
    Stuck,
    /// It was given up.
    Endless,
}

/// A call that no mock stands for.
pub(super) struct Unmocked {
    /// The execution that makes it.
    pub(super) execution: u64,
    pub(super) request: TaskRequest,
}

/// A state that was entered.
pub(super) struct Entered {
    pub(super) state: String,
    /// JSON text, cut where it is long.
    pub(super) input: String,
}

impl Journey {
    /// Notes an entry of an execution's history.
    pub(super) fn note(&mut self, execution: u64, event: HistoryEvent) {
        let thread = self.threads.entry(execution).or_default();
        thread.previous.push(event.previous_event_id);
        if event.kind.ends_with("Scheduled") {
            thread.scheduled.push(event.id);
        }
        let Some((_, details)) = event.details.filter(|_| event.kind.ends_with("StateEntered")) else {
            return;
        };
        let text = |name: &str| details.get(name).and_then(Value::as_str).unwrap_or_default();
        thread.entered.insert(event.id, self.entered.len());
        self.entered.push(Entered { state: text("name").to_owned(), input: cut(text("input")) });
    }

    /// The state that the last event belongs to.
    pub(super) fn last_state(&self) -> Option<&Entered> {
        let last = self.threads.get(&ROOT).map_or(0, |thread| thread.previous.len() as u64);
        self.state_of(ROOT, last).or(self.entered.last())
    }

    /// The state that makes a call.
    pub(super) fn state_of_call(&self, unmocked: &Unmocked) -> Option<&Entered> {
        let Unmocked { execution, request } = unmocked;
        let number = usize::try_from(request.task).ok()?.checked_sub(1)?;
        let event = self.threads.get(execution).and_then(|thread| thread.scheduled.get(number));
        let asking = event.and_then(|event| self.state_of(*execution, *event));
        let last = || self.entered.iter().rev().find(|entered| entered.state == request.state);
        asking.filter(|entered| entered.state == request.state).or_else(last)
    }

    /// The state that an event belongs to: the last one entered on the way to it.
    fn state_of(&self, execution: u64, mut event: u64) -> Option<&Entered> {
        let thread = self.threads.get(&execution)?;
        while event > 0 {
            if let Some(found) = thread.entered.get(&event) {
                return self.entered.get(*found);
            }
            event = *thread.previous.get(usize::try_from(event - 1).ok()?)?;
        }
        None
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_INPUT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
