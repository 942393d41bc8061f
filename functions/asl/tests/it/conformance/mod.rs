//! What AWS did, recorded, and what the engine does with the same: executions replayed, states
//! tested, definitions refused, validated and searched for variables.
//!
//! The recordings are not part of this repository. They are looked for in `../../../shared` beside
//! it, or in the folder that `DRAWBRIDGE_SHARED` names; without them the test says that it did not
//! run. `DRAWBRIDGE_CONFORMANCE=verbose` prints every difference; `DRAWBRIDGE_RESULTS=FILE` writes the
//! outcomes with their histories there, which the recordings' own `compare.py` reads.
//!
//! What differs is listed in `known.json`, and nothing else may.

mod compare;
mod known;
mod readers;
mod requests;
mod s3;
mod world;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use compare::Level;

#[test]
fn recordings_agree_with_aws() {
    let mut out = std::io::stderr().lock();
    let path = recordings();
    let Ok(text) = std::fs::read_to_string(&path) else {
        writeln!(out, "conformance: DID NOT RUN, there is no {}", path.display()).expect("stderr");
        return;
    };
    let verbose = std::env::var("DRAWBRIDGE_CONFORMANCE").is_ok_and(|value| value == "verbose");
    let mut results = std::env::var_os("DRAWBRIDGE_RESULTS")
        .map(|path| std::fs::File::create(path).expect("DRAWBRIDGE_RESULTS"));
    let mut tally = Tally::default();
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).expect("a case is JSON");
        let id = case["id"].as_str().unwrap_or_default();
        let mut actual = run(&case);
        let difference = compare::differs(&case, &actual);
        if let (true, Some((level, differences))) = (verbose, &difference) {
            writeln!(out, "{} {id}\n  {}", level.name(), differences.join("\n  ")).expect("stderr");
        }
        if let Some(file) = &mut results {
            actual["id"] = case["id"].clone();
            writeln!(file, "{actual}").expect("DRAWBRIDGE_RESULTS");
        }
        let level = difference.map(|(level, _)| level);
        tally.count(&case, level);
        found.insert(id.to_owned(), level);
    }
    write!(out, "{}", tally.table()).expect("stderr");
    let mistakes = known::List::read().mistakes(&found);
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

/// What the engine makes of a case, in the recording's shape.
fn run(case: &Value) -> Value {
    match case["kind"].as_str().unwrap_or_default() {
        "execution" | "express_sync" | "express_async" => world::replay(case),
        "start_rejected" => requests::start(case),
        "create_rejected" => requests::create(case),
        "validate_definition" => requests::validate(case),
        "variable_references" => requests::variables(case),
        "test_state" => requests::test_state(case),
        other => panic!("no such kind of case here: {other}"),
    }
}

/// How many cases of each category agree at each level.
#[derive(Default)]
struct Tally(BTreeMap<String, [usize; 4]>);

impl Tally {
    fn count(&mut self, case: &Value, differs: Option<Level>) {
        let category = case["category"].as_str().unwrap_or_default().to_owned();
        for name in [category, "all".to_owned()] {
            let row = self.0.entry(name).or_default();
            row[3] += 1;
            for (place, level) in Level::ALL.into_iter().enumerate() {
                row[place] += usize::from(differs.is_none_or(|differs| level < differs));
            }
        }
    }

    fn table(&self) -> String {
        let mut lines = vec![format!(
            "{:<30} {:>8} {:>8} {:>8} {:>8}",
            "conformance", "outcome", "types", "events", "of"
        )];
        lines.extend(self.0.iter().map(|(name, [outcome, types, events, all])| {
            format!("{name:<30} {outcome:>8} {types:>8} {events:>8} {all:>8}")
        }));
        lines.join("\n") + "\n"
    }
}

fn recordings() -> PathBuf {
    let shared = std::env::var_os("DRAWBRIDGE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    shared.join("asl-conformance/cases.jsonl")
}
