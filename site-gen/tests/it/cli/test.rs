//! `site-gen test`.

mod failures;
mod reach;
mod reports;

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use super::{shipped, site_gen, stderr, stdout};
use crate::support::{copy, here};

/// A catalog with one workflow, `probe`, beside two sound ones.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    /// The workflow's steps, the IAM actions they need, and their cases.
    fn new(steps: &Value, actions: &[&str], cases: &Value) -> Self {
        let bench = Self { folder: tempfile::tempdir().expect("there is room for a temporary folder") };
        copy(&here().join("tests/it/catalog"), bench.path());
        fs::create_dir(bench.path().join("workflows/probe")).expect("a folder");
        fs::write(bench.path().join("workflows/probe/guide.md"), "Probes.\n").expect("a file");
        let parameters = json!({"type": "object", "properties": {
            "services": {"type": "array", "items": {"type": "string"}},
            "key": {"type": "string", "writeOnly": true},
        }});
        bench.write(
            "workflow.json",
            &json!({"title": "Probe", "summary": "Probes.", "owner": "platform", "kind": "operation",
                    "timeout": "P300D", "parameters": parameters}),
        );
        let statements: Vec<Value> = actions
            .iter()
            .enumerate()
            .map(|(number, action)| {
                json!({"Sid": format!("S{number}"), "Effect": "Allow", "Action": action, "Resource": "*"})
            })
            .collect();
        bench.write("permissions.json", &json!({"Version": "2012-10-17", "Statement": statements}));
        bench.write("steps.asl.json", steps);
        bench.write("cases.json", &json!({"cases": cases}));
        bench
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, file: &str, content: &Value) {
        let path = self.path().join("workflows/probe").join(file);
        fs::write(path, format!("{content:#}\n")).expect("it can be written");
    }

    /// Changes one of the workflow's files.
    fn change(&self, file: &str, change: impl FnOnce(&mut Value)) {
        change_json(&self.path().join("workflows/probe").join(file), change);
    }

    /// Tests the workflow.
    fn probe(&self) -> Output {
        site_gen(&["test", "--workflow", "probe"], self.path())
    }
}

fn change_json(path: &Path, change: impl FnOnce(&mut Value)) {
    let text = fs::read_to_string(path).expect("it is there");
    let mut content = serde_json::from_str(&text).expect("it is JSON");
    change(&mut content);
    fs::write(path, format!("{content:#}\n")).expect("it can be written");
}

/// What was written, with `N ms` for every time.
fn timeless(output: &Output) -> String {
    let text = stdout(output);
    let mut words: Vec<&str> = text.split(' ').collect();
    for index in 1..words.len() {
        if words[index].starts_with("ms") && words[index - 1].parse::<f64>().is_ok() {
            words[index - 1] = "N";
        }
    }
    words.join(" ")
}

fn returns(value: &Value) -> Value {
    json!({"0": {"Return": value}})
}

fn throws(error: &str) -> Value {
    json!({"0": {"Throw": {"Error": error, "Cause": "The service said no."}}})
}

/// A case in which a service fails, which every workflow must have.
fn a_service_fails(state: &str) -> Value {
    json!({"name": "A service fails", "parameters": {}, "mocks": {state: throws("Ecs.ServerException")},
           "expect": {"status": "FAILED", "error": "Ecs.ServerException"}})
}

#[test]
fn every_shipped_workflow_passes_and_reaches_the_minimum() {
    let output = site_gen(&["test"], &shipped());
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).ends_with(": all passed\n"), "{}", stdout(&output));
    let portal = fs::read_to_string(shipped().join("portal.json")).expect("it is in the catalog");
    let portal: catalog_model::Portal = serde_json::from_str(&portal).expect("it is a portal");
    assert!(u8::from(portal.tests.minimum_state_coverage) >= 90);
}

#[test]
fn the_same_cases_give_the_same_output() {
    let once = timeless(&site_gen(&["test"], &shipped()));
    assert_eq!(once, timeless(&site_gen(&["test"], &shipped())));
}

#[test]
fn a_workflow_or_a_case_can_be_chosen() {
    let test = |arguments: &[&str]| site_gen(&[&["test"], arguments].concat(), &shipped());
    let one = test(&["--workflow", "post-to-slack"]);
    assert_eq!(one.status.code(), Some(0));
    assert!(stdout(&one).starts_with("ok    post-to-slack: 8 cases passed"), "{}", stdout(&one));
    assert!(stdout(&one).contains("\n1 workflow, 8 cases"), "{}", stdout(&one));

    // One case alone need not reach the minimum.
    let one = test(&["--case", "The partner took the webhook away"]);
    assert_eq!(one.status.code(), Some(0), "{}", stdout(&one));
    assert!(stdout(&one).starts_with("ok    post-to-slack: 1 case passed"), "{}", stdout(&one));

    let unknown = test(&["--workflow", "post-to-slak"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        stderr(&unknown)
            .contains("there is no workflow `post-to-slak`; known are `apply-rds-maintenance`, `approval`")
    );
    let unknown = test(&["--case", "no such case"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("no case has `no such case` in its name"), "{}", stderr(&unknown));
}

#[test]
fn a_workflow_with_problems_is_not_tested_and_the_others_are() {
    let cases = json!([{"name": "It passes", "parameters": {}, "expect": {"status": "SUCCEEDED"}}]);
    let steps = json!({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}});
    let bench = Bench::new(&steps, &[], &cases);
    bench.change("cases.json", |cases| {
        cases["cases"][0]["mocks"] = json!({"Dnoe": returns(&json!({}))});
    });
    bench.change("permissions.json", |permissions| permissions["Version"] = json!("2008-10-17"));
    let output = site_gen(&["test"], bench.path());
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("problems", timeless(&output));

    fs::write(bench.path().join("portal.json"), "{").expect("it can be written");
    let output = site_gen(&["test"], bench.path());
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("broken_portal", timeless(&output));
}
