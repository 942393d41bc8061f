//! Loads a catalog from disk: everything that can be read, and every problem with the rest.
//!
//! 1. [`Catalog::open`] reads what everything else refers to: portal, teams, the list of slugs;
//! 2. [`Catalog::workflow`] reads and checks one workflow. It borrows the catalog only, so that ten
//!    thousand workflows are streamed by several threads and never in memory together;
//! 3. [`Catalog::written`] gives files as they are written, to whoever compares two catalogs.

mod explain;
mod files;
pub(crate) mod json;
mod once;
pub(crate) mod place;
pub(crate) mod report;
pub(crate) mod shape;
mod workflow;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::FileType;
use std::path::{Path, PathBuf};

use files::Root;
use report::{Source, whole};

use crate::schemas::CatalogFile;
use crate::team::{Group, Person};
use crate::{Portal, Problem, Team, Workflow, aws_names, check, codes};

pub use workflow::{FILES, LoadedWorkflow};
pub use written::Written;

/// A catalog without the contents of its workflows.
#[derive(Debug)]
pub struct Catalog {
    root: Option<Root>,
    /// `portal.json`; None only if a problem says why.
    pub portal: Option<Portal>,
    /// Teams by id, as far as their files could be read.
    pub teams: BTreeMap<String, Team>,
    /// The workflows there are, in order.
    pub slugs: Vec<String>,
    /// Ids of teams, whether or not their files could be read.
    team_ids: BTreeSet<String>,
}

impl Catalog {
    /// Reads and checks portal and teams, and finds the workflows.
    pub fn open(dir: &Path) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut catalog = Self {
            root: None,
            portal: None,
            teams: BTreeMap::new(),
            slugs: Vec::new(),
            team_ids: BTreeSet::new(),
        };
        match Root::open(dir) {
            Ok(root) => catalog.read(root, &mut problems),
            Err(problem) => problems.push(*problem),
        }
        problems.sort();
        (catalog, problems)
    }

    /// Reads and checks one workflow; None if a problem keeps it from being complete.
    pub fn workflow(&self, slug: &str) -> (Option<LoadedWorkflow>, Vec<Problem>) {
        let mut problems = Vec::new();
        let loaded = self.root.as_ref().and_then(|root| workflow::load(self, root, slug, &mut problems));
        problems.sort();
        (loaded, problems)
    }

    /// What a workflow says of itself, for those who call it; what is wrong with it is said where it is checked.
    pub(crate) fn policy(&self, slug: &str) -> Option<Workflow> {
        let path = Path::new("workflows").join(slug).join("workflow.json");
        let (_, workflow) = json_file(self.root.as_ref()?, path, &mut Vec::new())?;
        Some(workflow)
    }

    /// The group of that id.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.teams.values().find_map(|team| team.groups.get(id))
    }

    /// Ids of those in a group; nobody is in one that does not exist.
    pub(crate) fn members(&self, group: &str) -> &[String] {
        self.group(group).map_or(&[], |group| &group.members)
    }

    /// Everybody of the catalog.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.teams.values().flat_map(|team| &team.people)
    }

    /// Whether there is a team of that id, readable or not.
    pub(crate) fn has_team(&self, id: &str) -> bool {
        self.team_ids.contains(id)
    }

    /// The Region a workflow's state machine lives in.
    pub(crate) fn region_of<'a>(&'a self, workflow: &'a Workflow) -> Option<&'a str> {
        workflow.region.as_deref().or_else(|| self.portal.as_ref().map(Portal::primary_region))
    }

    /// Whether there is a workflow of that slug, readable or not.
    pub(crate) fn has_workflow(&self, slug: &str) -> bool {
        self.slugs.binary_search_by(|known| known.as_str().cmp(slug)).is_ok()
    }

    /// The ids of all teams.
    pub(crate) fn team_ids(&self) -> impl Iterator<Item = &str> {
        self.team_ids.iter().map(String::as_str)
    }

    /// Whether every team could be read: only then an unknown person or group is certainly a mistake.
    pub(crate) fn teams_complete(&self) -> bool {
        self.teams.len() == self.team_ids.len()
    }

    fn read(&mut self, root: Root, problems: &mut Vec<Problem>) {
        let entries = root.list(Path::new(""), problems).unwrap_or_default();
        let mut described = None;
        for (name, kind) in &entries {
            let folder = matches!(name.as_str(), "teams" | "workflows" | "prompts" | "pipelines");
            let file = matches!(name.as_str(), "portal.json" | "README.md");
            if !(folder && kind.is_dir() || file && kind.is_file()) {
                problems.push(unexpected(Path::new(name), "`portal.json`, `teams` and `workflows`"));
            }
        }
        if entries.get("portal.json").is_some_and(FileType::is_file) {
            if let Some((source, portal)) = json_file::<Portal>(&root, "portal.json".into(), problems) {
                check::portal::check(&portal, &mut source.report(problems));
                described = Some(source);
                self.portal = Some(portal);
            }
        } else {
            problems
                .push(missing(Path::new("portal.json"), "It says the portal's title, Regions and sign-in."));
        }
        self.read_teams(&root, problems);
        if let (Some(source), Some(portal)) = (described, &self.portal) {
            check::sign_in::groups(&portal.sign_in, self, &mut source.report(problems));
        }
        self.find_workflows(&root, problems);
        self.root = Some(root);
    }

    fn read_teams(&mut self, root: &Root, problems: &mut Vec<Problem>) {
        let folder = Path::new("teams");
        let mut sources = BTreeMap::new();
        for (name, kind) in root.list(folder, problems).unwrap_or_default() {
            let path = folder.join(&name);
            let Some(id) = name.strip_suffix(".json").filter(|_| kind.is_file()) else {
                problems.push(unexpected(&path, "one JSON file for each team"));
                continue;
            };
            check::names::file_name(id, &path, "team", problems);
            if let Some(region) = self.longest_region() {
                check::names::role(&aws_names::door_machine_role(id, region), &path, problems);
            }
            self.team_ids.insert(id.to_owned());
            if let Some((source, team)) = json_file::<Team>(root, path, problems) {
                sources.insert(id.to_owned(), source);
                self.teams.insert(id.to_owned(), team);
            }
        }
        if self.team_ids.is_empty() {
            problems.push(missing(folder, "A workflow needs an owner: add `teams/<team>.json`."));
        }
        check::teams::check(self, &sources, problems);
    }

    /// The Region with the longest name of those that have a portal.
    fn longest_region(&self) -> Option<&str> {
        let deployments = &self.portal.as_ref()?.deployments;
        deployments.iter().map(|deployment| deployment.region.as_str()).max_by_key(|region| region.len())
    }

    fn find_workflows(&mut self, root: &Root, problems: &mut Vec<Problem>) {
        let folder = Path::new("workflows");
        for (name, kind) in root.list(folder, problems).unwrap_or_default() {
            let path = folder.join(&name);
            if kind.is_dir() {
                check::names::file_name(&name, &path, "workflow", problems);
                check::names::role(&aws_names::invoke_role(&name), &path, problems);
                self.slugs.push(name);
            } else {
                problems.push(unexpected(&path, "one folder for each workflow"));
            }
        }
    }
}

/// Reads a file as JSON of a type.
pub(crate) fn json_file<T: CatalogFile>(
    root: &Root,
    path: PathBuf,
    problems: &mut Vec<Problem>,
) -> Option<(Source, T)> {
    let source = root.read(path).map_err(|problem| problems.push(*problem)).ok()?;
    let typed = shape::typed(&source, problems)?;
    Some((source, typed))
}

fn unexpected(path: &Path, expected: &str) -> Problem {
    let folder = match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => format!("The folder `{}`", parent.display()),
        None => "A catalog".to_owned(),
    };
    whole(
        path,
        codes::UNEXPECTED_FILE,
        "This does not belong here, and nothing would read it.",
        format!("{folder} holds {expected}: move it elsewhere, or correct its name."),
    )
}

fn missing(path: &Path, help: &str) -> Problem {
    whole(path, codes::MISSING_FILE, "This is missing.", help)
}
