//! Executions recorded from AWS, replayed: status, output, error and cause must be AWS's.
//!
//! The recordings are not part of this repository. They are looked for in `../../../shared` beside
//! it, or in the folder that `DRAWBRIDGE_SHARED` names; without them the test says that it did not
//! run. `DRAWBRIDGE_CONFORMANCE=verbose` lists every difference; `DRAWBRIDGE_RESULTS=FILE` writes the
//! outcomes with their histories there, which the recordings' own `compare.py` reads.

mod compare;
mod s3;
mod world;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::Value;

/// Executions whose outcome must be AWS's; raise it when more are.
const FLOOR: usize = 468;

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
    refused: usize,
}

#[test]
fn executions_end_as_they_did_on_aws() {
    let mut out = std::io::stderr().lock();
    let path = recordings();
    let Ok(text) = std::fs::read_to_string(&path) else {
        writeln!(out, "conformance: DID NOT RUN, there is no {}", path.display()).expect("stderr");
        return;
    };
    let verbose = std::env::var("DRAWBRIDGE_CONFORMANCE").is_ok_and(|value| value == "verbose");
    let mut results = std::env::var_os("DRAWBRIDGE_RESULTS")
        .map(|path| std::fs::File::create(path).expect("DRAWBRIDGE_RESULTS"));
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("a case is JSON");
        if case["kind"] != "execution" {
            continue;
        }
        let tally = tallies.entry(case["category"].as_str().unwrap_or_default().to_owned()).or_default();
        let id = case["id"].as_str().and_then(|id| id.rsplit("::").next()).unwrap_or_default();
        match world::replay(&case) {
            Err(refusal) => {
                tally.refused += 1;
                if verbose {
                    writeln!(out, "REFUSED {id}: {refusal}").expect("stderr");
                }
            }
            Ok(mut actual) => {
                actual["id"] = case["id"].clone();
                if let Some(file) = &mut results {
                    writeln!(file, "{actual}").expect("DRAWBRIDGE_RESULTS");
                }
                if let Some(members) = actual.as_object_mut() {
                    members.remove("id");
                }
                let differences = compare::outcome(&case["expected"], &actual);
                if differences.is_empty() {
                    tally.passed += 1;
                } else {
                    tally.failed += 1;
                    if verbose {
                        writeln!(out, "FAILED {id}\n  {}", differences.join("\n  ")).expect("stderr");
                    }
                }
            }
        }
    }
    for (category, tally) in &tallies {
        let Tally { passed, failed, refused } = tally;
        writeln!(out, "{category}: {passed} as on AWS, {failed} not, {refused} refused").expect("stderr");
    }
    let total: usize = tallies.values().map(|t| t.passed + t.failed + t.refused).sum();
    let passed: usize = tallies.values().map(|tally| tally.passed).sum();
    writeln!(out, "conformance: {passed} of {total} executions end as on AWS").expect("stderr");
    assert!(passed >= FLOOR, "{passed} executions end as on AWS, {FLOOR} did before");
}

fn recordings() -> PathBuf {
    let shared = std::env::var_os("DRAWBRIDGE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    shared.join("asl-conformance/cases.jsonl")
}
