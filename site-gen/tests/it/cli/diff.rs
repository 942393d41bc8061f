//! `site-gen diff`.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::{shipped, site_gen, stderr, stdout};
use crate::diff::Versions;
use crate::support::copy;

/// A catalog in a git repository: the small one is committed, the changed one lies in the folder.
struct Repository {
    versions: Versions,
}

impl Repository {
    fn new(change: impl FnOnce(&Versions)) -> Self {
        let repository = Self { versions: Versions::new() };
        let catalog = repository.catalog();
        copy(&repository.versions.base(), &catalog);
        fs::write(catalog.join("../.gitattributes"), "* export-ignore\n").expect("it can be written");
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository.git(&["add", "."]);
        repository.git(&["commit", "--quiet", "--message", "The catalog"]);
        change(&repository.versions);
        fs::remove_dir_all(&catalog).expect("it can be removed");
        copy(&repository.versions.head(), &catalog);
        repository
    }

    fn catalog(&self) -> std::path::PathBuf {
        self.versions.path().join("repository/of us/catalog")
    }

    fn git(&self, arguments: &[&str]) {
        let done = Command::new("git")
            .current_dir(self.versions.path().join("repository"))
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgSign=false"])
            .args(arguments)
            .output()
            .expect("git can be started");
        assert!(done.status.success(), "{arguments:?}: {}", stderr(&done));
    }

    fn diff(&self, arguments: &[&str]) -> Output {
        site_gen(&[&["diff"], arguments].concat(), &self.catalog())
    }
}

/// One change of each severity, and text that tries to leave its place.
fn everything(versions: &Versions) {
    versions.change("workflows/restart-service/workflow.json", |workflow| {
        workflow["title"] = json!("Restart `@everybody` <img src=x>\u{1b}[2J");
        workflow["approvals"][0]["quorum"] = json!(1);
        workflow["approvals"][2]["within"] = json!("PT2H");
        workflow["parameters"]["properties"]["environment"]["enum"] = json!(["test", "staging"]);
        workflow["moons"] = json!({"per_hour": 3});
    });
    versions.change("workflows/restart-service/permissions.json", |policy| {
        policy["Statement"][0].as_object_mut().expect("an object").remove("Condition");
    });
    versions.change("portal.json", |portal| portal["sign_in"]["issuer"] = json!("https://evil.example.org"));
}

#[test]
fn the_shipped_catalog_is_as_it_is() {
    let output = site_gen(&["diff", shipped().to_str().expect("a path")], &shipped());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("nothing differs from "), "{}", stdout(&output));
}

#[test]
fn a_revision_is_compared_as_text_and_as_markdown() {
    let repository = Repository::new(everything);
    let output = repository.diff(&["main"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    insta::assert_snapshot!("text", stdout(&output));
    insta::assert_snapshot!("markdown", stdout(&repository.diff(&["main", "--format", "markdown"])));
}

#[test]
fn a_comparison_is_json_for_other_tools() {
    let repository = Repository::new(everything);
    let output = repository.diff(&["HEAD", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(json["counts"], json!({"weakens": 4, "breaks": 1, "changes": 2, "strengthens": 1}));
    assert_eq!(
        json["findings"][0],
        json!({"severity": "weakens", "workflow": null, "file": "portal.json", "place": {"line": 14, "column": 15},
               "pointer": "/sign_in/issuer", "side": "head", "subject": "portal",
               "message": "Somebody else says who people are",
               "before": "https://id.example.org", "after": "https://evil.example.org"})
    );
}

#[test]
fn what_is_denied_decides_the_exit_status() {
    let check = |change: fn(&Versions), deny: &[&str], expect| {
        let repository = Repository::new(change);
        let output = repository.diff(&[&["HEAD"], deny].concat());
        assert_eq!(output.status.code(), Some(expect), "{deny:?} {}{}", stdout(&output), stderr(&output));
    };
    let guide: fn(&Versions) = |versions| versions.write("workflows/restart-service/guide.md", "Another.\n");
    check(everything, &[], 0);
    check(everything, &["--deny", "weakens,breaks"], 1);
    check(everything, &["--deny", "strengthens"], 1);
    check(guide, &["--deny", "weakens", "--deny", "breaks"], 0);
    check(guide, &["--deny", "changes"], 1);
    check(guide, &["--deny", "wekens"], 2);
}

#[test]
fn what_cannot_be_compared_with_is_named_with_a_fix() {
    let repository = Repository::new(everything);
    let check = |output: Output, expect: &str| {
        assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
        assert!(stderr(&output).contains(expect), "{}", stderr(&output));
    };
    check(repository.diff(&["no-such-branch"]), "`no-such-branch` is neither a folder nor a revision");
    let mut option = Command::new(env!("CARGO_BIN_EXE_site-gen"));
    option.args(["diff", "--catalog"]).arg(repository.catalog()).args(["--", "--all"]);
    check(option.output().expect("the tool can be started"), "`--all` is neither a folder nor a revision");
    let outside = tempfile::tempdir().expect("a temporary folder");
    copy(&repository.versions.head(), outside.path());
    check(site_gen(&["diff", "main"], outside.path()), "is in no git repository");
    let moved = repository.versions.path().join("repository/moved");
    copy(&repository.catalog(), &moved);
    check(site_gen(&["diff", "main"], &moved), "revision `main` has no files in `moved/`");
    check(site_gen(&["diff", "."], &repository.catalog()), "is no catalog");
    let without_git = Command::new(env!("CARGO_BIN_EXE_site-gen"))
        .args(["diff", "main", "--catalog"])
        .arg(repository.catalog())
        .env("PATH", "")
        .output()
        .expect("the tool can be started");
    check(without_git, "`git` cannot be started");
}

/// A link in a revision leads nowhere outside of it, and is said to be unreadable rather than followed.
#[test]
fn a_link_of_a_revision_is_not_followed_out_of_it() {
    let secret = tempfile::tempdir().expect("a temporary folder");
    fs::write(secret.path().join("guide.md"), "# Secret\n").expect("it can be written");
    let repository = Repository::new(|_| {});
    let guide = Path::new("workflows/restart-service/guide.md");
    let path = repository.catalog().join(guide);
    let text = fs::read_to_string(&path).expect("it is there");
    fs::remove_file(&path).expect("it is there");
    std::os::unix::fs::symlink(secret.path().join("guide.md"), &path).expect("a link");
    repository.git(&["commit", "--quiet", "--all", "--message", "A link"]);
    fs::remove_file(&path).expect("it is there");
    fs::write(&path, text).expect("it can be written");
    let output = repository.diff(&["HEAD", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!(json["findings"][0]["before"], "This symbolic link leads out of the catalog.");
    assert!(!stdout(&output).contains("Secret"));
}
