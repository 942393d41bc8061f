//! Histories become steps.

use aws_sdk_sfn::primitives::DateTime;
use aws_sdk_sfn::types::{
    ExecutionFailedEventDetails, HistoryEvent, HistoryEventType, StateEnteredEventDetails,
    StateExitedEventDetails, TaskFailedEventDetails, TaskScheduledEventDetails,
};
use portal::workflow::progress::steps;
use serde_json::{Value, json};

use crate::support::{World, gateway_of};

/// A history, one event a line: id, the event it follows, type, and a name where there is one.
fn history(text: &str) -> Vec<HistoryEvent> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(event).collect()
}

fn event(line: &str) -> HistoryEvent {
    let mut words = line.split_whitespace();
    let mut number = || words.next().and_then(|word| word.parse::<i64>().ok()).expect(line);
    let (id, previous) = (number(), number());
    let kind = words.next().expect(line);
    let name = words.next().unwrap_or_default();
    let event = HistoryEvent::builder()
        .id(id)
        .previous_event_id(previous)
        .timestamp(DateTime::from_secs(1_795_000_000 + id))
        .r#type(HistoryEventType::from(kind));
    let entered = || StateEnteredEventDetails::builder().name(name).build().expect("a name");
    let exited = || StateExitedEventDetails::builder().name(name).build().expect("a name");
    let scheduled = || {
        let (service, action) = name.rsplit_once(':').expect("service and action");
        let task = TaskScheduledEventDetails::builder().resource_type(service).resource(action);
        task.region("eu-west-1").parameters("{}").build().expect("complete")
    };
    let failed = || {
        let task = TaskFailedEventDetails::builder().resource_type("x").resource("x");
        task.error(name).build().expect("complete")
    };
    match kind {
        _ if kind.ends_with("StateEntered") => event.state_entered_event_details(entered()),
        _ if kind.ends_with("StateExited") => event.state_exited_event_details(exited()),
        "TaskScheduled" => event.task_scheduled_event_details(scheduled()),
        "TaskFailed" => event.task_failed_event_details(failed()),
        "ExecutionFailed" => {
            event.execution_failed_event_details(ExecutionFailedEventDetails::builder().error(name).build())
        }
        _ => event,
    }
    .build()
    .expect("complete")
}

/// One line a step: indentation is depth.
fn check(text: &str, expect: &[&str]) {
    let real = ["states".to_owned()];
    let lines: Vec<_> = steps(&history(text), 0, Some(&real))
        .iter()
        .map(|step| {
            let status = format!("{:?}", step.status);
            let mut line = format!("{}{} {status}", "  ".repeat(step.depth as usize), step.name);
            if step.attempts > 0 {
                line.extend([" ×".to_owned(), step.attempts.to_string()]);
            }
            line.extend(step.error.iter().map(|error| format!(" {error}")));
            line.push_str(if step.simulated { " simulated" } else { "" });
            line.push_str(if step.exited_at.is_none() { " …" } else { "" });
            line
        })
        .collect();
    assert_eq!(lines, expect);
}

/// Both executions have to end: the owner's may outlast a gateway that failed.
#[tokio::test]
async fn steps_are_complete_when_both_executions_have_ended() {
    let world = World::start().await;
    let run = world.executing().await;
    let owners = format!("arn:aws:states:eu-west-1:222222222222:execution:drawbridge-resize:{}", run.id);
    let begun =
        json!([{"id": 1, "previousEventId": 0, "timestamp": 1_795_000_000, "type": "ExecutionStarted"}]);
    let ended = |how: &str| {
        let mut events = begun.clone();
        let end = json!({"id": 2, "previousEventId": 1, "timestamp": 1_795_000_001, "type": how});
        events.as_array_mut().expect("a list").push(end);
        events
    };
    let check = async |gateway: &Value, owner: &Value, expect: bool| {
        world.engine.history(&gateway_of(&run), gateway.clone());
        world.engine.history(&owners, owner.clone());
        let progress = world.portal.engine.progress(&run).await.expect("the engine answers");
        assert_eq!(progress.complete, expect, "{gateway} {owner}");
    };
    check(&begun, &begun, false).await;
    check(&begun, &ended("ExecutionSucceeded"), false).await;
    check(&ended("ExecutionFailed"), &begun, false).await;
    for how in ["ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"] {
        check(&ended(how), &ended(how), true).await;
    }
    check(&ended("ExecutionRedriven"), &ended("ExecutionFailed"), false).await;
}

#[test]
fn a_retried_task_is_one_step_with_two_attempts() {
    check(
        "1 0 ExecutionStarted
         2 0 TaskStateEntered Resize
         3 2 TaskScheduled aws-sdk:rds:modifyDBCluster
         4 3 TaskFailed Rds.Throttled
         5 4 TaskScheduled aws-sdk:rds:modifyDBCluster
         6 5 TaskSucceeded
         7 6 TaskStateExited Resize
         8 7 WaitStateEntered Settle",
        &["Resize Succeeded ×2 simulated", "Settle Running …"],
    );
}

#[test]
fn what_was_caught_and_what_was_not_are_told_apart() {
    check(
        "1 0 ExecutionStarted
         2 0 TaskStateEntered Try
         3 2 TaskScheduled states:startExecution.sync
         4 3 TaskFailed Nope
         5 4 TaskStateExited Try
         6 5 FailStateEntered GiveUp
         7 6 ExecutionFailed Gave.Up",
        &["Try Caught ×1 Nope", "GiveUp Failed Gave.Up"],
    );
}

#[test]
fn branches_are_one_level_in_and_end_with_their_container() {
    check(
        "1 0 ExecutionStarted
         2 0 ParallelStateEntered Both
         3 2 ParallelStateStarted
         4 3 TaskStateEntered Left
         5 4 TaskScheduled states:x
         6 3 MapStateEntered Right
         7 6 MapStateStarted
         8 7 MapIterationStarted
         9 8 TaskStateEntered Item
         10 9 TaskScheduled states:x
         11 5 TaskFailed Broken
         12 11 ParallelStateFailed
         13 12 ParallelStateExited Both
         14 13 SucceedStateEntered Done
         15 14 SucceedStateExited Done
         16 15 ExecutionSucceeded",
        &[
            "Both Caught ×1 Broken",
            "  Left Failed ×1 Broken",
            "  Right Failed ×1",
            "    Item Failed ×1",
            "Done Succeeded",
        ],
    );
}

#[test]
fn leaving_one_branch_ends_nothing_in_another() {
    check(
        "1 0 ExecutionStarted
         2 0 ParallelStateEntered Both
         3 2 ParallelStateStarted
         4 3 MapStateEntered Left
         5 4 MapStateStarted
         6 5 MapIterationStarted
         7 6 PassStateEntered A
         8 3 ParallelStateEntered Right
         9 8 ParallelStateStarted
         10 9 WaitStateEntered B
         11 7 PassStateExited A
         12 11 MapIterationSucceeded
         13 12 MapStateSucceeded
         14 13 MapStateExited Left",
        &[
            "Both Running ×1 …",
            "  Left Succeeded ×1",
            "    A Succeeded",
            "  Right Running ×1 …",
            "    B Running …",
        ],
    );
}
