//! Children that fail: tolerated, not tolerated, caught, tried again, redriven; map runs that are stopped.

use asl::{Event, MapRunStatus, Status, TaskRequest};
use serde_json::{Value, json};

use super::world::{Outcome, World, calling, definition, kinds};
use crate::driver::Driver;

fn run(fields: &Value, broken: &[Value], input: Value) -> Outcome {
    let mut all = json!({"ItemProcessor": calling()});
    for (name, value) in fields.as_object().into_iter().flatten() {
        all[name] = value.clone();
    }
    World { broken: broken.to_vec(), ..World::default() }.run(&definition(&all), input)
}

fn check(fields: &Value, broken: &[Value], succeeds: bool) {
    let ended = run(fields, broken, json!([1, 2, 3, 4]));
    let want = if succeeds { None } else { Some("States.ExceedToleratedFailureThreshold") };
    assert_eq!(ended.execution.error(), want, "{fields} {broken:?}");
}

#[test]
fn failures_are_tolerated_up_to_a_limit() {
    let (one, two) = ([json!(2)], [json!(2), json!(3)]);
    check(&json!({}), &one, false);
    check(&json!({"ToleratedFailureCount": 1}), &one, true);
    check(&json!({"ToleratedFailureCount": 1}), &two, false);
    check(&json!({"ToleratedFailurePercentage": 25}), &one, true);
    check(&json!({"ToleratedFailurePercentage": 25}), &two, false);
    check(&json!({"ToleratedFailurePercentage": 0}), &one, false);
    // Either limit ends it.
    check(&json!({"ToleratedFailurePercentage": 100, "ToleratedFailureCount": 1}), &two, false);
    check(&json!({"ToleratedFailurePercentage": 100}), &[json!(1), json!(2), json!(3), json!(4)], true);
}

#[test]
fn every_item_of_a_failed_batch_failed() {
    let batch = json!({"Items": [1, 2]});
    let fields = json!({"ItemBatcher": {"MaxItemsPerBatch": 2}, "ToleratedFailureCount": 1});
    check(&fields, std::slice::from_ref(&batch), false);
    check(&json!({"ItemBatcher": {"MaxItemsPerBatch": 2}, "ToleratedFailureCount": 2}), &[batch], true);
}

#[test]
fn a_tolerated_failure_is_described_in_the_result() {
    let ended = run(&json!({"ToleratedFailureCount": 1}), &[json!(2)], json!([1, 2]));
    let output = ended.execution.output().expect("it succeeds");
    assert_eq!(output[0], json!(1));
    assert_eq!((&output[1]["Status"], &output[1]["Error"]), (&json!("FAILED"), &json!("Broken")));
}

#[test]
fn the_history_says_what_went_wrong() {
    let ended = run(&json!({}), &[json!(2)], json!([1, 2]));
    let failed: Vec<_> = kinds(&ended.history).into_iter().skip(3).collect();
    assert_eq!(failed, ["MapRunStarted", "MapRunFailed", "MapStateFailed", "ExecutionFailed"]);
    let details = json!({"error": "States.ExceedToleratedFailureThreshold",
        "cause": "The specified tolerated failure threshold was exceeded"});
    assert_eq!(ended.history[4].details, Some(("mapRunFailedEventDetails".to_owned(), details)));
}

#[test]
fn children_that_run_are_stopped_when_too_many_failed() {
    let waits = json!({"StartAt": "C", "States": {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "Call"}], "Default": "Wait"},
        "Call": {"Type": "Task", "End": true, "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f"},
        "Wait": {"Type": "Wait", "Seconds": 3600, "End": true}}});
    let ended = run(&json!({"ItemProcessor": waits, "MaxConcurrency": 2}), &[json!(1)], json!([1, 2, 3]));
    let run = ended.family.map_runs().next().expect("a map run");
    let counts = run.execution_counts();
    assert_eq!((counts.failed, counts.aborted, counts.pending), (1, 1, 1));
    assert_eq!(run.status(), MapRunStatus::Failed);
}

#[test]
fn a_map_run_that_failed_is_tried_again_as_a_new_one() {
    let retry = json!([{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "MaxAttempts": 1}]);
    let ended = run(&json!({"Retry": retry}), &[json!(2)], json!([2]));
    assert_eq!(ended.execution.status(), Status::Failed);
    assert_eq!(ended.family.map_runs().count(), 2);
}

#[test]
fn a_map_run_that_failed_is_caught() {
    let catch = json!([{"ErrorEquals": ["States.ALL"], "Next": "After"}]);
    let ended = run(&json!({"Catch": catch}), &[json!(2)], json!([2]));
    let error = ended.execution.output().map(|output| output["Error"].clone());
    assert_eq!(error, Some(json!("States.ExceedToleratedFailureThreshold")));
}

#[test]
fn only_children_that_did_not_succeed_are_redriven() {
    let mut fields = json!({"ItemProcessor": calling(), "MaxConcurrency": 1});
    let world = |broken: &[Value]| World { broken: broken.to_vec(), ..World::default() };
    let ended = world(&[json!(2)]).redrive(&definition(&fields), json!([1, 2, 3]));
    assert_eq!(ended.execution.output(), Some(&json!([1, 2, 3])));
    assert_eq!(ended.calls, [json!(1), json!(2), json!(2), json!(3)]);
    let after: Vec<_> =
        kinds(&ended.history).into_iter().skip_while(|kind| *kind != "ExecutionRedriven").collect();
    assert_eq!(
        after,
        [
            "ExecutionRedriven",
            "MapRunRedriven",
            "MapRunSucceeded",
            "MapStateSucceeded",
            "MapStateExited",
            "ExecutionSucceeded"
        ]
    );
    let run = ended.family.map_runs().next().expect("a map run");
    let counts = run.execution_counts();
    assert_eq!((run.redrive_count(), counts.total, counts.succeeded, counts.failed), (1, 3, 3, 0));
    // Express executions are not redriven but started again.
    fields["Express"] = json!(true);
    let ended = world(&[json!(2)]).redrive(&definition(&fields), json!([1, 2, 3]));
    assert_eq!(ended.execution.output(), Some(&json!([1, 2, 3])));
}

#[test]
fn what_could_not_be_read_is_read_in_a_redrive() {
    let machine = definition(&json!({"ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}}}));
    let mut world = World::default();
    let mut driver = Driver::start(&machine, json!({}), &mut |request: &TaskRequest| world.answer(request));
    driver.finish(&mut |request: &TaskRequest| world.answer(request));
    let mut world = World::default().with("b", "k", "[1]");
    driver.redrive(1.0, &mut |request: &TaskRequest| world.answer(request)).expect("redrivable");
    driver.finish(&mut |request: &TaskRequest| world.answer(request));
    assert_eq!(driver.ended().execution.output(), Some(&json!([1])));
}

#[test]
fn stopping_an_execution_stops_its_map_run_and_a_redrive_goes_on() {
    let waits = json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}});
    let machine = definition(&json!({"ItemProcessor": waits, "MaxConcurrency": 1}));
    let mut none = |_: &TaskRequest| Vec::new();
    let mut driver = Driver::start(&machine, json!([1, 2]), &mut none);
    driver.later(90.0, Event::Stop { error: None, cause: None });
    driver.finish(&mut none);
    let run = driver.map_runs().next().expect("a map run");
    let counts = run.execution_counts();
    assert_eq!((run.status(), counts.succeeded, counts.aborted), (MapRunStatus::Aborted, 1, 1));
    driver.redrive(1.0, &mut none).expect("redrivable");
    driver.finish(&mut none);
    let ended = driver.ended();
    assert_eq!(ended.execution.output(), Some(&json!([1, 2])));
    assert!(kinds(&ended.history).contains(&"MapRunAborted"));
}
