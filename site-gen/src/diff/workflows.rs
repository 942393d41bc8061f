//! Which workflows there are on both sides, and the files of each.

use std::collections::BTreeMap;
use std::path::Path;

use catalog_model::Catalog;
use serde_json::Value;

use super::at::At;
use super::context::{Sides, Uses};
use super::files::{self, Folder};
use super::finding::Finding;
use super::report::Report;
use super::{cases, guide, permissions, steps, workflow};

/// The slug of a workflow in both catalogs; they are different where it was renamed.
pub(super) type Slugs = (Option<String>, Option<String>);

/// What was found in a workflow, and what it asks of groups.
pub(super) struct Compared {
    pub(super) findings: Vec<Finding>,
    /// In the catalog that is compared with.
    pub(super) base: Uses,
    /// In the one that is proposed.
    pub(super) head: Uses,
}

/// Workflows of both catalogs. One that is gone and one that is new with the same steps are the same.
pub(super) fn pairs(base: &Catalog, head: &Catalog) -> Vec<Slugs> {
    let only_base = base.slugs.iter().filter(|slug| head.slugs.binary_search(slug).is_err());
    let mut gone: BTreeMap<String, Option<Value>> =
        only_base.map(|slug| (slug.clone(), steps_of(base, slug))).collect();
    let mut was = |slug: &String| {
        if base.slugs.binary_search(slug).is_ok() {
            return Some(slug.clone());
        }
        let new = Some(steps_of(head, slug)?);
        let found = gone.iter().find(|(_, gone)| **gone == new)?.0.clone();
        gone.remove(&found);
        Some(found)
    };
    let mut pairs: Vec<Slugs> = head.slugs.iter().map(|slug| (was(slug), Some(slug.clone()))).collect();
    pairs.extend(gone.into_keys().map(|slug| (Some(slug), None)));
    pairs
}

fn steps_of(catalog: &Catalog, slug: &str) -> Option<Value> {
    folder(catalog, Some(slug)).json("steps.asl.json").cloned()
}

fn folder(catalog: &Catalog, slug: Option<&str>) -> Folder {
    slug.map(|slug| Folder::read(catalog, &Path::new("workflows").join(slug))).unwrap_or_default()
}

/// Compares a workflow.
pub(super) fn compare((was, is): &Slugs, base: &Catalog, head: &Catalog, sides: &Sides<'_>) -> Compared {
    let (was, is) = (was.as_deref(), is.as_deref());
    let (before, after) = (folder(base, was), folder(head, is));
    let findings = match (was, is) {
        (Some(was), Some(is)) => on_both_sides(was, is, &before, &after, sides),
        _ => on_one_side(is.or(was), &before, &after),
    };
    Compared { findings, base: uses(was, &before), head: uses(is, &after) }
}

fn uses(slug: Option<&str>, folder: &Folder) -> Uses {
    let mut uses = Uses::default();
    if let (Some(slug), Some(workflow)) = (slug, folder.json("workflow.json")) {
        uses.add(slug, workflow);
    }
    uses
}

fn on_one_side(slug: Option<&str>, before: &Folder, after: &Folder) -> Vec<Finding> {
    let mut findings = files::say(slug, "workflow.json", before, after, workflow::presence);
    findings.extend(files::say(slug, "permissions.json", before, after, workflow::new_permissions));
    findings.extend(files::say(slug, "steps.asl.json", before, after, steps::new_roles));
    findings
}

fn on_both_sides(was: &str, is: &str, before: &Folder, after: &Folder, sides: &Sides<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    if was != is {
        let renamed = |at: &At<'_>, report: &mut Report<'_>| workflow::renamed(at, was, report);
        findings.extend(files::say(Some(is), "workflow.json", before, after, renamed));
    }
    for name in files::names(before, after) {
        let rule = |at: &At<'_>, report: &mut Report<'_>| match name {
            "workflow.json" => workflow::compare(at, sides, report),
            "permissions.json" => permissions::compare(at, report),
            "steps.asl.json" => steps::compare(at, report),
            "cases.json" => cases::compare(at, report),
            _ => guide::compare(at, report),
        };
        findings.extend(files::compare(Some(is), name, before, after, rule));
    }
    findings
}
