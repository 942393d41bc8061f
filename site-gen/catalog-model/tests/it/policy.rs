//! The example of `APPROVALS.md`: it is sound, and it shows everything that a policy can say.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use catalog_model::schemas;
use serde_json::{Value, json};

use crate::fixture;

/// The first block of JSON on the page.
fn example() -> Value {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("APPROVALS.md");
    let text = fs::read_to_string(page).expect("the page is in the repository");
    let (_, rest) = text.split_once("```json\n").expect("it has an example");
    let (example, _) = rest.split_once("```").expect("the example ends");
    serde_json::from_str(example).expect("it is JSON")
}

/// Writes a file of the catalog anew.
fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let text = fs::read_to_string(path).expect("the base has the file");
    let mut value = serde_json::from_str(&text).expect("it is JSON");
    change(&mut value);
    fs::write(path, value.to_string()).expect("it can be written");
}

#[test]
fn the_example_is_sound() {
    let dir = fixture::base();
    edit(&dir.path().join("teams/cloud-ops.json"), |team| {
        for (group, members) in [
            ("payment-owners", json!(["ada", "bob", "cyd"])),
            ("duty-managers", json!(["cyd", "dee"])),
            ("cloud-approvers", json!(["ada", "bob"])),
            ("security-approvers", json!(["cyd", "dee"])),
        ] {
            team["groups"][group] = json!({"name": group, "members": members});
        }
    });
    edit(&dir.path().join("workflows/restart-service/workflow.json"), |workflow| {
        let policy = example();
        for (field, value) in policy.as_object().expect("an object") {
            workflow[field] = value.clone();
        }
    });
    assert_eq!(fixture::problems(dir.path()), []);
}

#[test]
fn the_example_uses_every_field() {
    let policy = example();
    let gates = policy["approvals"].as_array().expect("gates").iter();
    let escalations = gates.clone().filter_map(|gate| gate.get("escalate"));
    let (_, schema) =
        schemas::all().into_iter().find(|(name, _)| *name == "workflow.schema.json").expect("it is one");
    for (kind, used) in [
        ("Approval", names(gates)),
        ("Escalation", names(escalations)),
        ("BreakGlass", names([&policy["break_glass"]].into_iter())),
    ] {
        assert_eq!(used, names([&schema["$defs"][kind]["properties"]].into_iter()), "{kind}");
    }
}

fn names<'v>(objects: impl Iterator<Item = &'v Value>) -> BTreeSet<&'v str> {
    objects.filter_map(Value::as_object).flat_map(serde_json::Map::keys).map(String::as_str).collect()
}
