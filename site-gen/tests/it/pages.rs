//! Each kind of page: the part that is its own, `<main>`, as a snapshot.

use std::fs;

use crate::support::{Workshop, copy};

/// The part of a page that is its own.
fn main_of(page: &str) -> String {
    let (_, rest) = page.split_once("<main").expect("a page has a main part");
    let (main, _) = rest.split_once("</main>").expect("the main part ends");
    format!("<main{main}</main>\n")
}

#[test]
fn home() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    insta::assert_snapshot!(main_of(&workshop.page("index.html")));
}

#[test]
fn workflow() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    insta::assert_snapshot!(main_of(&workshop.page("workflows/restart-service/index.html")));
}

#[test]
fn workflow_without_parameters_or_approvals() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    insta::assert_snapshot!(main_of(&workshop.page("workflows/post-note/index.html")));
}

#[test]
fn team() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    insta::assert_snapshot!(main_of(&workshop.page("teams/platform/index.html")));
}

#[test]
fn team_without_workflows() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    insta::assert_snapshot!(main_of(&workshop.page("teams/shop/index.html")));
}

#[test]
fn not_found() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    insta::assert_snapshot!(main_of(&workshop.page("404.html")));
}

#[test]
fn words_of_the_catalog_are_escaped_everywhere() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    let page = workshop.page("index.html");
    assert!(page.contains("<title>Gate &amp; Co</title>"), "{page}");
    assert!(page.contains("Workflows for &lt;everybody&gt;."), "{page}");
}

#[test]
fn f49_nothing_of_a_guide_runs() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    let page = workshop.page("workflows/restart-service/index.html");
    assert!(page.contains("<em>Not more.</em>"), "what is harmless stays");
    for forbidden in ["alert(", "onclick", "<script>", " style=", "javascript:"] {
        assert!(!page.contains(forbidden), "{forbidden} in {page}");
    }
}

#[test]
fn f9_a_secret_of_a_test_case_is_not_in_the_snippets() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    let page = workshop.page("workflows/restart-service/index.html");
    assert!(page.contains("SECRET"), "the snippet has a place for it");
    assert!(!page.contains("abc&quot;"), "{page}");
}

#[test]
fn links_within_the_site_lead_to_pages_or_the_portal() {
    let workshop = Workshop::new();
    workshop.build().expect("a sound catalog");
    let dynamic = ["/runs", "/approvals", "/settings", "/sign-in", "/api/"];
    for (file, content) in workshop.files() {
        if file.extension().is_none_or(|extension| extension != "html") || !file.starts_with("site") {
            continue;
        }
        let html = String::from_utf8(content).expect("pages are UTF-8");
        for link in html.split("href=\"/").skip(1).chain(html.split("src=\"/").skip(1)) {
            let address = format!("/{}", link.split('"').next().expect("a value"));
            let path = address.split(['?', '#']).next().expect("a path");
            let target = workshop.out().join("site").join(path.trim_start_matches('/'));
            let found = target.is_file() || target.join("index.html").is_file();
            assert!(found || dynamic.iter().any(|d| path.starts_with(d)), "{address} in {}", file.display());
        }
    }
}

#[test]
fn a_long_catalog_is_spread_over_pages_with_an_index() {
    let workshop = Workshop::new();
    let workflows = workshop.catalog().join("workflows");
    for number in 0..130 {
        let folder = workflows.join(format!("post-note-{number}"));
        copy(&workflows.join("post-note"), &folder);
        let file = folder.join("workflow.json");
        let text = fs::read_to_string(&file).expect("a workflow");
        fs::write(&file, text.replace("Post a note", &format!("Post note {number:03}"))).expect("a workflow");
    }
    let built = workshop.build().expect("a sound catalog");
    assert_eq!((built.workflows, built.pages), (132, 132 + 2 + 2 + 1));
    let (first, second) = (workshop.page("index.html"), workshop.page("browse/2/index.html"));
    assert_eq!(
        (first.matches("class=\"entry\"").count(), second.matches("class=\"entry\"").count()),
        (120, 12)
    );
    assert!(first.contains("data-index=\"/catalog.json\""));
    let index: serde_json::Value = serde_json::from_str(&workshop.page("catalog.json")).expect("JSON");
    assert_eq!(index["workflows"].as_array().map(Vec::len), Some(132));
}
