//! The files of a folder in both catalogs, and what can be said of those that cannot be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use catalog_model::load::Written;
use catalog_model::{Catalog, Problem};
use serde_json::Value;

use super::at::At;
use super::finding::Severity::{Changes, Weakens};
use super::finding::{Finding, Side};
use super::report::Report;
use super::say::inert;

/// A folder of one catalog.
#[derive(Debug, Default)]
pub(super) struct Folder {
    path: PathBuf,
    pub(super) files: BTreeMap<String, Read>,
}

/// A file as far as it can be read.
#[derive(Debug)]
pub(super) enum Read {
    /// Text, as one value: of JSON what it says, of everything else the text.
    Whole(Written, Value),
    /// Why not.
    Not(Box<Problem>),
}

impl Folder {
    /// Reads every file of a folder.
    pub(super) fn read(catalog: &Catalog, folder: &Path) -> Self {
        let read = |(name, written): (String, Result<Written, Box<Problem>>)| {
            let json = Path::new(&name).extension().is_some_and(|extension| extension == "json");
            let read = written.and_then(|written| {
                let value = if json { written.json()? } else { Value::from(written.text()) };
                Ok(Read::Whole(written, value))
            });
            (name, read.unwrap_or_else(Read::Not))
        };
        Self { path: folder.to_owned(), files: catalog.written(folder).into_iter().map(read).collect() }
    }

    /// What a file says, if it can be read.
    pub(super) fn json(&self, name: &str) -> Option<&Value> {
        match self.files.get(name)? {
            Read::Whole(_, value) => Some(value),
            Read::Not(_) => None,
        }
    }
}

/// The names of the files of both folders.
pub(super) fn names<'f>(base: &'f Folder, head: &'f Folder) -> BTreeSet<&'f str> {
    base.files.keys().chain(head.files.keys()).map(String::as_str).collect()
}

/// Compares a file by its rule, or says why that cannot be done.
pub(super) fn compare(
    workflow: Option<&str>,
    name: &str,
    base: &Folder,
    head: &Folder,
    rule: impl FnOnce(&At<'_>, &mut Report<'_>),
) -> Vec<Finding> {
    let unread = |folder: &Folder| match folder.files.get(name) {
        Some(Read::Not(problem)) => Some(inert(&problem.message)),
        _ => None,
    };
    let (before, after) = (unread(base), unread(head));
    say(workflow, name, base, head, |at, report| match (at.before, at.after) {
        _ if before.is_some() || after.is_some() => {
            report.words(Weakens, at, "This file cannot be compared: read it whole", before, after);
        }
        // The rules of teams know what it means that one is new or gone.
        (Some(_), None) | (None, Some(_)) if base.path.ends_with("teams") => rule(at, report),
        (Some(_), Some(_)) if at.differs() => report.rule(at, rule),
        (Some(_), Some(_)) | (None, None) => {}
        (Some(_), None) => report.sentence(Weakens, at, "This file is gone"),
        (None, _) => report.sentence(Changes, at, "This file is new"),
    })
}

/// Says something about a file. Its findings know their lines.
pub(super) fn say(
    workflow: Option<&str>,
    name: &str,
    base: &Folder,
    head: &Folder,
    rule: impl FnOnce(&At<'_>, &mut Report<'_>),
) -> Vec<Finding> {
    let path = if head.files.contains_key(name) { &head.path } else { &base.path };
    let file = path.join(name);
    let mut report = Report::new(workflow, &file);
    rule(&At::root(base.json(name), head.json(name)), &mut report);
    let mut findings = report.into_findings();
    for finding in &mut findings {
        let folder = if finding.side == Side::Base { base } else { head };
        finding.file = folder.path.join(name);
        if let Some(Read::Whole(written, _)) = folder.files.get(name) {
            finding.place = Some(written.place(&finding.pointer));
        }
    }
    findings
}
