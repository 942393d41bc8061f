//! `site-gen new`.

use std::collections::BTreeSet;
use std::fs;

use super::{copy, shipped, site_gen, stderr, stdout};

#[test]
fn a_new_workflow_of_any_team_is_sound() {
    let dir = copy();
    for team in ["cloud-ops", "data-platform", "developer-experience", "security"] {
        let output = site_gen(&["new", &format!("example-of-{team}"), "--team", team], dir.path());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(
            stdout(&output).contains(&format!("workflows/example-of-{team}/guide.md")),
            "{}",
            stdout(&output)
        );
    }
    let checked = stdout(&site_gen(&["check"], dir.path()));
    assert!(checked.ends_with("no problems\n"), "{checked}");
    for team in ["cloud-ops", "data-platform", "developer-experience", "security"] {
        let tested = site_gen(&["test", "--workflow", &format!("example-of-{team}")], dir.path());
        let text = stdout(&tested);
        assert_eq!(tested.status.code(), Some(0), "{text}");
        assert!(text.contains("2 cases passed, 6 of 6 states visited (100 %)"), "{text}");
    }
    let workflow = fs::read_to_string(dir.path().join("workflows/example-of-security/workflow.json"));
    let workflow: catalog_model::Workflow =
        serde_json::from_str(&workflow.expect("it was written")).expect("it is a workflow");
    assert_eq!(workflow.title, "Example of security");
    assert_eq!(workflow.owner, "security");
}

#[test]
fn a_title_is_taken_as_it_is() {
    let dir = copy();
    let title = "Say \"REGION\" & <b>ACCOUNT</b>";
    let output = site_gen(&["new", "say-it", "--team", "security", "--title", title], dir.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let workflow =
        fs::read_to_string(dir.path().join("workflows/say-it/workflow.json")).expect("it was written");
    let workflow: catalog_model::Workflow = serde_json::from_str(&workflow).expect("it is a workflow");
    assert_eq!(workflow.title, title);
}

#[test]
fn a_team_without_a_group_of_two_gets_no_gate() {
    let dir = copy();
    let team = dir.path().join("teams/lonely.json");
    let text = r##"{"name": "Lonely", "description": "One person.", "account": "123456789012",
        "slack_channel": "#lonely", "email": "lonely@example.com", "groups": {},
        "people": [{"id": "solo", "name": "Solo", "email": "solo@example.com"}]}"##;
    fs::write(team, text).expect("it can be written");
    assert_eq!(site_gen(&["new", "alone", "--team", "lonely"], dir.path()).status.code(), Some(0));
    let checked = stdout(&site_gen(&["check"], dir.path()));
    assert!(checked.ends_with("no problems\n"), "{checked}");
}

#[test]
fn nothing_is_overwritten() {
    let dir = copy();
    let folder = dir.path().join("workflows/resize-rds-cluster");
    let before = fs::read(folder.join("workflow.json")).expect("it is in the catalog");
    let output = site_gen(&["new", "resize-rds-cluster", "--team", "cloud-ops"], dir.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("exists already"), "{}", stderr(&output));
    assert_eq!(fs::read(folder.join("workflow.json")).expect("it is still there"), before);
}

#[test]
fn what_cannot_work_is_refused_and_nothing_is_written() {
    let dir = copy();
    let names = || -> BTreeSet<_> {
        let entries = fs::read_dir(dir.path().join("workflows")).expect("it is a folder");
        entries.map(|entry| entry.expect("it can be listed").file_name()).collect()
    };
    let before = names();
    let check = |arguments: &[&str], expect: &str| {
        let output = site_gen(arguments, dir.path());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(expect), "{arguments:?}: {}", stderr(&output));
    };
    check(
        &["new", "x", "--team", "cloud-opps"],
        "known are `cloud-ops`, `data-platform`, `developer-experience`, `security`",
    );
    check(&["new", "../x", "--team", "cloud-ops"], "`../x` cannot be a slug");
    check(&["new", "x", "--team", "cloud-ops", "--title", " "], "a title has 1 to 80 characters");
    check(&["new", "x"], "--team");
    assert_eq!(names(), before);
    let elsewhere = site_gen(&["new", "x", "--team", "cloud-ops"], &shipped().join("nowhere"));
    assert_eq!(elsewhere.status.code(), Some(2));
    assert!(stderr(&elsewhere).contains("site-gen check"), "{}", stderr(&elsewhere));
}
