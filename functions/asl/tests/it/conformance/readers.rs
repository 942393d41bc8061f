//! Distributed Maps that read from S3, as recorded: outcome and whole history must be AWS's.

use std::io::Write as _;

use serde_json::Value;

use super::{compare, recordings, world};

#[test]
fn readers_agree_with_aws() {
    let mut out = std::io::stderr().lock();
    let path = recordings().with_file_name("cases_services.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        writeln!(out, "readers: DID NOT RUN, there is no {}", path.display()).expect("stderr");
        return;
    };
    let cases = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("a case is JSON"));
    let (mut read, mut wrong) = (0, Vec::new());
    for case in cases.filter(|case| case["definition"].to_string().contains("\"ItemReader\"")) {
        read += 1;
        if let Some((level, differences)) = compare::differs(&case, &world::replay(&case)) {
            wrong.push(format!("{} {}\n  {}", level.name(), case["id"], differences.join("\n  ")));
        }
    }
    writeln!(out, "readers: {} of {read} agree with AWS, events and all", read - wrong.len())
        .expect("stderr");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
