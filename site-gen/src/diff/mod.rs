//! `site-gen diff`: what a change of the catalog means.
//!
//! 1. **base**: [`Base`] is a folder, or a revision whose files `git` hands out;
//! 2. **read**: both catalogs as they are written, so that one with problems is compared as far as it can be;
//! 3. **facts**: what rules of one file know of others: accounts of teams, what groups are asked for (`context`);
//! 4. **compare**: one file of rules for each subject (`approvals`, `permissions`, `people`, `schema`, `steps`, `target`,
//!    …), each pure. `report` says in general what no rule explains: no difference is silent;
//! 5. **say**: sorted, weakenings first; [`markdown()`] is for the comment on a pull request.

mod approvals;
mod at;
mod base;
mod cases;
mod context;
mod files;
mod finding;
mod guide;
mod limits;
mod lists;
mod markdown;
mod matching;
mod people;
mod permissions;
mod portal;
mod report;
mod say;
mod schema;
mod steps;
mod target;
mod teams;
mod workflow;
mod workflows;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use catalog_model::{Catalog, Problem};
use rayon::prelude::*;
use serde::Serialize;

use at::At;
use context::{Facts, Sides, Uses};
use files::Folder;
use report::Report;

pub use base::{Base, BaseError};
pub use finding::{Finding, Severity, Side, Subject};
pub use markdown::markdown;

/// How a catalog differs from another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// Everything that differs, in the order in which a reviewer reads.
    pub findings: Vec<Finding>,
}

/// Why there is nothing to compare.
#[derive(Debug, thiserror::Error)]
pub enum NoCatalog {
    /// The folder cannot be opened.
    #[error("{} {}", .0.message, .0.help)]
    Unreadable(Box<Problem>),
    /// The folder holds something else.
    #[error("`{}` is no catalog: it has no `portal.json`, no teams and no workflows", .0.display())]
    Empty(PathBuf),
}

impl Diff {
    /// The findings of one severity.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.severity == severity)
    }

    /// "weakens 2 (approvals, permissions), changes 3"; None if nothing differs.
    pub fn headline(&self) -> Option<String> {
        let counted = Severity::ALL.into_iter().filter_map(|severity| self.counted(severity));
        Some(counted.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty())
    }

    /// "weakens 2 (approvals, permissions)".
    fn counted(&self, severity: Severity) -> Option<String> {
        let subjects: BTreeSet<Subject> = self.of(severity).map(|finding| finding.subject).collect();
        let number = self.of(severity).count();
        let words: Vec<&str> = subjects.into_iter().map(Subject::as_str).collect();
        let word = severity.as_str();
        (number > 0).then(|| format!("{word} {number} ({})", words.join(", ")))
    }
}

/// Compares two folders.
///
/// # Errors
/// When one of them is no catalog at all. Problems of a catalog are no errors: what they keep from being compared
/// is among the findings.
pub fn diff(base: &Path, head: &Path) -> Result<Diff, NoCatalog> {
    let (base, head) = (open(base)?, open(head)?);
    let root = [&base, &head].map(|catalog| Folder::read(catalog, Path::new("")));
    let teams = [&base, &head].map(|catalog| Folder::read(catalog, Path::new("teams")));
    let mut sides = Sides { base: facts(&root[0], &teams[0]), head: facts(&root[1], &teams[1]) };

    let pairs = workflows::pairs(&base, &head);
    let compare = |pair| workflows::compare(pair, &base, &head, &sides);
    let compared: Vec<_> = pairs.par_iter().map(compare).collect();
    let mut findings = Vec::new();
    for compared in compared {
        findings.extend(compared.findings);
        sides.base.uses.merge(compared.base);
        sides.head.uses.merge(compared.head);
    }
    findings.extend(compare_teams(&teams, &sides));
    for name in files::names(&root[0], &root[1]) {
        findings.extend(files::compare(None, name, &root[0], &root[1], portal::compare));
    }
    findings.sort();
    Ok(Diff { findings })
}

/// `sides` knows by now what every workflow asks of groups.
fn compare_teams([before, after]: &[Folder; 2], sides: &Sides<'_>) -> Vec<Finding> {
    let compare = |name| {
        let rule = |at: &At<'_>, report: &mut Report<'_>| match (at.before, at.after) {
            (Some(_), Some(_)) => teams::compare(at, id(name), sides, report),
            _ => teams::presence(at, sides, report),
        };
        files::compare(None, name, before, after, rule)
    };
    files::names(before, after).into_iter().flat_map(compare).collect()
}

fn open(folder: &Path) -> Result<Catalog, NoCatalog> {
    let (catalog, problems) = Catalog::open(folder);
    match problems.into_iter().find(|problem| problem.code == catalog_model::codes::NO_CATALOG) {
        Some(problem) => Err(NoCatalog::Unreadable(Box::new(problem))),
        None if catalog.portal.is_none() && catalog.teams.is_empty() && catalog.slugs.is_empty() => {
            let root = Folder::read(&catalog, Path::new(""));
            if root.files.contains_key("portal.json") {
                Ok(catalog)
            } else {
                Err(NoCatalog::Empty(folder.to_owned()))
            }
        }
        None => Ok(catalog),
    }
}

fn facts<'c>(root: &'c Folder, teams: &'c Folder) -> Facts<'c> {
    Facts {
        portal: root.json("portal.json"),
        teams: teams.files.keys().filter_map(|name| Some((id(name), teams.json(name)?))).collect(),
        uses: Uses::default(),
    }
}

/// The team of a file.
fn id(name: &str) -> &str {
    name.trim_end_matches(".json")
}
