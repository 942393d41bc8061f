//! A host for fuzzing: a virtual clock, integrations that answer by a fixed rule, and a budget of steps.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use asl::{Command, Definition, Entropy, Event, Execution, Start, Status, TaskRequest, Transition};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// Transitions after which an execution is left alone.
const BUDGET: usize = 300;
/// Real time after which it is left alone: expressions may take their time, one after the other.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ids and chance that repeat themselves.
struct Counted(u64);

impl Entropy for Counted {
    fn uuid(&mut self) -> String {
        self.0 += 1;
        format!("00000000-0000-4000-8000-{:012}", self.0)
    }

    fn random(&mut self) -> f64 {
        0.5
    }
}

/// What a definition's text says is wrong with it; every place must be there.
pub fn parse(text: &str) -> Option<Definition> {
    match Definition::parse(text) {
        Ok(definition) => Some(definition),
        Err(findings) => {
            assert!(!findings.is_empty(), "refused without a reason");
            if let Ok(value) = serde_json::from_str::<Value>(text) {
                for finding in findings {
                    assert!(value.pointer(&finding.pointer).is_some(), "{finding:?} is nowhere");
                }
            }
            None
        }
    }
}

/// Runs an execution until it ends or the budget is used up, stored and read after every transition.
pub fn run(definition: &Definition, input: Value) {
    let (mut entropy, mut queue, begun) = (Counted(0), BTreeMap::new(), Instant::now());
    let start = start(input);
    let mut now = start.at;
    let (mut execution, transition) = Execution::start(definition, start, &mut entropy);
    carry_out(transition, now, &mut queue);
    for _ in 0..BUDGET {
        if execution.status() != Status::Running || begun.elapsed() > PATIENCE {
            return;
        }
        let stored = serde_json::to_vec(&execution).expect("an execution serialises");
        execution = serde_json::from_slice(&stored).expect("an execution deserialises");
        let Some(((at, _), event)) = queue.pop_first() else { return };
        now = at;
        let transition = execution.apply(definition, event, now, &mut entropy);
        carry_out(transition, now, &mut queue);
    }
}

fn start(input: Value) -> Start {
    Start {
        execution_arn: "arn:aws:states:us-east-1:111111111111:execution:machine:first".to_owned(),
        name: "first".to_owned(),
        role_arn: "arn:aws:iam::111111111111:role/runs".to_owned(),
        machine_arn: "arn:aws:states:us-east-1:111111111111:stateMachine:machine".to_owned(),
        machine_name: "machine".to_owned(),
        input,
        at: Timestamp::from_second(1_767_225_600).expect("in range"),
    }
}

fn carry_out(transition: Transition, now: Timestamp, queue: &mut BTreeMap<(Timestamp, usize), Event>) {
    for command in transition.commands {
        // Commands never have the same place: a queue that grows only gives higher numbers.
        let number = queue.last_key_value().map_or(0, |((_, number), _)| number + 1).max(queue.len());
        if let Command::RunTask(request) = command {
            if let Some((seconds, event)) = answer(&request) {
                let at = now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
                queue.insert((at, number), event);
            }
        } else if let Command::SetTimer { timer, at } = command {
            queue.insert((at, number), Event::TimerFired { timer });
        } else if let Command::CancelTimer { timer } = command {
            queue.retain(|_, event| *event != Event::TimerFired { timer });
        }
    }
}

/// Most requests are answered with their arguments; some fail, some are never answered.
fn answer(request: &TaskRequest) -> Option<(i64, Event)> {
    let task = request.task;
    match (request.state.len() + task as usize) % 5 {
        0 => Some((1, Event::TaskFailed { task, error: "E".to_owned(), cause: "because".to_owned() })),
        1 => None,
        2 => Some((2, Event::TaskSubmitted { task, output: json!({}) })),
        _ => Some((1, Event::TaskSucceeded { task, output: request.arguments.clone() })),
    }
}
