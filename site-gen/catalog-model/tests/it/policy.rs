//! The examples of `APPROVALS.md`: they are sound, and together they show everything that a policy can say.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use catalog_model::schemas;
use serde_json::{Value, json};

use crate::fixture;

/// The blocks of JSON on the page: a workflow's policy, and an operation's whose approvers are chosen.
fn examples() -> [Value; 2] {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("APPROVALS.md");
    let text = fs::read_to_string(page).expect("the page is in the repository");
    let blocks = text.split("```json\n").skip(1);
    let json = |block: &str| {
        let (example, _) = block.split_once("```").expect("the example ends");
        serde_json::from_str(example).expect("it is JSON")
    };
    blocks.map(json).collect::<Vec<_>>().try_into().expect("two examples")
}

/// Writes a file of the catalog anew.
fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let text = fs::read_to_string(path).expect("the base has the file");
    let mut value = serde_json::from_str(&text).expect("it is JSON");
    change(&mut value);
    fs::write(path, value.to_string()).expect("it can be written");
}

#[test]
fn the_examples_are_sound() {
    for example in examples() {
        let dir = fixture::base();
        let path = dir.path();
        edit(&path.join("teams/cloud-ops.json"), |team| {
            for (group, members) in [
                ("payment-owners", json!(["ada", "bob", "cyd"])),
                ("duty-managers", json!(["cyd", "dee"])),
                ("cloud-approvers", json!(["ada", "bob"])),
                ("security-approvers", json!(["cyd", "dee"])),
                ("architects", json!(["ada", "bob", "cyd", "dee"])),
                ("release-board", json!(["dee", "cyd", "bob", "ada"])),
            ] {
                team["groups"][group] = json!({"name": group, "members": members});
            }
        });
        edit(&path.join("workflows/restart-service/workflow.json"), |workflow| {
            for (field, value) in example.as_object().expect("an object") {
                workflow[field] = value.clone();
            }
        });
        if example.get("parameters").is_some() {
            edit(&path.join("workflows/restart-service/cases.json"), |cases| {
                for case in cases["cases"].as_array_mut().expect("cases") {
                    case["parameters"] = json!({"question": "Now?", "from": ["architects"], "number": 2});
                }
            });
        }
        assert_eq!(fixture::problems(path), []);
    }
}

#[test]
fn the_examples_use_every_field() {
    let policies = examples();
    let gates = || policies.iter().flat_map(|policy| policy["approvals"].as_array().expect("gates"));
    let escalations = gates().filter_map(|gate| gate.get("escalate"));
    let glasses = policies.iter().filter_map(|policy| policy.get("break_glass"));
    let (_, schema) =
        schemas::all().into_iter().find(|(name, _)| *name == "workflow.schema.json").expect("it is one");
    for (kind, used) in
        [("Approval", names(gates())), ("Escalation", names(escalations)), ("BreakGlass", names(glasses))]
    {
        assert_eq!(used, names([&schema["$defs"][kind]["properties"]].into_iter()), "{kind}");
    }
}

fn names<'v>(objects: impl Iterator<Item = &'v Value>) -> BTreeSet<&'v str> {
    objects.filter_map(Value::as_object).flat_map(serde_json::Map::keys).map(String::as_str).collect()
}
