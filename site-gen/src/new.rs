//! `site-gen new`: a workflow's folder with a working example in it.
//!
//! 1. refuse what could not work: a bad slug, an unknown team, a folder that is there already;
//! 2. fill the example in `new/` with the team's account, Region and a group that can approve;
//! 3. write it to a hidden folder beside the others, and move it into place when it is whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use catalog_model::{Catalog, Team};
use serde_json::Value;

/// What to create.
#[derive(Debug, Clone, Copy)]
pub struct NewWorkflow<'a> {
    /// The folder's name.
    pub slug: &'a str,
    /// The owner's id.
    pub team: &'a str,
    /// The title; made from the slug if absent.
    pub title: Option<&'a str>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// The slug is no lower-case words joined by dashes.
    #[error(
        "`{0}` cannot be a slug: use lower case letters, digits and single dashes, 63 characters at most"
    )]
    Slug(String),
    /// The title is empty or too long.
    #[error("a title has 1 to 80 characters")]
    Title,
    /// No such team.
    #[error("there is no team `{team}`; known are {known}")]
    UnknownTeam {
        /// What was asked for.
        team: String,
        /// The teams there are, as a list.
        known: String,
    },
    /// Portal or teams cannot be read.
    #[error("the catalog has problems; `site-gen check --catalog {}` says which", .0.display())]
    Catalog(PathBuf),
    /// The folder is there.
    #[error("{} exists already, and is left as it is", .0.display())]
    Exists(PathBuf),
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The example in this package is broken; a test keeps it sound.
    #[error("the example is not JSON")]
    Example(#[from] serde_json::Error),
}

/// What to do with each file of a new workflow.
pub const GUIDANCE: [(&str, &str); 5] = [
    ("workflow.json", "title, parameters (JSON Schema), who may request it, which approvals it asks"),
    ("guide.md", "what it does, when to use it, what can go wrong, how to undo it"),
    (
        "steps.asl.json",
        "the state machine, in Amazon States Language; it starts with {run, parameters}, and `run` has id, requester, \
         digest, deadline and approvals",
    ),
    ("cases.json", "test cases with mocked results; the first is what local mode replays"),
    ("permissions.json", "the IAM policy of the steps: every action they call, and nothing else"),
];

/// Writes the folder; gives the files back.
pub fn create(catalog_dir: &Path, wanted: &NewWorkflow<'_>) -> Result<Vec<PathBuf>, NewError> {
    if !catalog_model::is_name(wanted.slug) {
        return Err(NewError::Slug(wanted.slug.to_owned()));
    }
    let title = wanted.title.map_or_else(|| title_of(wanted.slug), |title| title.trim().to_owned());
    if title.is_empty() || title.chars().count() > 80 {
        return Err(NewError::Title);
    }
    let (catalog, _) = Catalog::open(catalog_dir);
    let Some(portal) = &catalog.portal else { return Err(NewError::Catalog(catalog_dir.to_owned())) };
    let Some(team) = catalog.teams.get(wanted.team) else {
        let names: Vec<String> = catalog.teams.keys().map(|name| format!("`{name}`")).collect();
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(NewError::UnknownTeam { team: wanted.team.to_owned(), known });
    };
    let example = Example {
        title: &title,
        owner: wanted.team,
        team,
        region: portal.primary_region(),
        schemas: schemas_beside(catalog_dir),
    };
    write(&catalog_dir.join("workflows"), wanted.slug, &example.files()?)
}

/// `resize-rds-cluster` is `Resize rds cluster`.
fn title_of(slug: &str) -> String {
    let words = slug.replace('-', " ");
    let mut chars = words.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// Whether the JSON Schemas for editors are where a catalog of this repository finds them.
fn schemas_beside(catalog_dir: &Path) -> bool {
    catalog_dir.join("../site-gen/catalog-model/schemas").is_dir()
}

/// What the example is filled with.
struct Example<'a> {
    title: &'a str,
    owner: &'a str,
    team: &'a Team,
    region: &'a str,
    schemas: bool,
}

impl Example<'_> {
    fn files(&self) -> Result<[(&'static str, String); 5], NewError> {
        Ok([
            ("workflow.json", self.workflow()?),
            ("guide.md", include_str!("new/guide.md").replace("TITLE", self.title)),
            ("steps.asl.json", include_str!("new/steps.asl.json").to_owned()),
            ("cases.json", self.json(include_str!("new/cases.json"))?),
            ("permissions.json", self.permissions()),
        ])
    }

    fn workflow(&self) -> Result<String, NewError> {
        let mut workflow: Value = serde_json::from_str(include_str!("new/workflow.json"))?;
        workflow["title"] = self.title.into();
        workflow["owner"] = self.owner.into();
        // Nobody approves their own request, so one approval needs a group of two.
        let group = self.team.groups.iter().find(|(_, group)| group.members.len() > 1);
        match group {
            Some((id, _)) => workflow["approvals"][0]["from"] = vec![id.clone()].into(),
            None => workflow["approvals"] = Value::Array(Vec::new()),
        }
        self.json(&workflow.to_string())
    }

    fn permissions(&self) -> String {
        include_str!("new/permissions.json")
            .replace("REGION", self.region)
            .replace("ACCOUNT", &self.team.account)
    }

    /// A catalog elsewhere has no schemas to refer to.
    fn json(&self, text: &str) -> Result<String, NewError> {
        let mut value: Value = serde_json::from_str(text)?;
        if let (false, Some(fields)) = (self.schemas, value.as_object_mut()) {
            fields.shift_remove("$schema");
        }
        Ok(format!("{value:#}\n"))
    }
}

fn write(workflows: &Path, slug: &str, files: &[(&'static str, String)]) -> Result<Vec<PathBuf>, NewError> {
    let folder = workflows.join(slug);
    if fs::symlink_metadata(&folder).is_ok() {
        return Err(NewError::Exists(folder));
    }
    let unfinished = workflows.join(format!(".{slug}.new"));
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| NewError::Io { path, source }
    };
    fs::create_dir_all(&unfinished).map_err(io(&unfinished))?;
    for (name, text) in files {
        let path = unfinished.join(name);
        fs::write(&path, text).map_err(io(&path))?;
    }
    fs::rename(&unfinished, &folder).map_err(io(&folder))?;
    Ok(files.iter().map(|(name, _)| folder.join(name)).collect())
}
