//! Runs a machine on a virtual clock, in peace or killed after every transition.

use std::collections::BTreeMap;

use asl::{Command, Definition, Entropy, Event, Execution, HistoryEvent, Status, Transition};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::answers::answer;
use super::render::Rendered;
use crate::driver::start;

/// After so many transitions a machine counts as one that does not end.
const BUDGET: usize = 3000;

/// Everything around an execution.
pub(super) struct Host<'r> {
    pub(super) rendered: &'r Rendered,
    /// After how many transitions somebody stops the execution.
    pub(super) stopped: Option<usize>,
    pub(super) seed: u64,
}

/// What became of it.
pub(super) struct Outcome {
    pub(super) execution: Execution,
    pub(super) transitions: Vec<Transition>,
}

impl Outcome {
    pub(super) fn ended(&self) -> bool {
        self.execution.status() != Status::Running
    }

    pub(super) fn history(&self) -> Vec<&HistoryEvent> {
        self.transitions.iter().flat_map(|transition| &transition.history).collect()
    }
}

/// Ids and chance from a seed, by `SplitMix64`.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }
}

impl Entropy for Seeded {
    fn uuid(&mut self) -> String {
        let word = self.next();
        format!("{:08x}-0000-4000-8000-{:012x}", word >> 32, word & 0xFFFF_FFFF)
    }

    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double exactly")]
    fn random(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// What the host owes: events by the time they are due.
#[derive(Default)]
struct Owed {
    queue: BTreeMap<(Timestamp, u64), Event>,
    count: u64,
}

impl Owed {
    fn add(&mut self, at: Timestamp, event: Event) {
        self.count += 1;
        self.queue.insert((at, self.count), event);
    }
}

impl Host<'_> {
    /// Runs to the end, or until the budget is used up.
    pub(super) fn run(&self, definition: &Definition, input: &Value, killed: bool) -> Outcome {
        let (mut entropy, mut owed) = (Seeded(self.seed), Owed::default());
        let begin = start(input.clone());
        let mut now = begin.at;
        let (mut execution, first) = Execution::start(definition, begin, &mut entropy);
        self.carry_out(&first, now, &mut owed);
        let mut transitions = vec![first];
        while execution.status() == Status::Running && transitions.len() < BUDGET {
            if killed {
                let stored = serde_json::to_vec(&execution).expect("an execution serialises");
                drop(execution);
                execution = serde_json::from_slice(&stored).expect("an execution deserialises");
            }
            if self.stopped == Some(transitions.len()) {
                owed.add(now, Event::Stop { error: Some("Stopped".to_owned()), cause: None });
            }
            let Some(((at, _), event)) = owed.queue.pop_first() else { break };
            now = at;
            let transition = execution.apply(definition, event, now, &mut entropy);
            self.carry_out(&transition, now, &mut owed);
            transitions.push(transition);
        }
        Outcome { execution, transitions }
    }

    fn carry_out(&self, transition: &Transition, now: Timestamp, owed: &mut Owed) {
        for command in &transition.commands {
            if let Command::RunTask(request) = command {
                for (seconds, event) in answer(&self.rendered.scripts, request) {
                    let later = now.checked_add(SignedDuration::from_secs_f64(seconds));
                    owed.add(later.unwrap_or(Timestamp::MAX), event);
                }
            }
            if let Command::SetTimer { timer, at } = command {
                owed.add(*at, Event::TimerFired { timer: *timer });
            }
            if let Command::CancelTimer { timer } = command {
                owed.queue.retain(|_, event| *event != Event::TimerFired { timer: *timer });
            }
        }
    }
}
