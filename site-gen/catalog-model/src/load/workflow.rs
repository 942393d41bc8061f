//! One workflow's folder: its five files, read and checked together.

use std::fs::FileType;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::files::Root;
use super::report::Source;
use super::{Catalog, json_file, missing, shape, unexpected};
use crate::cases::Cases;
use crate::check::workflow::Parts;
use crate::{CompiledFile, CompiledWorkflow, Permissions, Problem, Workflow, check};

/// The files of a workflow's folder, each with what it is for.
pub const FILES: [(&str, &str); 5] = [
    ("workflow.json", "It says what is offered, to whom, and behind which approvals."),
    ("guide.md", "It tells requesters what the workflow does, when to use it and what can go wrong."),
    ("steps.asl.json", "It is the state machine, in Amazon States Language."),
    ("cases.json", "It has the test cases of the steps, with mocked results."),
    ("permissions.json", "It is the IAM policy that the steps run with."),
];

/// A workflow that was read whole.
#[derive(Debug)]
pub struct LoadedWorkflow {
    /// The folder's name.
    pub slug: String,
    /// `workflow.json`.
    pub workflow: Workflow,
    /// `guide.md`, in Markdown.
    pub guide: String,
    /// `steps.asl.json`; [`asl::Definition::from_value`] takes it.
    pub steps: Value,
    /// `permissions.json`.
    pub permissions: Permissions,
    /// `cases.json`.
    pub cases: Cases,
    /// What a run pins: see [`CompiledWorkflow::digest_of`].
    pub digest: String,
    /// The Region its state machine lives in.
    pub region: String,
    /// The owner's AWS account.
    pub account: String,
}

impl LoadedWorkflow {
    /// What is compiled of it.
    pub fn into_compiled(self) -> CompiledFile {
        let Self { slug, digest, region, account, workflow, steps, cases, .. } = self;
        CompiledFile { compiled: CompiledWorkflow { slug, digest, region, account, workflow }, steps, cases }
    }
}

/// Reads and checks the folder `workflows/<slug>`.
pub(super) fn load(
    catalog: &Catalog,
    root: &Root,
    slug: &str,
    problems: &mut Vec<Problem>,
) -> Option<LoadedWorkflow> {
    let folder = Path::new("workflows").join(slug);
    let present = Folder::open(root, folder, problems);

    let workflow = present.file("workflow.json").and_then(|path| json_file(root, path, problems));
    let guide = present.file("guide.md").and_then(|path| text(root, path, problems));
    let steps = present.file("steps.asl.json").and_then(|path| {
        let source = text(root, path, problems)?;
        let value = shape::value(&source, problems)?;
        Some((source, value))
    });
    let cases = present.file("cases.json").and_then(|path| json_file(root, path, problems));
    let permissions = present.file("permissions.json").and_then(|path| json_file(root, path, problems));

    let parts = Parts {
        catalog,
        slug,
        workflow: workflow.as_ref().map(|(source, workflow)| (source, workflow)),
        guide: guide.as_ref(),
        steps: steps.as_ref().map(|(source, steps)| (source, steps)),
        cases: cases.as_ref().map(|(source, cases)| (source, cases)),
        permissions: permissions.as_ref().map(|(source, permissions)| (source, permissions)),
    };
    check::workflow::check(&parts, problems)?;
    let (_, workflow): (_, Workflow) = workflow?;
    let (steps, permissions, cases) = (steps?.1, permissions?.1, cases?.1);
    let account = catalog.teams.get(&workflow.owner)?.account.clone();
    let region = catalog.region_of(&workflow)?.to_owned();
    let digest = CompiledWorkflow::digest_of(&workflow, &steps, &permissions, &account, &region).ok()?;
    Some(LoadedWorkflow {
        slug: slug.to_owned(),
        workflow,
        guide: guide?.text,
        steps,
        permissions,
        cases,
        digest,
        region,
        account,
    })
}

/// Which of the five files there are.
struct Folder {
    path: PathBuf,
    names: Vec<&'static str>,
}

impl Folder {
    fn open(root: &Root, path: PathBuf, problems: &mut Vec<Problem>) -> Self {
        let before = problems.len();
        let entries = root.list(&path, problems).unwrap_or_default();
        let refused: Vec<PathBuf> = problems[before..].iter().map(|problem| problem.file.clone()).collect();
        let mut names = Vec::with_capacity(FILES.len());
        for (name, purpose) in FILES {
            if entries.get(name).is_some_and(FileType::is_file) {
                names.push(name);
                continue;
            }
            let file = path.join(name);
            if !refused.contains(&file) {
                problems.push(missing(&file, purpose));
            }
        }
        if entries.len() > names.len() {
            let known = FILES.map(|(name, _)| name);
            let strange = entries.keys().filter(|name| !known.contains(&name.as_str()));
            problems.extend(strange.map(|name| unexpected(&path.join(name), &crate::suggest::list(&known))));
        }
        Self { path, names }
    }

    fn file(&self, name: &'static str) -> Option<PathBuf> {
        self.names.contains(&name).then(|| self.path.join(name))
    }
}

fn text(root: &Root, path: PathBuf, problems: &mut Vec<Problem>) -> Option<Source> {
    root.read(path).map_err(|problem| problems.push(*problem)).ok()
}
