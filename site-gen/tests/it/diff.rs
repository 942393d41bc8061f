//! What two catalogs on disk differ in.

mod property;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use site_gen::diff::{Diff, Finding, Severity, Subject};

use crate::support::{Workshop, copy};

/// The small catalog, and a copy of it that is changed.
pub(crate) struct Versions {
    workshop: Workshop,
}

impl Versions {
    pub(crate) fn new() -> Self {
        let workshop = Workshop::new();
        copy(&workshop.catalog(), &workshop.path().join("changed"));
        Self { workshop }
    }

    /// The folder that holds both.
    pub(crate) fn path(&self) -> &Path {
        self.workshop.path()
    }

    /// The catalog as it was.
    pub(crate) fn base(&self) -> PathBuf {
        self.workshop.catalog()
    }

    /// The catalog as it is proposed.
    pub(crate) fn head(&self) -> PathBuf {
        self.path().join("changed")
    }

    /// Changes a JSON file of the proposed catalog.
    pub(crate) fn change(&self, file: &str, change: impl FnOnce(&mut Value)) {
        let path = self.head().join(file);
        let mut value = serde_json::from_str(&fs::read_to_string(&path).expect(file)).expect("it is JSON");
        change(&mut value);
        self.write(file, &format!("{value:#}\n"));
    }

    /// Writes a file of the proposed catalog.
    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.head().join(file), text).expect("it can be written");
    }

    pub(crate) fn diff(&self) -> Diff {
        site_gen::diff::diff(&self.base(), &self.head()).expect("both are catalogs")
    }
}

/// `severity file pointer: message (before → after)`, one a line.
fn lines(diff: &Diff) -> Vec<String> {
    let line = |finding: &Finding| {
        let Finding { severity, file, pointer, message, .. } = finding;
        let values = match (&finding.before, &finding.after) {
            (None, None) => String::new(),
            (before, after) => {
                format!(" ({} → {})", before.as_deref().unwrap_or("-"), after.as_deref().unwrap_or("-"))
            }
        };
        format!("{} {} {pointer}: {message}{values}", severity.as_str(), file.display())
    };
    diff.findings.iter().map(line).collect()
}

const WORKFLOW: &str = "workflows/restart-service/workflow.json";
const PERMISSIONS: &str = "workflows/restart-service/permissions.json";
const STEPS: &str = "workflows/restart-service/steps.asl.json";

#[test]
fn f51_a_lowered_quorum_and_a_changed_role_are_called_by_name() {
    let versions = Versions::new();
    versions.change(WORKFLOW, |workflow| workflow["approvals"][0]["quorum"] = json!(1));
    versions.change(PERMISSIONS, |policy| {
        policy["Statement"][1]["Action"] = json!(["ecs:StopTask", "ecs:DeleteService"]);
    });
    versions.change(STEPS, |steps| {
        let role = json!({"RoleArn": "arn:aws:iam::999999999999:role/admin"});
        steps["States"]["FindTasks"]["Credentials"] = role;
    });
    let diff = versions.diff();
    assert_eq!(
        lines(&diff),
        [
            "weakens workflows/restart-service/permissions.json /Statement/1/Action/1: \
             The steps may do `ecs:DeleteService` (- → arn:aws:ecs:eu-west-1:222222222222:task/*)",
            "weakens workflows/restart-service/steps.asl.json /States/FindTasks/Credentials: \
             State `FindTasks` runs as another role (- → {\"RoleArn\":\"arn:aws:iam::999999999999:role/admin\"})",
            "weakens workflows/restart-service/workflow.json /approvals/0/quorum: \
             Gate `operators`: fewer people must approve (2 → 1)",
        ]
    );
    assert!(diff.findings.iter().all(|finding| finding.workflow.as_deref() == Some("restart-service")));
    assert!(diff.findings.iter().all(|finding| finding.place.is_some_and(|place| place.line > 1)));
    assert_eq!(diff.headline().as_deref(), Some("weakens 3 (approvals, permissions, steps)"));
}

#[test]
fn a_team_that_moves_and_an_owner_that_changes_are_widenings() {
    let versions = Versions::new();
    versions.change("teams/platform.json", |team| {
        team["account"] = json!("444444444444");
        team["groups"]["operators"]["members"] = json!(["ada", "ben"]);
    });
    versions.change("teams/shop.json", |team| {
        team["groups"]["buyers"]["members"] = json!(["dan", "eve", "ada", "cyd"]);
    });
    versions.change(WORKFLOW, |workflow| workflow["owner"] = json!("shop"));
    versions.change("portal.json", |portal| portal["deployments"][0]["region"] = json!("eu-west-2"));
    assert_eq!(
        lines(&versions.diff()),
        [
            "weakens teams/platform.json /account: Everything that the team owns runs in another account \
             (222222222222 → 444444444444)",
            "weakens teams/shop.json /groups/buyers/members: `cyd` joins the group `buyers`, which decides about \
             `restart-service`, and may request `restart-service`",
            "weakens workflows/restart-service/workflow.json /owner: Another team owns it, and its steps run in that \
             team's account (platform, account 222222222222 → shop, account 333333333333)",
            "breaks portal.json /deployments: Workflows that name no Region run in another one \
             (eu-west-1 → eu-west-2)",
            "breaks portal.json /deployments/0/region: The portal of an address runs in another Region \
             (eu-west-1 → eu-west-2)",
            "strengthens teams/platform.json /groups/operators/members: `cyd` leaves the group `operators`, which \
             decides about `restart-service`, and may open every gate of `restart-service`",
        ]
    );
}

/// Nobody slips into a group by taking it to a team of its own.
#[test]
fn a_group_that_moves_to_a_new_team_is_compared_with_what_it_was() {
    let versions = Versions::new();
    let mut group = Value::Null;
    versions.change("teams/platform.json", |team| group = team["groups"]["operators"].take());
    versions.change("teams/platform.json", |team| {
        team["groups"].as_object_mut().expect("an object").remove("operators");
    });
    group["members"] = json!(["ada", "ben", "cyd", "eve"]);
    let team =
        json!({"name": "New", "account": "555555555555", "people": [], "groups": {"operators": group}});
    versions.write("teams/new.json", &team.to_string());
    assert_eq!(
        lines(&versions.diff()),
        [
            "weakens teams/new.json /groups/operators/members: `eve` joins the group `operators`, which decides about \
             `restart-service`, and may open every gate of `restart-service`",
            "changes teams/new.json : This team is new",
            "changes teams/new.json /groups/operators: The group `operators` belongs to this team now",
            "changes teams/platform.json /groups/operators: The group `operators` belongs to another team now",
        ]
    );
}

#[test]
fn workflows_come_go_and_are_renamed() {
    let versions = Versions::new();
    let folder = versions.head().join("workflows");
    fs::rename(folder.join("restart-service"), folder.join("bounce-service")).expect("it can be renamed");
    versions.change("workflows/bounce-service/workflow.json", |workflow| workflow["timeout"] = json!("PT2H"));
    assert_eq!(
        lines(&versions.diff()),
        [
            "weakens workflows/bounce-service/workflow.json /timeout: The steps may take longer (1 hour → 2 hours)",
            "breaks workflows/bounce-service/workflow.json : This workflow was `restart-service`: links, requests and \
             calls by that name fail",
        ]
    );

    let versions = Versions::new();
    fs::remove_dir_all(versions.head().join("workflows/restart-service")).expect("it can be removed");
    assert_eq!(
        lines(&versions.diff()),
        [
            "breaks workflows/restart-service/workflow.json : This workflow is gone: nobody can request it, and `shop` \
          can no longer call it"
        ]
    );
    let back = site_gen::diff::diff(&versions.head(), &versions.base()).expect("both are catalogs");
    assert_eq!(
        lines(&back),
        [
            "changes workflows/restart-service/permissions.json : Its steps may do `ecs:ListTasks` and `ecs:StopTask`",
            "changes workflows/restart-service/workflow.json : This workflow is new: read it whole \
             (- → owned by platform, 3 gates)",
        ]
    );
}

/// What is not known is shown as if it were the worst.
#[test]
fn what_cannot_be_read_is_a_widening_and_the_rest_is_compared() {
    let versions = Versions::new();
    versions.write(PERMISSIONS, "{\"Version\": ");
    versions.change(WORKFLOW, |workflow| {
        workflow["moons"] = json!({"per_hour": 3});
        workflow["approvals"][0]["quorum"] = json!(1);
    });
    fs::remove_file(versions.head().join(STEPS)).expect("it is there");
    versions.write("workflows/restart-service/notes.txt", "Hello.");
    let expect = [
        "weakens workflows/restart-service/permissions.json : This file cannot be compared: read it whole \
         (- → This is not JSON: EOF while parsing a value.)",
        "weakens workflows/restart-service/steps.asl.json : This file is gone",
        "weakens workflows/restart-service/workflow.json /approvals/0/quorum: \
         Gate `operators`: fewer people must approve (2 → 1)",
        "changes workflows/restart-service/notes.txt : This file is new",
        "changes workflows/restart-service/workflow.json /moons: `moons` is new (no rule knows what it means: \
         read it) (- → {\"per_hour\":3})",
    ];
    assert_eq!(lines(&versions.diff()), expect);

    // The other way round, a base with problems is compared as far as it can be.
    let back = site_gen::diff::diff(&versions.head(), &versions.base()).expect("both are catalogs");
    fs::create_dir(versions.head().join("workflows/other")).expect("a folder");
    versions.write("workflows/other/workflow.json", "{");
    assert!(lines(&versions.diff()).contains(
        &"weakens workflows/other/workflow.json : This workflow is on one side only, and its file cannot be read: read \
          it whole"
            .to_owned()
    ));

    let found: Vec<_> = back.findings.iter().map(|finding| (finding.severity, finding.subject)).collect();
    assert!(found.contains(&(Severity::Weakens, Subject::Permissions)), "{found:?}");
    assert!(found.contains(&(Severity::Strengthens, Subject::Approvals)), "{found:?}");
}

#[test]
fn only_catalogs_are_compared() {
    let versions = Versions::new();
    let error = |base: &Path, head: &Path| match site_gen::diff::diff(base, head) {
        Ok(diff) => panic!("{diff:?}"),
        Err(error) => error.to_string(),
    };
    let nowhere = versions.path().join("nowhere");
    assert!(error(&nowhere, &versions.head()).contains("cannot be opened"));
    assert!(error(&versions.base(), versions.path()).contains("is no catalog"));
}
