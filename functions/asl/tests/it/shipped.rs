//! The state machines of this repository are definitions that the engine runs.

use std::path::{Path, PathBuf};

use asl::Definition;
use serde_json::json;

use crate::test_state::done;

fn machines(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a folder's entry").path();
        if path.is_dir() {
            machines(&path, found);
        } else if path.to_string_lossy().ends_with(".asl.json") {
            found.push(path);
        }
    }
}

#[test]
fn every_state_machine_of_this_repository_is_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    for folder in ["catalog/workflows", "infra/state-machines"] {
        machines(&root.join(folder), &mut found);
    }
    assert!(!found.is_empty(), "state machines are expected under {}", root.display());
    for path in found {
        let text = std::fs::read_to_string(&path).expect("a definition");
        if let Err(findings) = Definition::parse(&text) {
            panic!("{}: {findings:#?}", path.display());
        }
    }
}

/// The relay ends a run some time after its deadline, and nothing privileged may begin behind that end.
#[test]
fn the_gateway_repeats_a_throttled_start_only_while_the_run_has_time() {
    const LATER: i64 = 4_000_000_000_000;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra/state-machines/gateway.asl.json");
    let gateway = std::fs::read_to_string(path).expect("the gateway's definition");
    let check = |overdue_at: i64, cause: &str, next: &str| {
        let failure = json!({"Error": "States.TaskFailed", "Cause": cause});
        let variables =
            json!({"failure": failure, "child_arn": "arn:child", "starts": 1, "overdue_at": overdue_at});
        let request =
            json!({"definition": gateway, "stateName": "StartFailed", "input": {}, "variables": variables});
        assert_eq!(done(&request)["nextState"], next, "{overdue_at}: {cause}");
    };
    check(LATER, "Rate exceeded", "WaitToStart");
    check(0, "Rate exceeded", "DescribeWorkflow");
    check(LATER, "The execution arn:child failed: Rate exceeded", "DescribeWorkflow");
    check(LATER, "not authorized to perform states:StartExecution", "Finish");
}
