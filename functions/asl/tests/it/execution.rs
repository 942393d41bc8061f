//! The life of an execution: stored and continued, stopped, timed out, limited.

use asl::{Definition, Event, Execution, Status, TaskRequest};
use serde_json::{Value, json};

use crate::driver::{Answer, Counted, Driver, run, start};

fn never(_: &TaskRequest) -> Answer {
    Vec::new()
}

fn machine(definition: &Value) -> Definition {
    Definition::from_value(definition).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

/// Nested branches, a retry, a wait, a token and variables: everything that can be under way.
fn busy() -> Definition {
    machine(&json!({"QueryLanguage": "JSONata", "StartAt": "P", "TimeoutSeconds": 3600, "States": {
        "P": {"Type": "Parallel", "Assign": {"v": "{% $states.result %}"}, "Branches": [
            {"StartAt": "M", "States": {"M": {"Type": "Map", "Items": [1, null, 3], "MaxConcurrency": 1, "End": true,
                "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
                    "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"n": "{% $states.input %}"},
                    "Retry": [{"ErrorEquals": ["Once"], "MaxAttempts": 1}], "Output": "{% $states.result %}"}}}}}},
            {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 4, "Next": "A"},
                "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken", "End": true,
                    "HeartbeatSeconds": 60, "Arguments": {"token": "{% $states.context.Task.Token %}"}}}}],
            "Output": null, "Next": "E"},
        "E": {"Type": "Pass", "Output": "{% $v %}", "End": true}
    }}))
}

fn busy_answer(request: &TaskRequest) -> Answer {
    let task = request.task;
    if request.state == "T" && request.invocation == 0 {
        return vec![(0.5, Event::TaskFailed { task, error: "Once".into(), cause: String::new() })];
    }
    let output = request.arguments.get("n").cloned().unwrap_or_else(|| json!("done"));
    vec![(1.0, Event::TaskSucceeded { task, output })]
}

#[test]
fn storing_after_every_transition_changes_nothing() {
    let definition = busy();
    // The driver stores and reloads; this one does not.
    let mut entropy = Counted::default();
    let (mut kept, first) = Execution::start(&definition, start(json!({"i": null})), &mut entropy);
    let mut commands = first.commands;
    let mut queue: std::collections::BTreeMap<_, _> = [].into();
    let mut now: jiff::Timestamp = crate::driver::BEGINNING.parse().expect("a time");
    let mut number = 0;
    while kept.status() == Status::Running {
        for command in std::mem::take(&mut commands) {
            number += 1;
            match command {
                asl::Command::RunTask(request) => {
                    for (seconds, event) in busy_answer(&request) {
                        number += 1;
                        queue.insert((now + jiff::SignedDuration::from_secs_f64(seconds), number), event);
                    }
                }
                asl::Command::SetTimer { timer, at } => {
                    queue.insert((at, number), Event::TimerFired { timer });
                }
                _ => {}
            }
        }
        let ((at, _), event) = queue.pop_first().expect("something to wait for");
        now = at;
        commands = kept.apply(&definition, event, now, &mut entropy).commands;
    }
    let stored = run(&definition, json!({"i": null}), busy_answer);
    assert_eq!(stored.execution.output(), Some(&json!([[1, null, 3], "done"])));
    assert_eq!(kept.output(), stored.execution.output());
    assert_eq!(
        serde_json::to_value(&kept).expect("json"),
        serde_json::to_value(&stored.execution).expect("json")
    );
}

#[test]
fn a_history_numbers_its_events_without_gaps() {
    let ended = run(&busy(), json!({}), busy_answer);
    for (index, event) in (1..).zip(&ended.history) {
        assert_eq!(event.id, index);
        assert!(event.previous_event_id < event.id);
    }
    assert_eq!(ended.execution.history_length(), u64::try_from(ended.history.len()).expect("few"));
}

#[test]
fn what_comes_late_or_twice_changes_nothing() {
    let definition = busy();
    let mut answer = never;
    let mut driver = Driver::start(&definition, json!({}), &mut answer);
    let done = Event::TaskSucceeded { task: 1, output: json!(1) };
    for event in [done.clone(), done, Event::TimerFired { timer: 999 }, Event::Heartbeat { task: 77 }] {
        driver.later(0.0, event);
    }
    driver.advance(&mut answer);
    let one = driver.ended();
    let succeeded = one.history.iter().filter(|event| event.kind == "TaskSucceeded").count();
    assert_eq!(succeeded, 1);

    let mut execution = one.execution.clone();
    let before = serde_json::to_value(&execution).expect("json");
    let now = one.history[0].timestamp;
    for event in [
        Event::TaskSucceeded { task: 1, output: json!(2) },
        Event::TimerFired { timer: 999 },
        Event::Heartbeat { task: 77 },
    ] {
        let transition = execution.apply(&definition, event, now, &mut Counted::default());
        assert_eq!(transition, asl::Transition::default());
    }
    assert_eq!(serde_json::to_value(&execution).expect("json"), before);
}

#[test]
fn stopping_gives_everything_up() {
    let definition = busy();
    let mut entropy = Counted::default();
    let (mut execution, _) = Execution::start(&definition, start(json!({})), &mut entropy);
    let stop = Event::Stop { error: Some("Cancelled".into()), cause: None };
    let now = crate::driver::BEGINNING.parse().expect("a time");
    let transition = execution.apply(&definition, stop, now, &mut entropy);
    assert_eq!((execution.status(), execution.error()), (Status::Aborted, Some("Cancelled")));
    let last = transition.history.last().map(|event| (event.kind.as_str(), event.previous_event_id));
    assert_eq!(last, Some(("ExecutionAborted", 0)));
    assert!(transition.commands.contains(&asl::Command::CancelTask { task: 1 }));
    assert!(
        execution.apply(&definition, Event::TimerFired { timer: 1 }, now, &mut entropy).history.is_empty()
    );
}

#[test]
fn the_machines_own_timeout_ends_it() {
    let definition = machine(&json!({"StartAt": "W", "TimeoutSeconds": 5, "States": {
        "W": {"Type": "Wait", "Seconds": 60, "End": true}}}));
    let ended = run(&definition, json!({}), never);
    assert_eq!((ended.execution.status(), ended.seconds), (Status::TimedOut, 5.0));
}

#[test]
fn a_machine_that_loops_gives_way_and_ends_at_the_history_limit() {
    let definition = machine(&json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$.stop", "BooleanEquals": true, "Next": "S"}], "Default": "A"},
        "S": {"Type": "Succeed"}}}));
    let (_, first) = Execution::start(&definition, start(json!({"stop": false})), &mut Counted::default());
    assert!(first.history.len() < 1000, "one transition stays short: {}", first.history.len());
    let ended = run(&definition, json!({"stop": false}), never);
    assert_eq!(ended.history.len(), 25_000);
    assert_eq!(ended.execution.error(), Some("States.Runtime"));
    assert_eq!(ended.history.last().map(|event| event.kind.as_str()), Some("ExecutionFailed"));
}

#[test]
fn outputs_beyond_256_kib_are_refused() {
    let definition = machine(&json!({"StartAt": "P", "States": {
        "P": {"Type": "Pass", "Parameters": {"a.$": "$.t", "b.$": "$.t"}, "End": true}}}));
    let ended = run(&definition, json!({"t": "x".repeat(131_000)}), never);
    assert_eq!(ended.execution.status(), Status::Succeeded);
    let ended = run(&definition, json!({"t": "x".repeat(131_100)}), never);
    assert_eq!(ended.execution.error(), Some("States.DataLimitExceeded"));
}

#[test]
fn definition_and_execution_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Definition>();
    crosses::<Execution>();
}

#[test]
fn a_large_map_is_spread_over_transitions() {
    let definition = machine(&json!({"QueryLanguage": "JSONata", "StartAt": "M", "States": {
        "M": {"Type": "Map", "Items": "{% $range(1, 2000, 1) %}", "Output": "{% $count($states.result) %}", "End": true,
            "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}}}}));
    let (execution, transition) = Execution::start(&definition, start(json!({})), &mut Counted::default());
    assert!(transition.history.len() < 2000, "{}", transition.history.len());
    assert_eq!(execution.status(), Status::Running);
    assert_eq!(run(&definition, json!({}), never).execution.output(), Some(&json!(2000)));
}
