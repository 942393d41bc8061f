//! What is said about each kind of problem.

use std::fmt::Write as _;
use std::fs;

use catalog_model::{Problem, codes};

use crate::fixture;

/// Codes without a folder: what shows them cannot be kept in a repository. Each has a test below.
const WITHOUT_FOLDER: [&str; 2] = [codes::NO_CATALOG, codes::TOO_LARGE];

/// What package `form` says about a schema, and package `asl` about steps.
const OF_OTHERS: [&str; 13] = [
    "asl-duplicate-state-name",
    "asl-missing-end-state",
    "asl-missing-transition-target",
    "asl-schema-validation-failed",
    "asl-unsupported-feature",
    "external-ref",
    "invalid-schema",
    "pattern-back-reference",
    "pattern-invalid",
    "pattern-look-around",
    "pattern-too-large",
    "unknown-dialect",
    "unknown-ref",
];

#[test]
fn every_kind_of_problem_is_explained() {
    for name in fixture::names() {
        let problems = fixture::problems(fixture::overlaid(&name).path());
        assert!(
            problems.iter().any(|problem| problem.code == name),
            "`{name}` is not reported: {problems:#?}"
        );
        insta::assert_snapshot!(name.as_str(), text(&problems));
    }
}

#[test]
fn every_code_has_a_fixture() {
    let kept = |code: &&&str| !WITHOUT_FOLDER.contains(code);
    let mut codes: Vec<&str> = codes::ALL.iter().filter(kept).chain(&OF_OTHERS).copied().collect();
    codes.sort_unstable();
    assert_eq!(fixture::names(), codes, "tests/it/fixtures has one folder for each code");
}

#[test]
fn the_base_is_sound() {
    assert_eq!(text(&fixture::problems(fixture::base().path())), "");
}

#[test]
fn the_shipped_catalog_is_sound() {
    let catalog = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
    assert_eq!(text(&fixture::problems(&catalog)), "");
}

#[test]
fn a_folder_that_is_no_catalog() {
    let dir = fixture::base();
    let (_, problems) = catalog_model::Catalog::open(&dir.path().join("elsewhere"));
    assert_eq!(problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), [codes::NO_CATALOG]);
    assert!(problems[0].message.contains("No such file"), "{}", problems[0].message);
    let (_, problems) = catalog_model::Catalog::open(&dir.path().join("portal.json"));
    assert_eq!(problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), [codes::NO_CATALOG]);
}

#[test]
fn files_are_bounded() {
    let dir = fixture::base();
    let guide = dir.path().join("workflows/restart-service/guide.md");
    let bytes = 1 << 20;
    fs::write(&guide, "a".repeat(bytes)).expect("it can be written");
    assert_eq!(text(&fixture::problems(dir.path())), "");
    fs::write(&guide, "a".repeat(bytes + 1)).expect("it can be written");
    insta::assert_snapshot!("too-large", text(&fixture::problems(dir.path())));
}

#[test]
fn steps_fit_into_a_template() {
    let dir = fixture::base();
    let file = dir.path().join("workflows/restart-service/steps.asl.json");
    let steps = fs::read_to_string(&file).expect("the base has steps");
    let written = |comment: &str| {
        let steps = steps.replacen('{', &format!("{{\"Comment\": \"{comment}\","), 1);
        fs::write(&file, steps).expect("it can be written");
        text(&fixture::problems(dir.path()))
    };
    // A quote is two characters in a file of steps, and four in a template that holds them.
    let quotes = |count: usize| "\\\"".repeat(count);
    assert_eq!(written(&quotes(200_000)), "");
    let problems = written(&quotes(240_000));
    assert!(problems.contains("of 950000. [too-large]"), "{problems}");
}

#[test]
fn all_problems_are_reported_at_once() {
    let dir = fixture::overlaid("unknown-team");
    let portal = dir.path().join("portal.json");
    fs::write(&portal, "{\"title\": \"Portal\", \"public\": 1, \"tittle\": 2}").expect("it can be written");
    fs::write(dir.path().join("teams/security.json"), "{").expect("it can be written");
    insta::assert_snapshot!("all-at-once", text(&fixture::problems(dir.path())));
}

#[test]
fn f07_a_pattern_with_a_back_reference_is_refused() {
    assert_eq!(codes_of("pattern-back-reference"), ["pattern-back-reference"]);
}

#[test]
fn f49_images_of_other_hosts_and_links_without_a_scheme_are_refused() {
    assert_eq!(codes_of("remote-image"), ["remote-image"; 3]);
    assert_eq!(codes_of("protocol-relative-link"), ["protocol-relative-link"; 2]);
}

#[test]
fn f50_a_reference_to_the_network_or_to_a_file_is_refused() {
    assert_eq!(codes_of("external-ref"), ["external-ref"; 2]);
}

fn codes_of(fixture: &str) -> Vec<String> {
    let problems = fixture::problems(fixture::overlaid(fixture).path());
    problems.into_iter().map(|problem| problem.code).collect()
}

fn text(problems: &[Problem]) -> String {
    problems.iter().fold(String::new(), |mut all, problem| {
        let _ = writeln!(all, "{problem}\n");
        all
    })
}
