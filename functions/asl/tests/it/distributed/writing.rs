//! `ResultWriter`.

use serde_json::{Value, json};

use super::world::{Outcome, World, calling, definition};

fn written(config: &Value, tolerated: u64) -> Outcome {
    let mut writer = json!({"Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "out", "Prefix": "jobs"}});
    if !config.is_null() {
        writer["WriterConfig"] = config.clone();
    }
    let machine = definition(&json!({"Label": "w", "ItemProcessor": calling(), "MaxConcurrency": 1,
        "ToleratedFailureCount": tolerated, "ResultWriter": writer}));
    let world = World { broken: vec![json!([2])], ..World::default() };
    world.run(&machine, json!([[1], [2], [3]]))
}

fn file(ended: &Outcome, name: &str) -> Value {
    let (_, body) =
        ended.objects.iter().find(|((_, key), _)| key.ends_with(name)).unwrap_or_else(|| panic!("no {name}"));
    serde_json::from_str(body).expect("json")
}

#[test]
fn a_manifest_names_the_files() {
    let ended = written(&Value::Null, 1);
    let arn = ended.family.map_runs().next().map(|run| run.request().arn.clone()).expect("a map run");
    let id = arn.rsplit(':').next().expect("an id");
    let details = json!({"Bucket": "out", "Key": format!("jobs/{id}/manifest.json")});
    let want = json!({"MapRunArn": arn, "ResultWriterDetails": details});
    assert_eq!(ended.execution.output(), Some(&want));
    let manifest = file(&ended, "manifest.json");
    assert_eq!((&manifest["DestinationBucket"], &manifest["MapRunArn"]), (&json!("out"), &json!(arn)));
    let files = &manifest["ResultFiles"];
    assert_eq!(files["PENDING"], json!([]));
    assert_eq!(files["SUCCEEDED"][0]["Key"], json!(format!("jobs/{id}/SUCCEEDED_0.json")));
    let size = ended.objects[&("out".to_owned(), format!("jobs/{id}/FAILED_0.json"))].len();
    assert_eq!(files["FAILED"][0]["Size"], json!(size));
    let counts = ended.family.map_runs().next().map(asl::MapRun::item_counts).expect("a map run");
    assert_eq!((counts.results_written, counts.failed), (3, 1));
}

#[test]
fn files_say_everything_about_the_children() {
    let ended = written(&Value::Null, 1);
    let mut good = file(&ended, "SUCCEEDED_0.json")[1].clone();
    for name in ["ExecutionArn", "Name", "StartDate", "StopDate"] {
        assert!(good[name].is_string(), "{name}");
        good.as_object_mut().map(|members| members.remove(name));
    }
    assert_eq!(
        good,
        json!({"Input": "[3]", "InputDetails": {"Included": true}, "Output": "[3]",
            "OutputDetails": {"Included": true}, "RedriveCount": 0, "RedriveStatus": "NOT_REDRIVABLE",
            "RedriveStatusReason": "Execution is SUCCEEDED and cannot be redriven", "Status": "SUCCEEDED",
            "StateMachineArn": "arn:aws:states:us-east-1:111111111111:stateMachine:machine/w"})
    );
    let bad = &file(&ended, "FAILED_0.json")[0];
    assert_eq!(
        (&bad["Status"], &bad["Error"], &bad["Cause"]),
        (&json!("FAILED"), &json!("Broken"), &json!("[2]"))
    );
}

#[test]
fn results_are_transformed() {
    assert_eq!(
        file(&written(&json!({"Transformation": "COMPACT"}), 1), "SUCCEEDED_0.json"),
        json!([[1], [3]])
    );
    assert_eq!(file(&written(&json!({"Transformation": "FLATTEN"}), 1), "SUCCEEDED_0.json"), json!([1, 3]));
    let lines = written(&json!({"Transformation": "COMPACT", "OutputType": "JSONL"}), 1);
    let (_, body) =
        lines.objects.iter().find(|((_, key), _)| key.ends_with("SUCCEEDED_0.jsonl")).expect("a file");
    assert_eq!(body, "[1]\n[3]\n");
}

#[test]
fn without_a_bucket_the_transformation_is_of_the_result() {
    let machine = definition(&json!({"ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN"}}}));
    let ended = World::default().run(&machine, json!([[1, 2], 3, []]));
    assert_eq!(ended.execution.output(), Some(&json!([1, 2, 3])));
}

#[test]
fn what_never_ran_is_written_as_pending() {
    let ended = written(&Value::Null, 0);
    assert_eq!(ended.execution.error(), Some("States.ExceedToleratedFailureThreshold"));
    let pending = file(&ended, "PENDING_0.json");
    assert_eq!(pending, json!([{"Input": "[3]", "InputDetails": {"Included": true}, "Status": "PENDING"}]));
}

#[test]
fn what_cannot_be_written_fails_the_map_run() {
    let machine = definition(&json!({"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket": "out", "Prefix": ""}}}));
    let world = World { read_only: true, ..World::default() };
    let ended = world.run(&machine, json!([1]));
    assert_eq!(
        (ended.execution.error(), ended.execution.cause()),
        (Some("States.ResultWriterFailed"), Some("Access Denied"))
    );
    let world = World { read_only: true, ..World::default() };
    let ended = world.redrive(&machine, json!([1]));
    assert!(ended.execution.output().is_some_and(|output| output["ResultWriterDetails"]["Bucket"] == "out"));
}
