//! What each type of state does, told by small machines.

use asl::{Definition, Event, Pattern, Status, TaskRequest};
use serde_json::{Value, json};

use crate::driver::{Answer, Ended, run};

/// Answers every task with its arguments.
fn echo(request: &TaskRequest) -> Answer {
    vec![(1.0, Event::TaskSucceeded { task: request.task, output: request.arguments.clone() })]
}

fn machine(definition: &Value) -> Definition {
    Definition::from_value(definition).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

/// A JSONata machine of one line of states.
fn jsonata(start: &str, states: &Value) -> Definition {
    machine(&json!({"QueryLanguage": "JSONata", "StartAt": start, "States": states}))
}

fn jsonpath(start: &str, states: &Value) -> Definition {
    machine(&json!({"StartAt": start, "States": states}))
}

fn check(definition: &Definition, input: Value, want: &Value) -> Ended {
    let ended = run(definition, input, echo);
    assert_eq!(ended.execution.status(), Status::Succeeded, "{:?}", ended.execution.cause());
    assert_eq!(ended.execution.output(), Some(want));
    ended
}

fn kinds(ended: &Ended) -> Vec<&str> {
    ended.history.iter().map(|event| event.kind.as_str()).collect()
}

const LAMBDA: &str = "arn:aws:states:::lambda:invoke";

#[test]
fn pass_shapes_its_input() {
    let states = json!({"P": {"Type": "Pass", "InputPath": "$.a", "Parameters": {"b.$": "$.x"},
        "ResultPath": "$.r", "OutputPath": "$.r.b", "End": true}});
    check(&jsonpath("P", &states), json!({"a": {"x": 5}}), &json!(5));
}

#[test]
fn variables_are_seen_by_later_states_and_inner_branches() {
    let states = json!({
        "A": {"Type": "Pass", "Assign": {"x": "{% $states.input.n %}", "y": 2}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"x": "{% $x + 1 %}", "z": "{% $x %}"}, "Next": "M"},
        "M": {"Type": "Map", "Items": [10, 20], "ItemProcessor": {"StartAt": "I", "States": {
            "I": {"Type": "Pass", "Assign": {"inner": "{% $states.input %}"}, "Next": "J"},
            "J": {"Type": "Pass", "Output": "{% $inner + $x + $y + $z %}", "End": true}}}, "End": true}
    });
    check(&jsonata("A", &states), json!({"n": 1}), &json!([15, 25]));
}

#[test]
fn choices_take_the_first_rule_that_holds() {
    let states = json!({
        "C": {"Type": "Choice", "Choices": [
            {"And": [{"Variable": "$.n", "IsPresent": true}, {"Not": {"Variable": "$.n", "NumericLessThan": 10}}], "Next": "Large"},
            {"Or": [{"Variable": "$.s", "StringMatches": "a*"}], "Next": "Starts"}], "Default": "Other"},
        "Large": {"Type": "Pass", "Result": "large", "End": true},
        "Starts": {"Type": "Pass", "Result": "starts", "End": true},
        "Other": {"Type": "Pass", "Result": "other", "End": true}
    });
    let definition = jsonpath("C", &states);
    check(&definition, json!({"n": 10}), &json!("large"));
    check(&definition, json!({"n": 9, "s": "abc"}), &json!("starts"));
    check(&definition, json!({"n": 9, "s": "b"}), &json!("other"));
}

#[test]
fn a_choice_without_a_match_fails() {
    let states = json!({"C": {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "S"}]},
        "S": {"Type": "Succeed"}});
    let ended = run(&jsonata("C", &states), json!({}), echo);
    assert_eq!(ended.execution.error(), Some("States.NoChoiceMatched"));
}

#[test]
fn waits_take_their_time() {
    let states = json!({
        "A": {"Type": "Wait", "Seconds": "{% $states.input.s %}", "Next": "B"},
        "B": {"Type": "Wait", "Timestamp": "2026-01-01T00:01:00Z", "Next": "C"},
        "C": {"Type": "Wait", "Timestamp": "2020-01-01T00:00:00Z", "End": true}
    });
    let ended = check(&jsonata("A", &states), json!({"s": 30}), &json!({"s": 30}));
    assert!((ended.seconds - 60.0).abs() < 0.001, "{}", ended.seconds);
}

#[test]
fn fail_names_error_and_cause() {
    let states = json!({"F": {"Type": "Fail", "Error": "{% 'E' & $states.input.n %}", "Cause": "because"}});
    let ended = run(&jsonata("F", &states), json!({"n": 1}), echo);
    assert_eq!((ended.execution.error(), ended.execution.cause()), (Some("E1"), Some("because")));
    assert_eq!(kinds(&ended), ["ExecutionStarted", "FailStateEntered", "ExecutionFailed"]);
}

#[test]
fn tasks_say_what_to_call_and_as_whom() {
    let states = json!({"T": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Credentials": {"RoleArn": "{% $states.input.role %}"}, "TimeoutSeconds": "{% $states.input.t %}",
        "Arguments": {"Input": "{% $states.input %}"}, "Output": "{% $states.result.Input.t %}", "End": true}});
    let ended = check(&jsonata("T", &states), json!({"role": "arn:r", "t": 9}), &json!(9));
    let request = &ended.requests[0];
    assert_eq!(request.role_arn.as_deref(), Some("arn:r"));
    assert_eq!(request.integration.pattern, Pattern::SyncV2);
    assert_eq!(request.integration.action, "startExecution.sync:2");
    let scheduled = ended.history.iter().find(|event| event.kind == "TaskScheduled").expect("scheduled");
    insta::assert_json_snapshot!(scheduled);
}

#[test]
fn a_token_reaches_the_arguments_and_finds_its_task() {
    let states = json!({"T": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {"Payload": {"token": "{% $states.context.Task.Token %}"}}, "End": true}});
    let definition = jsonata("T", &states);
    let (execution, _) = asl::Execution::start(
        &definition,
        crate::driver::start(json!({})),
        &mut crate::driver::Counted::default(),
    );
    let ended = run(&definition, json!({}), echo);
    let token = ended.requests[0].token.clone().expect("a token");
    assert_eq!(ended.requests[0].arguments["Payload"]["token"], json!(token));
    assert_eq!(execution.task_of_token(&token), Some(ended.requests[0].task));
    assert_eq!(ended.execution.task_of_token(&token), None);
}

#[test]
fn retries_back_off_and_then_catch() {
    let states = json!({
        "T": {"Type": "Task", "Resource": LAMBDA, "Arguments": {"n": "{% $states.context.State.RetryCount %}"},
            "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxAttempts": 3, "MaxDelaySeconds": 10}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"error": "{% $states.errorOutput.Error %}"},
                "Output": "{% $states.errorOutput.Cause %}", "Next": "S"}], "End": true},
        "S": {"Type": "Pass", "Output": "{% $error & ': ' & $states.input %}", "End": true}
    });
    let busy = |request: &TaskRequest| {
        vec![(0.0, Event::TaskFailed { task: request.task, error: "Busy".into(), cause: "later".into() })]
    };
    let ended = run(&jsonata("T", &states), json!({}), busy);
    assert_eq!(ended.execution.output(), Some(&json!("Busy: later")));
    let counts: Vec<_> = ended.requests.iter().map(|request| request.arguments["n"].clone()).collect();
    assert_eq!(counts, [0, 1, 2, 3]);
    let invocations: Vec<_> = ended.requests.iter().map(|request| request.invocation).collect();
    assert_eq!(invocations, [0, 1, 2, 3]);
    // 2 s, 6 s, and 18 s cut to 10 s.
    assert!((ended.seconds - 18.0).abs() < 0.001, "{}", ended.seconds);
}

#[test]
fn jitter_draws_from_the_entropy() {
    let states = json!({"T": {"Type": "Task", "Resource": LAMBDA, "Arguments": {}, "End": true, "Retry": [
        {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 8, "MaxAttempts": 1, "JitterStrategy": "FULL"}]}});
    let failing = |request: &TaskRequest| {
        vec![(0.0, Event::TaskFailed { task: request.task, error: "E".into(), cause: String::new() })]
    };
    let ended = run(&jsonata("T", &states), json!({}), failing);
    assert!((ended.seconds - 4.0).abs() < 0.001, "{}", ended.seconds);
}

#[test]
fn timeouts_and_heartbeats_end_a_task() {
    let states = |limit: &str| {
        json!({"T": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", limit: 5,
            "Arguments": {}, "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "H"},
            {"ErrorEquals": ["States.Timeout"], "Next": "S"}], "End": true},
            "H": {"Type": "Pass", "Output": "heartbeat", "End": true}, "S": {"Type": "Pass", "Output": "timeout", "End": true}})
    };
    let beats = |request: &TaskRequest| vec![(4.0, Event::Heartbeat { task: request.task })];
    let ended = run(&jsonata("T", &states("TimeoutSeconds")), json!({}), beats);
    assert_eq!((ended.execution.output(), ended.seconds), (Some(&json!("timeout")), 5.0));
    let ended = run(&jsonata("T", &states("HeartbeatSeconds")), json!({}), beats);
    assert_eq!((ended.execution.output(), ended.seconds), (Some(&json!("heartbeat")), 9.0));
    assert!(kinds(&ended).contains(&"TaskTimedOut"));
}

#[test]
fn parallel_joins_in_order_and_gives_the_rest_up_on_failure() {
    let states = json!({
        "P": {"Type": "Parallel", "Arguments": {"v": 1}, "Branches": [
            {"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 9, "End": true}}},
            {"StartAt": "B", "States": {"B": {"Type": "Choice", "Choices": [{"Condition": "{% $fail %}", "Next": "F"}], "Default": "O"},
                "F": {"Type": "Fail", "Error": "Inner", "Cause": "no"}, "O": {"Type": "Pass", "Output": 2, "End": true}}}],
            "Catch": [{"ErrorEquals": ["Inner"], "Next": "S"}], "End": true},
        "S": {"Type": "Pass", "Output": "{% $states.input.Error %}", "End": true},
        "Start": {"Type": "Pass", "Assign": {"fail": "{% $states.input %}"}, "Next": "P"}
    });
    let definition = jsonata("Start", &states);
    check(&definition, json!(false), &json!([{"v": 1}, 2]));
    let ended = check(&definition, json!(true), &json!("Inner"));
    assert!(ended.seconds < 1.0);
    assert!(kinds(&ended).contains(&"WaitStateAborted"));
}

#[test]
fn maps_run_so_many_at_once_and_keep_the_order() {
    let states = json!({"M": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2,
        "ItemSelector": {"v.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index", "all.$": "$.k"},
        "ItemProcessor": {"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": LAMBDA, "End": true}}},
        "ResultPath": "$.out", "End": true}});
    let slower_first = |request: &TaskRequest| {
        let seconds = 10.0 - request.arguments["v"].as_f64().unwrap_or(0.0);
        vec![(seconds, Event::TaskSucceeded { task: request.task, output: request.arguments["i"].clone() })]
    };
    let ended = run(&jsonpath("M", &states), json!({"items": [1, 2, 3, 4], "k": "x"}), slower_first);
    let output = ended.execution.output().expect("an output");
    assert_eq!(output["out"], json!([0, 1, 2, 3]));
    assert_eq!(ended.requests[3].arguments, json!({"v": 4, "i": 3, "all": "x"}));
    assert!((ended.seconds - 15.0).abs() < 0.001, "two at a time: {}", ended.seconds);
}

#[test]
fn an_empty_map_succeeds_at_once() {
    let states = json!({"M": {"Type": "Map", "Items": [], "End": true,
        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}}});
    check(&jsonata("M", &states), json!({}), &json!([]));
}
