//! The least that a host can do: a virtual clock, and every task answered with its arguments.

use std::collections::{BTreeMap, VecDeque};

use asl::{Command, Definition, Entropy, Event, Execution, Family, FamilyEvent, Start, Status, Transition};
use jiff::Timestamp;
use serde_json::Value;

/// Ids and chance for nothing.
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

/// A valid definition.
pub(crate) fn definition(machine: &Value) -> Definition {
    Definition::from_value(machine).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

/// Begins an execution.
pub(crate) fn start(definition: &Definition, name: &str, input: &Value) -> (Execution, Transition) {
    Execution::start(definition, begin(name, input), &mut Counted(0))
}

fn begin(name: &str, input: &Value) -> Start {
    Start {
        execution_arn: format!("arn:aws:states:eu-central-1:111122223333:execution:machine:{name}"),
        name: name.to_owned(),
        role_arn: "arn:aws:iam::111122223333:role/DrawbridgeInvoke".to_owned(),
        machine_arn: "arn:aws:states:eu-central-1:111122223333:stateMachine:machine".to_owned(),
        machine_name: "machine".to_owned(),
        input: input.clone(),
        at: Timestamp::from_second(1_767_225_600).expect("in range"),
    }
}

/// Runs an execution to its end; `after` sees it after every transition.
pub(crate) fn run(definition: &Definition, input: &Value, after: impl Fn(&Execution)) {
    let mut queue = BTreeMap::new();
    let mut now = Timestamp::from_second(1_767_225_600).expect("in range");
    let mut number = 0;
    let mut entropy = Counted(0);
    let (mut execution, mut transition) = start(definition, "once", input);
    loop {
        after(&execution);
        for command in std::mem::take(&mut transition.commands) {
            number += 1;
            if let Command::RunTask(request) = command {
                let output = serde_json::json!({"Payload": request.arguments.get("Payload")});
                queue.insert((now, number), Event::TaskSucceeded { task: request.task, output });
            } else if let Command::SetTimer { timer, at } = command {
                queue.insert((at, number), Event::TimerFired { timer });
            } else if let Command::CancelTimer { timer } = command {
                queue.retain(|_, event| *event != Event::TimerFired { timer });
            }
        }
        if execution.status() != Status::Running {
            assert_eq!(execution.status(), Status::Succeeded, "{:?}", execution.cause());
            return;
        }
        let ((at, _), event) = queue.pop_first().expect("it waits for something");
        now = at;
        transition = execution.apply(definition, event, now, &mut entropy);
    }
}

/// Runs an execution with its map runs and their children, in which nothing waits for anybody outside.
pub(crate) fn run_family(definition: &Definition, input: &Value) {
    let mut entropy = Counted(0);
    let begin = begin("once", input);
    let at = begin.at;
    let (mut family, mut transition) = Family::start(definition, begin, &mut entropy);
    let mut queue = VecDeque::new();
    while family.root().status() == Status::Running {
        for (number, command) in std::mem::take(&mut transition.commands) {
            if let Command::SetTimer { timer, .. } = command {
                queue.push_back(FamilyEvent::Execution(number, Event::TimerFired { timer }));
            }
        }
        let event = queue.pop_front().expect("it waits for something");
        transition = family.apply(definition, event, at, &mut entropy);
    }
    assert_eq!(family.root().status(), Status::Succeeded, "{:?}", family.root().cause());
}
