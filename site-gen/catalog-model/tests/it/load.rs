//! What is loaded from a sound catalog.

use std::path::Path;

use catalog_model::problem::Place;
use catalog_model::{Catalog, CompiledFile, CompiledWorkflow, Problem};

use crate::fixture;

#[test]
fn a_workflow_comes_whole() {
    let dir = fixture::base();
    let (catalog, problems) = Catalog::open(dir.path());
    assert_eq!((problems, catalog.slugs.as_slice()), (vec![], &["restart-service".to_owned()][..]));
    let (loaded, problems) = catalog.workflow("restart-service");
    assert_eq!(problems, []);
    let loaded = loaded.expect("nothing is wrong with it");
    assert_eq!((loaded.account.as_str(), loaded.region.as_str()), ("222233334444", "eu-west-1"));
    assert!(loaded.guide.starts_with("# Restart a service"));
    let fault = serde_json::json!({"environment": "moon", "service": "checkout"});
    let schema = form::Schema::compile(&loaded.workflow.parameters).expect("it was checked");
    assert_eq!(schema.validate(&fault).len(), 1);

    let digest = CompiledWorkflow::digest_of(
        &loaded.workflow,
        &loaded.steps,
        &loaded.permissions,
        &loaded.account,
        &loaded.region,
    );
    assert_eq!(digest.expect("it has a canonical form"), loaded.digest);
    let file = loaded.into_compiled();
    let text = serde_json::to_string(&file).expect("it can be written");
    assert_eq!(serde_json::from_str::<CompiledFile>(&text).expect("it can be read"), file);
    let head: CompiledWorkflow = serde_json::from_str(&text).expect("so can what functions read of it");
    assert_eq!(head, file.compiled);
}

#[test]
fn a_workflow_that_is_not_there_says_so() {
    let dir = fixture::base();
    let (catalog, _) = Catalog::open(dir.path());
    let (loaded, problems) = catalog.workflow("nothing");
    assert!(loaded.is_none());
    assert_eq!(problems.len(), 5, "one for each missing file: {problems:#?}");
}

#[test]
fn a_link_inside_the_catalog_is_followed() {
    let dir = fixture::base();
    let folder = dir.path().join("workflows/restart-service");
    std::fs::rename(folder.join("guide.md"), dir.path().join("README.md")).expect("it can be moved");
    std::os::unix::fs::symlink("../../README.md", folder.join("guide.md")).expect("the link can be made");
    assert_eq!(fixture::problems(dir.path()), []);
}

#[test]
fn hidden_files_are_nobodys_business() {
    let dir = fixture::base();
    std::fs::write(dir.path().join("workflows/restart-service/.guide.md.swp"), "x")
        .expect("it can be written");
    std::fs::create_dir(dir.path().join("workflows/.unfinished")).expect("it can be made");
    assert_eq!(fixture::problems(dir.path()), []);
}

/// Whoever compares catalogs reads what the types refuse, and nothing from elsewhere.
#[test]
fn files_are_given_as_they_are_written() {
    let dir = fixture::base();
    let folder = Path::new("workflows/restart-service");
    let path = |file: &str| dir.path().join(folder).join(file);
    std::fs::write(path("workflow.json"), "{\n  \"unknown\": [1, 2]}").expect("it can be written");
    std::fs::write(path("cases.json"), "{").expect("it can be written");
    std::fs::remove_file(path("guide.md")).expect("the base has the file");
    std::os::unix::fs::symlink("/etc/hostname", path("guide.md")).expect("the link can be made");
    let (catalog, _) = Catalog::open(dir.path());
    let written = catalog.written(folder);
    let code = |problem: &Problem| problem.code.clone();

    let workflow = written["workflow.json"].as_ref().expect("it can be read");
    assert_eq!(workflow.json().expect("it is JSON"), serde_json::json!({"unknown": [1, 2]}));
    assert_eq!(workflow.place("/unknown/1"), Place { line: 2, column: 18 });
    let cases = written["cases.json"].as_ref().expect("it can be read");
    assert_eq!(cases.json().map_err(|problem| code(&problem)), Err("broken-json".to_owned()));
    assert_eq!(
        written["guide.md"].as_ref().map_err(|problem| code(problem)).err(),
        Some("outside-link".to_owned())
    );
    assert!(catalog.written(Path::new("nowhere")).is_empty());
}
