//! The output folder: the same for the same catalog, whole or untouched.

use std::fs;

use catalog_model::compiled::{CatalogIndex, CompiledWorkflow};
use site_gen::BuildError;

use crate::support::{Workshop, copy, here};

#[test]
fn the_same_catalog_gives_the_same_bytes() {
    let (first, second) = (Workshop::new(), Workshop::new());
    first.build().expect("a sound catalog");
    second.build().expect("a sound catalog");
    let (first, second) = (first.files(), second.files());
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (file, content) in &first {
        assert!(second[file] == *content, "{}", file.display());
    }
}

#[test]
fn functions_read_what_was_built() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    let read = |file: &str| fs::read_to_string(workshop.out().join("compiled").join(file)).expect(file);
    let index: CatalogIndex = serde_json::from_str(&read("index.json")).expect("an index");
    assert_eq!(index.workflows.keys().collect::<Vec<_>>(), ["post-note", "restart-service"]);
    let compiled: CompiledWorkflow =
        serde_json::from_str(&read("workflows/restart-service.json")).expect("a workflow");
    assert_eq!(compiled.digest, index.workflows["restart-service"].digest);
    assert_eq!(compiled.account, "222222222222");
    for address in index.assets.values() {
        assert!(workshop.out().join("site").join(&address[1..]).is_file(), "{address}");
    }
    assert!(read("templates/base.html").contains("{% block main %}"));
}

#[test]
fn a_build_replaces_the_one_before() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    fs::remove_dir_all(workshop.catalog().join("workflows/post-note")).expect("a workflow to remove");
    workshop.build().expect("a sound catalog");
    assert!(!workshop.out().join("site/workflows/post-note").exists());
    assert_eq!(workshop.neighbours(), ["catalog", "dist"]);
}

#[test]
fn problems_of_all_workflows_are_reported_and_nothing_is_written() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    let before = workshop.files();
    for workflow in ["post-note", "restart-service"] {
        fs::write(workshop.catalog().join("workflows").join(workflow).join("workflow.json"), "{")
            .expect("a file");
    }
    fs::write(workshop.catalog().join("workflows/post-note/guide.md"), "New text.").expect("a guide");
    let Err(BuildError::Problems(problems)) = workshop.build() else { panic!("the catalog is broken") };
    let files: Vec<_> = problems.iter().map(|problem| problem.file.to_string_lossy().into_owned()).collect();
    assert_eq!(files, ["workflows/post-note/workflow.json", "workflows/restart-service/workflow.json"]);
    assert!(workshop.files() == before, "the old site is as it was");
    assert_eq!(workshop.neighbours(), ["catalog", "dist"]);
}

#[test]
fn a_broken_template_leaves_the_old_site() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    let before = workshop.files();
    let templates = workshop.path().join("templates");
    copy(&here().join("../templates"), &templates);
    fs::write(templates.join("pages/team.html"), "{% if %}").expect("a template");
    let error = workshop.build_with(&templates).expect_err("the template is broken");
    assert!(matches!(error, BuildError::Template(_)), "{error}");
    fs::write(templates.join("pages/team.html"), "{{ nothing.of.this }}").expect("a template");
    let error = workshop.build_with(&templates).expect_err("the template asks for what it is not given");
    assert!(matches!(error, BuildError::Template(_)), "{error}");
    assert!(workshop.files() == before, "the old site is as it was");
}

#[test]
fn a_folder_that_no_build_wrote_is_not_replaced() {
    let workshop = Workshop::new();
    fs::create_dir(workshop.out()).expect("a folder");
    workshop.build().expect("an empty folder may be filled");
    fs::remove_dir_all(workshop.out()).expect("the output");
    fs::create_dir(workshop.out()).expect("a folder");
    fs::write(workshop.out().join("thesis.txt"), "years of work").expect("a file");
    let error = workshop.build().expect_err("the folder belongs to somebody");
    assert!(matches!(error, BuildError::NotAnOutput(_)), "{error}");
    assert_eq!(workshop.files().len(), 1);
}

#[test]
fn f49_a_remote_image_fails_the_build() {
    let workshop = Workshop::new();
    let guide = workshop.catalog().join("workflows/post-note/guide.md");
    fs::write(guide, "Look: ![x](https://example.org/x.png) and [y](//example.org/).").expect("a guide");
    let Err(BuildError::Problems(problems)) = workshop.build() else {
        panic!("the guide loads from elsewhere")
    };
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(!workshop.out().exists());
}
