//! `site-gen check`.

use std::fs;

use super::{copy, shipped, site_gen, stdout};

#[test]
fn a_sound_catalog_is_counted() {
    let output = site_gen(&["check"], &shipped());
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.starts_with("4 teams, ") && text.ends_with(" workflows: no problems\n"), "{text}");
}

#[test]
fn every_problem_is_printed_and_counted_and_no_terminal_obeys_its_text() {
    let dir = copy();
    let workflow = dir.path().join("workflows/resize-rds-cluster/workflow.json");
    let text = fs::read_to_string(&workflow).expect("it is in the catalog");
    let text = text.replacen("\"owner\": \"cloud-ops\"", "\"owner\": \"cloud-opps\\u001b[2J\"", 1);
    fs::write(&workflow, text).expect("it can be written");
    fs::write(dir.path().join("teams/data-platform.json"), "{\"name\": \"Data\", }")
        .expect("it can be written");
    let output = site_gen(&["check"], dir.path());
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("check", stdout(&output));
}

#[test]
fn problems_are_printed_as_json() {
    let dir = copy();
    fs::remove_file(dir.path().join("portal.json")).expect("it is in the catalog");
    let output = site_gen(&["check", "--json"], dir.path());
    assert_eq!(output.status.code(), Some(1));
    let problems: Vec<catalog_model::Problem> =
        serde_json::from_slice(&output.stdout).expect("it is a list of problems");
    assert!(problems.iter().any(|problem| problem.code == "missing-file"), "{problems:?}");
    assert_eq!(stdout(&site_gen(&["check", "--json"], &shipped())), "[]\n");
}

#[test]
fn a_folder_that_does_not_exist_is_a_problem() {
    let output = site_gen(&["check"], &shipped().join("nowhere"));
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("[no-catalog]"), "{}", stdout(&output));
}
