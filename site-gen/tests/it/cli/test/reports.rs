//! Coverage, the minimum that `portal.json` sets, and the file for CI systems.

use std::fs;

use quick_junit::{NonSuccessKind, Report, TestCaseStatus, XmlString};
use serde_json::{Value, json};

use super::{Bench, a_service_fails, change_json, returns, site_gen, stderr, stdout, timeless};

/// A call, an unvisited wait behind it, and an unvisited Map.
fn bench() -> Bench {
    let look = json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ecs:listTasks", "Arguments": {},
        "Catch": [{"ErrorEquals": ["Ecs.ClientException"], "Next": "Pause"}], "End": true});
    let inner = json!({"StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}});
    let steps = json!({"QueryLanguage": "JSONata", "StartAt": "Look", "States": {
        "Look": look,
        "Pause": {"Type": "Wait", "Seconds": 1, "Next": "Each"},
        "Each": {"Type": "Map", "Items": [1], "ItemProcessor": inner, "End": true}}});
    let cases = json!([
        {"name": "It looks", "parameters": {}, "mocks": {"Look": returns(&json!({}))}, "expect": {"status": "SUCCEEDED"}},
        a_service_fails("Look"),
    ]);
    Bench::new(&steps, &["ecs:ListTasks"], &cases)
}

fn minimum(bench: &Bench, percent: &Value) {
    let tests = json!({"minimum_state_coverage": percent});
    change_json(&bench.path().join("portal.json"), |portal| portal["tests"] = tests);
}

#[test]
fn a_minimum_of_visited_states_is_held() {
    let bench = bench();
    let output = bench.probe();
    assert_eq!(output.status.code(), Some(0), "nothing is asked for: {}", stdout(&output));
    assert!(stdout(&output).contains("1 of 4 states visited (25 %)"), "{}", stdout(&output));
    minimum(&bench, &json!(25));
    assert_eq!(bench.probe().status.code(), Some(0));
    minimum(&bench, &json!(80));
    let output = site_gen(&["test"], bench.path());
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("coverage", timeless(&output));
    let one = site_gen(&["test", "--workflow", "probe", "--case", "It looks"], bench.path());
    assert_eq!(one.status.code(), Some(0), "{}", stdout(&one));
    minimum(&bench, &json!(120));
    let output = bench.probe();
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("/tests/minimum_state_coverage"), "{}", stdout(&output));
}

/// What `--junit` writes, read back.
fn junit(bench: &Bench) -> Report {
    let file = bench.path().join("reports/ci/cases.xml");
    let path = file.to_str().expect("a path in text");
    let output = site_gen(&["test", "--junit", path], bench.path());
    assert_eq!(stderr(&output), "");
    let xml = fs::read_to_string(file).expect("it was written");
    Report::deserialize_from_str(&xml).expect("it is JUnit XML")
}

/// Kind, message, type and text.
fn failure(status: &TestCaseStatus) -> (NonSuccessKind, String, String, String) {
    let TestCaseStatus::NonSuccess { kind, message, ty, description, .. } = status else {
        panic!("it did not fail: {status:?}")
    };
    let text = |text: &Option<XmlString>| text.clone().map(XmlString::into_string).unwrap_or_default();
    (*kind, text(message), text(ty), text(description))
}

#[test]
fn the_results_are_written_for_ci() {
    let bench = bench();
    minimum(&bench, &json!(80));
    bench.change("cases.json", |cases| {
        cases["cases"][0]["name"] = json!("It looks & \"sees\" <nothing>\u{1b}[2J");
        cases["cases"][0]["expect"]["output"] = json!({"seen": "]]>"});
    });
    let report = junit(&bench);
    let suites: Vec<(&str, usize, usize)> =
        report.test_suites.iter().map(|suite| (suite.name.as_str(), suite.tests, suite.failures)).collect();
    assert_eq!(suites, [("post-note", 3, 0), ("probe", 3, 2), ("restart-service", 3, 0)]);
    assert_eq!((report.tests, report.failures, report.errors), (9, 2, 0));
    assert!(report.time.is_some() && report.test_suites.iter().all(|suite| suite.time.is_some()));

    let probe = &report.test_suites[1];
    let names: Vec<&str> = probe.test_cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names, ["It looks & \"sees\" <nothing>", "A service fails", "State coverage"]);
    assert!(
        probe
            .test_cases
            .iter()
            .all(|case| case.classname.as_ref().is_some_and(|name| name.as_str() == "probe"))
    );
    assert!(matches!(probe.test_cases[1].status, TestCaseStatus::Success { .. }));
    let (kind, message, about, text) = failure(&probe.test_cases[0].status);
    assert_eq!((kind, about.as_str()), (NonSuccessKind::Failure, "output at /seen"));
    assert_eq!(message, "output at /seen: expected \"]]>\", got nothing in state Look");
    for part in ["state     Look", "input     {", "path      Look"] {
        assert!(text.contains(part), "{text}");
    }
    let (kind, message, _, text) = failure(&probe.test_cases[2].status);
    assert_eq!(kind, NonSuccessKind::Failure);
    assert_eq!(message, "25 % of the states were visited, portal.json asks for 80 %");
    assert_eq!(text, "not visited: Pause, Each, One");
}

#[test]
fn what_cannot_be_tested_is_an_error_for_ci() {
    let bench = bench();
    bench.change("permissions.json", |permissions| permissions["Statement"] = json!([]));
    let report = junit(&bench);
    assert_eq!((report.tests, report.failures, report.errors), (5, 0, 1));
    let (kind, message, _, text) = failure(&report.test_suites[1].test_cases[0].status);
    assert_eq!(kind, NonSuccessKind::Error);
    assert!(message.starts_with("site-gen check finds problems"), "{message}");
    assert!(text.contains("ecs:ListTasks"), "{text}");
}

#[test]
fn a_report_that_cannot_be_written_is_an_error() {
    let bench = bench();
    let file = bench.path().join("portal.json/cases.xml");
    let output = site_gen(&["test", "--junit", file.to_str().expect("a path in text")], bench.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot write"), "{}", stderr(&output));
}
