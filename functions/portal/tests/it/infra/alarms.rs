//! Nothing that can fail fails unseen, and no alarm or picture waits for a metric that nobody sends.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value as Json;
use yaml_serde::Value;

use super::{resources, template, text};

#[test]
fn every_function_has_an_alarm_on_its_errors() {
    let alarms = alarms();
    for (id, function) in resources(&template("template.yaml"), "AWS::Serverless::Function") {
        let name = text(&function["Properties"]["FunctionName"]);
        let alarmed = |metric: &str| {
            alarms.iter().any(|(_, alarm)| {
                alarm["MetricName"] == metric && alarm["Dimensions"][0]["Value"] == name.as_str()
            })
        };
        assert!(alarmed("Errors"), "{id} has no alarm in alarms.yaml");
    }
}

#[test]
fn every_dead_letter_queue_has_an_alarm() {
    let alarms = alarms();
    let queues = resources(&template("template.yaml"), "AWS::SQS::Queue");
    let dead = queues.into_iter().filter(|(id, _)| id.ends_with("DeadLetters"));
    let names: Vec<_> = dead.map(|(_, queue)| text(&queue["Properties"]["QueueName"])).collect();
    assert_eq!(names, ["drawbridge-dead-letters", "drawbridge-interactions-dead"]);
    for name in names {
        let alarmed = alarms.iter().any(|(_, alarm)| alarm["Dimensions"][0]["Value"] == name.as_str());
        assert!(alarmed, "{name}");
    }
}

#[test]
fn every_alarm_is_told_and_has_its_page_of_the_runbook() {
    let runbook = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/RUNBOOK.md");
    let runbook = std::fs::read_to_string(runbook).expect("the runbook");
    let mut named = BTreeSet::new();
    for (id, alarm) in alarms() {
        for actions in ["AlarmActions", "OKActions"] {
            assert_eq!(text(&alarm[actions][0]), "!Ref Alarms", "{id}");
        }
        let name = text(&alarm["AlarmName"]);
        let name = name.strip_prefix("drawbridge-").expect("ours");
        let page = if name.ends_with("-errors") { "STEP-errors" } else { name };
        assert!(runbook.contains(&format!("`{page}`")), "{id}: the runbook has no `{page}`");
        assert!(named.insert(name.to_owned()), "{name} twice");
    }
    assert!(named.len() >= 25, "{named:?}");
}

#[test]
fn alarms_and_dashboard_know_only_metrics_that_are_sent() {
    let mut used = BTreeSet::new();
    for (_, alarm) in alarms() {
        let own = [alarm.clone()];
        let inner = alarm["Metrics"].as_sequence().into_iter().flatten();
        let inner = inner.map(|one| one["MetricStat"]["Metric"].clone());
        for metric in own.into_iter().chain(inner).filter(|metric| metric["Namespace"] == "Drawbridge") {
            used.insert(text(&metric["MetricName"]));
        }
    }
    assert!(used.contains("StuckRuns") && used.contains("OldestApprovalSeconds"), "{used:?}");
    used.extend(pictured());
    assert_eq!(used, sent(), "what is looked at, and what the functions send");
}

/// The metrics that the code makes.
fn sent() -> BTreeSet<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut sent = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap_or_default();
            // `count` is how telemetry/facts.rs makes those of a workflow.
            let own = if path.ends_with("telemetry/facts.rs") { "count(\"" } else { "Metric::one(\"" };
            for made in ["Metric::one(\"", "Metric::seconds(\"", "Metric::milliseconds(\"", own] {
                sent.extend(
                    source.split(made).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())),
                );
            }
        }
    }
    sent
}

/// The metrics of the dashboard, which must be the JSON that CloudWatch takes.
fn pictured() -> BTreeSet<String> {
    let template = template("dashboard.yaml");
    let Value::Tagged(body) = &template["Resources"]["Dashboard"]["Properties"]["DashboardBody"] else {
        panic!("a !Sub");
    };
    let body: Json = serde_json::from_str(body.value.as_str().expect("text")).expect("JSON");
    let mut used = BTreeSet::new();
    for widget in body["widgets"].as_array().expect("widgets") {
        for metric in widget["properties"]["metrics"].as_array().expect("metrics") {
            if metric[0] == "Drawbridge" {
                used.insert(metric[1].as_str().expect("a name").to_owned());
            } else if let Some(search) = metric[0]["expression"].as_str()
                && search.contains("{Drawbridge,")
            {
                let name = search.split("MetricName=\"").nth(1).and_then(|rest| rest.split('"').next());
                used.insert(name.expect("one metric").to_owned());
            }
        }
    }
    used
}

fn alarms() -> Vec<(String, Value)> {
    let alarms = resources(&template("alarms.yaml"), "AWS::CloudWatch::Alarm").into_iter();
    alarms.map(|(id, alarm)| (id, alarm["Properties"].clone())).collect()
}
