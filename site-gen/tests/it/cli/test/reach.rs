//! What a case can go through: every pattern of a call, waits of days, loops, secrets.

use serde_json::{Value, json};

use super::{Bench, a_service_fails, returns, stdout, timeless};

const NESTED: &str = "arn:aws:states:::states:startExecution.sync:2";

fn task(resource: &str, next: &str) -> Value {
    json!({"Type": "Task", "Resource": resource, "Arguments": {"Input": "{% $states.input %}"},
           "TimeoutSeconds": 600, "Next": next})
}

#[test]
fn every_pattern_of_a_call_is_answered_by_a_mock() {
    let mut nested = task(NESTED, "Token");
    nested["Arguments"] = json!({"StateMachineArn": "arn:aws:states:eu-west-1:111111111111:stateMachine:m"});
    let mut token = task("arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Job");
    token["Arguments"] = json!({"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/111111111111/q",
        "MessageBody": {"token": "{% $states.context.Task.Token %}"}});
    let mut job = task("arn:aws:states:::codebuild:startBuild.sync", "Activity");
    job["Arguments"] = json!({"ProjectName": "p"});
    let activity = task("arn:aws:states:eu-west-1:111111111111:activity:a", "Function");
    let function = task("arn:aws:lambda:eu-west-1:111111111111:function:f", "Done");
    let steps = json!({"QueryLanguage": "JSONata", "StartAt": "Nested", "States": {
        "Nested": nested, "Token": token, "Job": job, "Activity": activity, "Function": function,
        "Done": {"Type": "Succeed"}}});
    let actions = [
        "states:StartExecution",
        "states:DescribeExecution",
        "states:StopExecution",
        "events:PutTargets",
        "events:PutRule",
        "events:DescribeRule",
        "sqs:SendMessage",
        "codebuild:StartBuild",
        "codebuild:StopBuild",
        "codebuild:BatchGetBuilds",
        "lambda:InvokeFunction",
    ];
    let cases = json!([
        {"name": "Each is answered", "parameters": {}, "mocks": {
            "Nested": returns(&json!({"Output": {"n": 1}, "Status": "SUCCEEDED"})),
            "Token": returns(&json!("sent back")),
            "Job": returns(&json!({"Build": {"BuildStatus": "SUCCEEDED"}})),
            "Activity": returns(&json!([1, 2])),
            "Function": returns(&json!({"answer": 42})),
        }, "expect": {"status": "SUCCEEDED", "output": {"answer": 42}, "calls": {
            "Activity": {"0": {"Input": {"Build": {"BuildStatus": "SUCCEEDED"}}}},
            "Function": {"0": {"Input": [1, 2]}},
        }}},
        {"name": "Nobody sends the token back", "parameters": {}, "mocks": {
            "Nested": returns(&json!({})),
            "Token": {"0": {"Throw": {"Error": "States.Timeout"}}},
        }, "expect": {"status": "FAILED", "error": "States.Timeout"}},
    ]);
    let output = Bench::new(&steps, &actions, &cases).probe();
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).contains("6 of 6 states visited (100 %)"), "{}", stdout(&output));
}

/// Asks until the answer is yes.
fn polling() -> Value {
    json!({"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ecs:describeServices", "Arguments": {},
            "Retry": [{"ErrorEquals": ["Ecs.ClientException"], "MaxAttempts": 3, "IntervalSeconds": 864_000}],
            "Output": "{% $states.result.Ready %}", "Next": "Yes?"},
        "Yes?": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input %}", "Next": "Done"}], "Default": "Pause"},
        "Pause": {"Type": "Wait", "Seconds": 86_400, "Next": "Ask"},
        "Done": {"Type": "Succeed", "Output": "{% $toMillis($states.context.State.EnteredTime) - $toMillis($states.context.Execution.StartTime) %}"}}})
}

fn asks(name: &str, answers: &Value, expect: &Value) -> Value {
    json!({"name": name, "parameters": {}, "mocks": {"Ask": answers}, "expect": expect})
}

#[test]
fn waits_retries_and_time_limits_pass_at_once() {
    let ready = |ready: bool| json!({"Return": {"Ready": ready}});
    let busy = json!({"Throw": {"Error": "Ecs.ClientException"}});
    let bench = Bench::new(
        &polling(),
        &["ecs:DescribeServices"],
        &json!([
            // Two hundred days of pauses, each with a call of a tenth of a second, and the call before.
            asks(
                "It is ready after two hundred days",
                &json!({"0-199": ready(false), "200": ready(true)}),
                &json!({"status": "SUCCEEDED", "output": 200 * 86_400_000_u64 + 20_100}),
            ),
            // Ten, twenty and forty days between four calls.
            asks(
                "It is busy for seventy days",
                &json!({"0-2": busy, "3": ready(true)}),
                &json!({"status": "SUCCEEDED", "output": 70 * 86_400_000_u64 + 400}),
            ),
            asks("It is never ready", &json!({"0": ready(false)}), &json!({"status": "TIMED_OUT"})),
            a_service_fails("Ask"),
        ]),
    );
    let output = bench.probe();
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));

    bench.change("steps.asl.json", |steps| steps["TimeoutSeconds"] = json!(3600));
    bench.change("cases.json", |cases| {
        cases["cases"].as_array_mut().expect("cases").drain(0..2);
        cases["cases"][0]["name"] = json!("The steps' own time is over");
        let passes = asks("Ready", &json!({"0": ready(true)}), &json!({"status": "SUCCEEDED"}));
        cases["cases"].as_array_mut().expect("cases").insert(0, passes);
    });
    let output = bench.probe();
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

#[test]
fn steps_that_go_round_in_circles_come_to_an_end() {
    let ready = |ready: bool| json!({"Return": {"Ready": ready}});
    let mut steps = polling();
    steps["States"]["Yes?"]["Default"] = json!("Ask");
    steps["States"].as_object_mut().expect("states").shift_remove("Pause");
    let cases = json!([
        asks("It is ready", &json!({"0": ready(true)}), &json!({"status": "SUCCEEDED"})),
        asks("It is never ready", &json!({"0": ready(false)}), &json!({"status": "SUCCEEDED"})),
        a_service_fails("Ask"),
    ]);
    let output = Bench::new(&steps, &["ecs:DescribeServices"], &cases).probe();
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("endless", timeless(&output));
}

#[test]
fn the_workflows_own_time_limit_counts() {
    let steps =
        json!({"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": 60, "End": true}}});
    let cases = json!([{"name": "It waits", "parameters": {}, "expect": {"status": "SUCCEEDED"}}]);
    let bench = Bench::new(&steps, &[], &cases);
    assert_eq!(bench.probe().status.code(), Some(0));
    // `check` sees a Wait that is longer than the workflow, but not two of them.
    bench.change("steps.asl.json", |steps| {
        steps["States"] = json!({"Pause": {"Type": "Wait", "Seconds": 60, "Next": "Again"},
                                 "Again": {"Type": "Wait", "Seconds": 60, "End": true}});
    });
    bench.change("workflow.json", |workflow| workflow["timeout"] = json!("PT100S"));
    let output = bench.probe();
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(
        text.contains("TIMED_OUT: the steps took longer than `timeout` in workflow.json allows"),
        "{text}"
    );
}

#[test]
fn the_steps_see_a_reference_where_the_requester_wrote_a_secret() {
    let steps = json!({"StartAt": "Give", "States": {"Give": {"Type": "Pass", "Parameters": {
        "key.$": "$.parameters.key", "id.$": "$.run.id", "requester.$": "$.run.requester"}, "End": true}}});
    let cases = json!([{"name": "A secret", "parameters": {"key": "hunter2"}, "expect": {"status": "SUCCEEDED", "output": {}}}]);
    let output = Bench::new(&steps, &[], &cases).probe();
    let text = stdout(&output);
    assert!(
        text.contains("\"arn:aws:secretsmanager:eu-west-1:111111111111:secret:drawbridge/probe/"),
        "{text}"
    );
    assert!(!text.contains("hunter2"), "{text}");
    assert!(text.contains("output at /requester"), "{text}");
}

#[test]
fn the_steps_are_told_who_approved_what_the_case_asks_for() {
    let steps = json!({"QueryLanguage": "JSONata", "StartAt": "Tell", "States": {"Tell": {"Type": "Succeed",
        "Output": "{% $states.input.run.approvals %}"}}});
    let gate = |name: &str, more: Value| {
        let mut gate = json!({"name": name, "title": name, "why": "It is one.", "within": "PT1H", "from": ["operators"]});
        gate.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        gate
    };
    let said = |number: u32| {
        json!({"id": format!("approver-{number}"), "name": format!("Approver {number}"),
            "at": "2026-01-01T12:00:00Z", "reason": null})
    };
    let told = json!([
        {"gate": "always", "title": "always", "by": [said(1), said(2)]},
        {"gate": "outsiders", "title": "outsiders", "by": [said(1)]},
    ]);
    let cases = json!([{"name": "It tells", "parameters": {"services": ["a"]},
        "expect": {"status": "SUCCEEDED", "output": told}}]);
    let bench = Bench::new(&steps, &[], &cases);
    bench.change("workflow.json", |workflow| {
        workflow["approvals"] = json!([
            gate("always", json!({"quorum": 2})),
            gate("many", json!({"when": {"properties": {"services": {"minItems": 2}}}})),
            gate("outsiders", json!({"when_requester": {"properties": {"teams": {"maxItems": 0}}}})),
        ]);
    });
    let output = bench.probe();
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

/// Reads a list from S3, works on two items at a time, tolerates a failure, writes the results.
fn distributed() -> Value {
    let work = json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ecs:stopTask",
        "Arguments": {"Task": "{% $states.input.id %}"}, "Output": "{% $states.result.Stopped %}", "End": true});
    json!({"QueryLanguage": "JSONata", "StartAt": "Each", "States": {"Each": {
        "Type": "Map",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Arguments": {"Bucket": "lists", "Key": "tasks.json"},
        },
        "MaxConcurrency": 2,
        "ToleratedFailureCount": 1,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Pause",
            "States": {"Pause": {"Type": "Wait", "Seconds": 3600, "Next": "Work"}, "Work": work},
        },
        "End": true}}})
}

#[test]
fn children_of_a_distributed_map_are_answered_and_counted() {
    let items = json!([{"id": "a"}, {"id": "b"}, {"id": "c"}]);
    let listed = returns(&json!({"Body": items.to_string()}));
    let stopped = |id: &str| json!({"Return": {"Stopped": id}});
    let refused = json!({"Throw": {"Error": "Ecs.ClientException"}});
    let case = |name: &str, work: &Value, expect: &Value| json!({"name": name, "parameters": {}, "mocks": {"Each": listed, "Work": work}, "expect": expect});
    let cases = json!([
        case(
            "Each child has an answer of its own",
            &json!({"0": stopped("a"), "1": stopped("b"), "2": stopped("c")}),
            &json!({"status": "SUCCEEDED", "output": ["a", "b", "c"],
                    "calls": {"Each": {"0": {"Bucket": "lists"}}, "Work": {"0": {"Task": "a"}, "2": {"Task": "c"}}},
                    "path": ["Each", "Pause", "Work", "Pause", "Work"]})
        ),
        case(
            "More fail than is tolerated",
            &json!({"0": refused}),
            &json!({"status": "FAILED", "error": "States.ExceedToleratedFailureThreshold"})
        ),
    ]);
    let actions = [
        "ecs:StopTask",
        "s3:GetObject",
        "states:StartExecution",
        "states:DescribeExecution",
        "states:StopExecution",
    ];
    let bench = Bench::new(&distributed(), &actions, &cases);
    let output = bench.probe();
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).contains("3 of 3 states visited (100 %)"), "{}", stdout(&output));

    bench.change("cases.json", |cases| cases["cases"][0]["mocks"] = json!({"Work": returns(&json!({}))}));
    let output = bench.probe();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains("an answer of arn:aws:states:::s3:getObject to invocation 0 of `Each`"),
        "{}",
        stdout(&output)
    );
}
