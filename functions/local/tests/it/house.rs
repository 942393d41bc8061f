//! The house's own rules: who may import whom, and that one name means one thing everywhere.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::support::shipped;

/// Which of our packages each may depend on. `local` is wiring and may know all.
const MAY_IMPORT: [(&str, &[&str]); 6] = [
    ("asl", &[]),
    ("form", &[]),
    ("catalog-model", &["asl", "form"]),
    ("portal", &["catalog-model", "form"]),
    ("site-gen", &["asl", "catalog-model", "form"]),
    ("local", &["asl", "catalog-model", "form", "portal", "site-gen"]),
];

#[test]
fn dependencies_point_one_way() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(shipped(""))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let packages = metadata["packages"].as_array().expect("packages");
    let ours: BTreeSet<_> =
        packages.iter().map(|package| package["name"].as_str().expect("a name")).collect();
    assert_eq!(ours, MAY_IMPORT.iter().map(|(name, _)| *name).collect(), "every package has its line here");
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let (_, allowed) = MAY_IMPORT.iter().find(|(known, _)| *known == name).expect("its line");
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let imported = dependency["name"].as_str().expect("a name");
            let fine = !ours.contains(imported) || allowed.contains(&imported) || dependency["kind"] == "dev";
            assert!(fine, "{name} must not import {imported}");
        }
    }
}

#[test]
fn the_machines_the_functions_and_the_template_use_the_same_names() {
    let gateway = std::fs::read_to_string(shipped("infra/state-machines/gateway.asl.json")).expect("a file");
    let door = std::fs::read_to_string(shipped("infra/state-machines/door.asl.json")).expect("a file");
    let template = std::fs::read_to_string(shipped("infra/template.yaml")).expect("a file");
    for step in portal::steps::NAMES {
        let handler = format!("Handler: {step}\n");
        assert!(template.contains(&handler), "the template has a function for {step}");
        let logical_id = format!("{}Function", pascal_case(step));
        assert!(template.contains(&format!("  {logical_id}:\n")), "the template names it {logical_id}");
        if !portal::steps::SCHEDULED.contains(&step) {
            let machine = if portal::steps::AT_THE_DOOR.contains(&step) { &door } else { &gateway };
            assert!(machine.contains(&format!("${{{logical_id}Arn}}")), "a state machine calls {logical_id}");
            assert!(
                machine.contains(&format!("\"{}\": {{", pascal_case(step))),
                "its state has the same name"
            );
        }
    }
}

/// `next-gate` is `NextGate`.
fn pascal_case(name: &str) -> String {
    let words = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
    words.collect()
}
