//! How many bytes an execution takes while it waits, in memory and written down.
//!
//! `cargo bench -p asl --bench memory`. In memory is what the process grew by, divided.

#[expect(dead_code, reason = "this benchmark only begins executions")]
mod host;

use std::io::Write;

use serde_json::{Value, json};

/// How many wait at once.
const MANY: u64 = 20_000;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout();
    // They stay: what one machine's executions gave back, the next one's would take first.
    let mut all = Vec::new();
    for (name, machine) in machines() {
        let definition = host::definition(&machine);
        let input = json!({"run": {"id": "run-01J9Z3NDEKTSV4RRFFQ69G5FAV", "requester": "declan.moriarty",
            "digest": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"},
            "parameters": {"cluster": "orders-production", "instance_class": "db.r6g.2xlarge", "reason": "Black Friday"}});
        let before = resident()?;
        let waiting: Vec<_> =
            (0..MANY).map(|n| host::start(&definition, &format!("run-{n:06}"), &input).0).collect();
        let grown = resident()?.saturating_sub(before);
        let stored = serde_json::to_vec(&waiting[0])?.len();
        all.push(waiting);
        writeln!(out, "{name}: {} bytes in memory, {stored} bytes stored", grown / MANY)?;
    }
    Ok(())
}

/// What an execution waits in.
fn machines() -> Vec<(&'static str, Value)> {
    let approval = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "TimeoutSeconds": 86400, "Parameters": {"QueueUrl": "https://queue", "MessageBody": {"token.$": "$$.Task.Token",
        "run.$": "$.run"}}, "End": true});
    let one = |name: &str, state: &Value| json!({"StartAt": name, "States": {name: state}});
    let wait = json!({"Type": "Wait", "Seconds": 86400, "End": true});
    let named = |name: &str, state: &Value| json!({"StartAt": name, "States": {name: state}});
    vec![
        ("a Wait", one("Wait", &wait)),
        ("a task token", one("Approval", &approval)),
        (
            "a Parallel of three",
            one(
                "All",
                &json!({"Type": "Parallel", "End": true,
                "Branches": [named("A", &wait), named("B", &wait), named("C", &approval)]}),
            ),
        ),
    ]
}

/// Bytes of the process that are in memory.
fn resident() -> std::io::Result<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm")?;
    let resident = pages.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok());
    resident.map(|pages| pages * 4096).ok_or_else(|| std::io::Error::other("statm has no second number"))
}
