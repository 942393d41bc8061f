//! Redrive: what runs again, what stays done, what cannot be redriven.

use asl::{Definition, Event, NotRedrivable, TaskRequest};
use serde_json::{Value, json};

use crate::driver::{Answer, Driver, Ended};

const LAMBDA: &str = "arn:aws:states:::lambda:invoke";

/// Fails the tasks that are named for as long as `broken` says so.
fn answer(broken: &'static [&'static str]) -> impl FnMut(&TaskRequest) -> Answer {
    move |request| {
        let task = request.task;
        let name = request.arguments.get("n").map_or_else(|| request.state.clone(), Value::to_string);
        if broken.contains(&name.as_str()) {
            return vec![(1.0, Event::TaskFailed { task, error: "Broken".into(), cause: name })];
        }
        vec![(1.0, Event::TaskSucceeded { task, output: json!(name) })]
    }
}

fn machine(definition: &Value) -> Definition {
    Definition::from_value(definition).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

/// Runs with `broken` tasks to a bad end, redrives an hour later with none broken.
fn redriven(definition: &Value, input: Value, broken: &'static [&'static str]) -> Ended {
    let definition = machine(definition);
    let mut failing = answer(broken);
    let mut driver = Driver::start(&definition, input, &mut failing);
    driver.finish(&mut failing);
    let mut mended = answer(&[]);
    driver.redrive(3600.0, &mut mended).expect("redrivable");
    driver.finish(&mut mended);
    driver.ended()
}

fn after_redrive(ended: &Ended) -> Vec<String> {
    let kinds = ended.history.iter().map(|event| event.kind.clone());
    kinds.skip_while(|kind| kind != "ExecutionRedriven").collect()
}

#[test]
fn a_failed_task_is_attempted_again_and_what_was_done_stays_done() {
    let ended = redriven(
        &json!({"StartAt": "A", "States": {
            "A": {"Type": "Task", "Resource": LAMBDA, "ResultPath": "$.a", "Next": "B"},
            "B": {"Type": "Task", "Resource": LAMBDA, "ResultPath": "$.b", "End": true,
                  "Retry": [{"ErrorEquals": ["Broken"], "MaxAttempts": 1}]}}}),
        json!({}),
        &["B"],
    );
    assert_eq!(ended.execution.output(), Some(&json!({"a": "A", "b": "B"})));
    assert_eq!((ended.execution.redrive_count(), ended.execution.error()), (1, None));
    let states: Vec<_> = ended.requests.iter().map(|request| request.state.as_str()).collect();
    assert_eq!(states, ["A", "B", "B", "B"]);
    assert_eq!(
        after_redrive(&ended),
        [
            "ExecutionRedriven",
            "TaskScheduled",
            "TaskStarted",
            "TaskSucceeded",
            "TaskStateExited",
            "ExecutionSucceeded"
        ]
    );
    let redriven = ended.history.iter().find(|event| event.kind == "ExecutionRedriven").expect("an entry");
    let details = ("executionRedrivenEventDetails".to_owned(), json!({"redriveCount": 1}));
    assert_eq!(redriven.details, Some(details));
    for (index, event) in (1..).zip(&ended.history) {
        assert_eq!(event.id, index, "numbers go on");
    }
}

#[test]
fn only_the_branches_that_did_not_end_run_again() {
    let branch = |name: &str| json!({"StartAt": name, "States": {name: {"Type": "Task", "Resource": LAMBDA, "End": true}}});
    let ended = redriven(
        &json!({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
            branch("Good"), branch("Bad"),
            {"StartAt": "Slow", "States": {"Slow": {"Type": "Wait", "Seconds": 60, "End": true}}}]}}}),
        json!({}),
        &["Bad"],
    );
    assert_eq!(ended.execution.output(), Some(&json!(["Good", "Bad", {}])));
    let states: Vec<_> = ended.requests.iter().map(|request| request.state.as_str()).collect();
    assert_eq!(states, ["Good", "Bad", "Bad"]);
}

#[test]
fn only_the_iterations_that_did_not_end_run_again() {
    let ended = redriven(
        &json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "MaxConcurrency": 1,
            "ItemSelector": {"n.$": "$$.Map.Item.Value"},
            "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": LAMBDA, "End": true}}}}}}),
        json!([1, 2, 3]),
        &["2"],
    );
    assert_eq!(ended.execution.output(), Some(&json!(["1", "2", "3"])));
    let items: Vec<_> = ended.requests.iter().map(|request| request.arguments["n"].clone()).collect();
    assert_eq!(items, [json!(1), json!(2), json!(2), json!(3)]);
}

#[test]
fn a_fail_state_is_entered_again_and_fails_again() {
    let definition = machine(&json!({"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "No"}}}));
    let mut nothing = answer(&[]);
    let mut driver = Driver::start(&definition, json!({}), &mut nothing);
    driver.redrive(60.0, &mut nothing).expect("redrivable");
    let ended = driver.ended();
    assert_eq!(ended.execution.error(), Some("No"));
    assert_eq!(after_redrive(&ended), ["ExecutionRedriven", "FailStateEntered", "ExecutionFailed"]);
}

#[test]
fn a_machines_timeout_starts_over() {
    let definition =
        machine(&json!({"QueryLanguage": "JSONata", "StartAt": "T", "TimeoutSeconds": 30, "States": {
        "T": {"Type": "Task", "Resource": LAMBDA, "End": true,
              "Output": "{% $states.context.Execution.RedriveCount %}"}}}));
    let mut never = |_: &TaskRequest| Vec::new();
    let mut driver = Driver::start(&definition, json!({}), &mut never);
    driver.finish(&mut never);
    let mut late = |request: &TaskRequest| {
        vec![(29.0, Event::TaskSucceeded { task: request.task, output: json!("late") })]
    };
    driver.redrive(600.0, &mut late).expect("redrivable");
    driver.finish(&mut late);
    assert_eq!(driver.ended().execution.output(), Some(&json!(1)));
}

#[test]
fn what_was_stopped_goes_on() {
    let definition = machine(&json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": LAMBDA, "End": true}}}));
    let mut never = |_: &TaskRequest| Vec::new();
    let mut driver = Driver::start(&definition, json!({}), &mut never);
    driver.later(5.0, Event::Stop { error: None, cause: None });
    driver.finish(&mut never);
    let mut mended = answer(&[]);
    driver.redrive(60.0, &mut mended).expect("redrivable");
    driver.finish(&mut mended);
    assert_eq!(driver.ended().execution.output(), Some(&json!("A")));
}

#[test]
fn a_failure_that_was_caught_is_not_gone_back_to() {
    let ended = redriven(
        &json!({"StartAt": "P", "States": {
            "P": {"Type": "Parallel", "Next": "Z", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}],
                  "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": LAMBDA, "End": true}}}]},
            "Z": {"Type": "Task", "Resource": LAMBDA, "End": true}}}),
        json!({}),
        &["A", "Z"],
    );
    let states: Vec<_> = ended.requests.iter().map(|request| request.state.as_str()).collect();
    assert_eq!(states, ["A", "Z", "Z"]);
    assert_eq!(ended.execution.output(), Some(&json!("Z")));
}

#[test]
fn what_cannot_be_redriven_says_why() {
    let definition = machine(&json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": LAMBDA, "End": true}}}));
    let check =
        |broken: &'static [&'static str], finish: bool, seconds: f64, want: NotRedrivable, text: &str| {
            let mut answer = answer(broken);
            let mut driver = Driver::start(&definition, json!({}), &mut answer);
            if finish {
                driver.finish(&mut answer);
            }
            assert_eq!(driver.redrive(seconds, &mut answer), Err(want));
            assert_eq!(want.to_string(), text);
        };
    check(&[], false, 0.0, NotRedrivable::Running, "Execution is RUNNING and cannot be redriven");
    check(&[], true, 0.0, NotRedrivable::Succeeded, "Execution is SUCCEEDED and cannot be redriven");
    let period = 14.0 * 86400.0 + 1.0;
    check(&["A"], true, period, NotRedrivable::PeriodExceeded, "Execution redrivable period exceeded");
}
