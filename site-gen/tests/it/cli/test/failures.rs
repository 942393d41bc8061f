//! Cases that fail, each for another reason, and what is said about them.

use serde_json::{Value, json};

use super::{Bench, a_service_fails, returns, stdout, throws, timeless};

/// Looks at services, stops the tasks of each, and tells.
fn steps() -> Value {
    json!({"QueryLanguage": "JSONata", "StartAt": "Look", "States": {
        "Look": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ecs:listTasks",
            "Arguments": {"ServiceName": "{% $states.input.parameters.services[0] %}", "MaxResults": 10},
            "Retry": [{"ErrorEquals": ["Ecs.ClientException"], "MaxAttempts": 2, "IntervalSeconds": 86400}],
            "Catch": [{"ErrorEquals": ["Ecs.ClusterNotFoundException"], "Next": "No cluster"}],
            "Output": {"tasks": "{% $states.result.TaskArns %}"},
            "Next": "Any?",
        },
        "Any?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $count($states.input.tasks) = 0 %}", "Next": "Nothing to do"}],
            "Default": "Both",
        },
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Each", "States": {"Each": {
                    "Type": "Map",
                    "Items": "{% $states.input.tasks %}",
                    "ItemProcessor": {"StartAt": "Stop", "States": {"Stop": {
                        "Type": "Task",
                        "Resource": "arn:aws:states:::aws-sdk:ecs:stopTask",
                        "Arguments": {"Task": "{% $states.input %}", "Reason": "Restart"},
                        "Output": "{% $states.input %}",
                        "End": true,
                    }}},
                    "End": true,
                }}},
                {"StartAt": "Tell", "States": {"Tell": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::aws-sdk:sns:publish",
                    "Arguments": {"Message": "Stopping."},
                    "End": true,
                }}},
            ],
            "Output": {"stopped": "{% $states.result[0] %}", "told": true},
            "Next": "Done",
        },
        "Done": {"Type": "Succeed"},
        "Nothing to do": {"Type": "Succeed", "Output": {"stopped": []}},
        "No cluster": {"Type": "Fail", "Error": "NoCluster", "Cause": "There is no such cluster."},
    }})
}

fn case(name: &str, mocks: &Value, expect: &Value) -> Value {
    json!({"name": name, "parameters": {"services": ["checkout"]}, "mocks": mocks, "expect": expect})
}

fn bench(cases: &[Value]) -> Bench {
    let actions = ["ecs:ListTasks", "ecs:StopTask", "sns:Publish"];
    let mut all = vec![case("It passes", &two_tasks(), &json!({"status": "SUCCEEDED"}))];
    all.extend_from_slice(cases);
    all.push(a_service_fails("Look"));
    all[cases.len() + 1]["parameters"] = json!({"services": ["checkout"]});
    Bench::new(&steps(), &actions, &Value::Array(all))
}

fn two_tasks() -> Value {
    json!({"Look": returns(&json!({"TaskArns": ["a", "b"]})), "Stop": returns(&json!({})), "Tell": returns(&json!({}))})
}

fn with(mut mocks: Value, state: &str, answers: &Value) -> Value {
    mocks[state] = answers.clone();
    mocks
}

/// The text about a workflow with these cases, of which all fail.
fn explained(cases: &[Value]) -> String {
    let output = bench(cases).probe();
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let (failed, all) = (cases.len(), cases.len() + 2);
    assert!(text.contains(&format!("probe: {failed} of {all} cases failed")), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours without a terminal");
    timeless(&output)
}

#[test]
fn another_end_is_explained() {
    let succeeded = json!({"status": "SUCCEEDED"});
    let failed = |error: &str| json!({"status": "FAILED", "error": error});
    let no_cluster = json!({"Look": throws("Ecs.ClusterNotFoundException")});
    insta::assert_snapshot!(explained(&[
        case("It fails instead", &no_cluster, &succeeded),
        case(
            "It fails in a branch",
            &with(two_tasks(), "Stop", &throws("Ecs.AccessDeniedException")),
            &succeeded
        ),
        case("It succeeds instead", &two_tasks(), &failed("NoCluster")),
        case("It fails with another error", &no_cluster, &failed("NoService")),
        case(
            "It fails for another cause",
            &no_cluster,
            &json!({"status": "FAILED", "error": "NoCluster", "cause": "no such service"}),
        ),
        case("It never times out", &two_tasks(), &json!({"status": "TIMED_OUT"})),
    ]));
}

#[test]
fn another_output_is_explained_place_by_place() {
    let long: Vec<String> = (0..40).map(|number| format!("arn:aws:ecs:task/{number}")).collect();
    let many = with(two_tasks(), "Look", &returns(&json!({"TaskArns": long})));
    insta::assert_snapshot!(explained(&[
        case(
            "The output has another item, one too few, and a member too many",
            &two_tasks(),
            &json!({"status": "SUCCEEDED", "output": {"stopped": ["a", "c", "d"]}}),
        ),
        case(
            "The output lacks a member",
            &two_tasks(),
            &json!({"status": "SUCCEEDED", "output_includes": {"told": true, "when": {"day": 1}}}),
        ),
        case(
            "The output is long",
            &many,
            &json!({"status": "SUCCEEDED", "output": {"stopped": [], "told": true}})
        ),
        case("The output is another kind", &two_tasks(), &json!({"status": "SUCCEEDED", "output": [1]})),
        case(
            "A failure has no output",
            &json!({"Look": throws("Ecs.ServerException")}),
            &json!({"status": "FAILED", "output": {"stopped": []}}),
        ),
    ]));
}

#[test]
fn another_way_is_explained() {
    let nothing = json!({"Look": returns(&json!({"TaskArns": []}))});
    let expect = |member: &str, value: &Value| json!({"status": "SUCCEEDED", member: value});
    insta::assert_snapshot!(explained(&[
        case("It goes past a state", &nothing, &expect("path", &json!(["Look", "Both", "Done"]))),
        case("It goes backwards", &two_tasks(), &expect("path", &json!(["Stop", "Both"]))),
        case("It enters what it must not", &two_tasks(), &expect("never", &json!(["Nothing to do", "Stop"]))),
        case(
            "It asks for something else",
            &two_tasks(),
            &expect(
                "calls",
                &json!({"Look": {"0": {"ServiceName": "basket"}}, "Stop": {"0-1": {"Task": "a"}}})
            ),
        ),
        case("It does not ask", &nothing, &expect("calls", &json!({"Stop": {"0": {"Task": "a"}}}))),
    ]));
}

#[test]
fn a_call_without_a_mock_is_explained() {
    let succeeded = json!({"status": "SUCCEEDED"});
    let mut no_stop = two_tasks();
    no_stop.as_object_mut().expect("an object").shift_remove("Stop");
    let late = json!({"3-5": {"Return": {"TaskArns": []}}, "1": {"Return": {"TaskArns": []}}});
    insta::assert_snapshot!(explained(&[
        case("No mock of a state inside a Map", &no_stop, &succeeded),
        case("No mock of the first invocation", &json!({"Look": late}), &succeeded),
    ]));
}

#[test]
fn what_is_expected_of_a_case_that_passes_is_really_compared() {
    let expect = json!({
        "status": "SUCCEEDED",
        "output": {"stopped": ["a", "b"], "told": true},
        "output_includes": {"told": true},
        "path": ["Look", "Stop", "Stop", "Done"],
        "never": ["Nothing to do", "No cluster"],
        "calls": {"Look": {"0": {"ServiceName": "checkout", "MaxResults": 10}}, "Stop": {"0-1": {"Reason": "Restart"}}},
    });
    let failed = json!({"status": "FAILED", "error": "NoCluster", "cause": "no such"});
    let output = bench(&[
        case("Everything", &two_tasks(), &expect),
        case("A failure", &json!({"Look": throws("Ecs.ClusterNotFoundException")}), &failed),
    ])
    .probe();
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
}

#[test]
fn no_terminal_obeys_the_text_of_a_case() {
    let name = "Clears\u{1b}[2J the screen";
    let expect = json!({"status": "SUCCEEDED", "output": "\u{1b}]0;title\u{7}"});
    let text = explained(&[case(name, &two_tasks(), &expect)]);
    assert!(!text.contains('\u{1b}') && text.contains("Clears�[2J the screen"), "{text}");
}
