//! `site-gen test`: the cases of every workflow, run through the engine, offline and in milliseconds.
//!
//! 1. `catalog_model` loads and checks a workflow; one with problems is not tested, and they are listed;
//! 2. `world` makes what an execution starts with from a case: the input that the gateway would give;
//! 3. `drive` runs it, with the children that a distributed Map starts, on a virtual `clock`: waits,
//!    retries and time limits pass at once, and every service answers what the case's mocks say
//!    (`catalog_model::cases::Cases::answer` chooses which); `journey` is what was seen on the way;
//! 4. `verdict` holds the end and the way against what the case expects, [`json_diff`] finds where
//!    two documents differ;
//! 5. `coverage` counts the states that the cases of a workflow visited together;
//! 6. [`explain`] says a failure in text for people, [`junit`] all results in XML for machines.
//!
//! A call takes a tenth of a virtual second: time moves on between two calls, and no time limit, which
//! has whole seconds, ends one. A task that should time out throws `States.Timeout`.
//!
//! Not simulated: that a service is slow or never answers, and what a worker's heartbeats do.

mod clock;
mod coverage;
mod drive;
pub mod explain;
mod journey;
mod json_diff;
pub mod junit;
mod verdict;
mod world;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use asl::Definition;
use catalog_model::cases::Case;
use catalog_model::{Catalog, LoadedWorkflow, Problem};
use rayon::prelude::*;

pub use coverage::Coverage;
pub use verdict::{Failure, Finding, Seen};

/// What to test.
#[derive(Debug, Clone, Default)]
pub struct TestOptions {
    /// The catalog's folder.
    pub catalog: PathBuf,
    /// Only this workflow.
    pub workflow: Option<String>,
    /// Only cases whose name contains this; states need no coverage then.
    pub case: Option<String>,
}

/// What became of all of it.
#[derive(Debug)]
pub struct Tested {
    /// Portal and teams: what is wrong with them. Nothing is tested then.
    pub problems: Vec<Problem>,
    /// The workflows, by slug; with a filter on cases, those that have one.
    pub workflows: Vec<TestedWorkflow>,
}

/// What became of a workflow's cases.
#[derive(Debug)]
pub struct TestedWorkflow {
    /// The folder's name.
    pub slug: String,
    /// What `check` finds; no case is run then.
    pub problems: Vec<Problem>,
    /// The cases, in the order of the file.
    pub cases: Vec<TestedCase>,
    /// The states that the cases visited together.
    pub coverage: Coverage,
}

/// What became of a case.
#[derive(Debug)]
pub struct TestedCase {
    /// The case's name.
    pub name: String,
    /// How long it took.
    pub took: Duration,
    /// Why it failed; None if it passed.
    pub failure: Option<Failure>,
}

/// Why nothing was tested.
#[derive(Debug, thiserror::Error)]
pub enum TestError {
    /// No such workflow.
    #[error("there is no workflow `{slug}`; known are {known}")]
    UnknownWorkflow {
        /// What was asked for.
        slug: String,
        /// The workflows there are, as a list.
        known: String,
    },
    /// No such case.
    #[error("no case has `{0}` in its name")]
    UnknownCase(String),
}

impl Tested {
    /// Whether there is nothing to complain about.
    pub fn passed(&self) -> bool {
        self.problems.is_empty() && self.workflows.iter().all(TestedWorkflow::passed)
    }
}

impl TestedWorkflow {
    /// Whether every case passed, and they visited enough states.
    pub fn passed(&self) -> bool {
        self.problems.is_empty() && self.failed() == 0 && self.coverage.is_enough()
    }

    /// How many cases failed.
    pub fn failed(&self) -> usize {
        self.cases.iter().filter(|case| case.failure.is_some()).count()
    }

    /// How long the cases took, one after the other.
    pub fn took(&self) -> Duration {
        self.cases.iter().map(|case| case.took).sum()
    }
}

/// Runs the cases of a catalog, on every core.
pub fn test(options: &TestOptions) -> Result<Tested, TestError> {
    let (catalog, problems) = Catalog::open(&options.catalog);
    let slugs: Vec<&String> = catalog
        .slugs
        .iter()
        .filter(|slug| options.workflow.as_ref().is_none_or(|only| only == *slug))
        .collect();
    if let (Some(slug), [], []) = (&options.workflow, slugs.as_slice(), problems.as_slice()) {
        let known: Vec<String> = catalog.slugs.iter().map(|slug| format!("`{slug}`")).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(TestError::UnknownWorkflow { slug: slug.clone(), known });
    }
    if !problems.is_empty() {
        return Ok(Tested { problems, workflows: Vec::new() });
    }
    let case = options.case.as_deref();
    let mut workflows: Vec<_> = slugs.into_par_iter().map(|slug| workflow(&catalog, slug, case)).collect();
    if let Some(case) = case {
        workflows.retain(|tested| !tested.cases.is_empty() || !tested.problems.is_empty());
        if workflows.is_empty() {
            return Err(TestError::UnknownCase(case.to_owned()));
        }
    }
    Ok(Tested { problems, workflows })
}

fn workflow(catalog: &Catalog, slug: &str, only: Option<&str>) -> TestedWorkflow {
    let (loaded, mut problems) = catalog.workflow(slug);
    let sound = loaded.filter(|_| problems.is_empty());
    let parsed = sound.and_then(|loaded| match Definition::from_value(&loaded.steps) {
        Ok(definition) => Some((loaded, definition)),
        Err(findings) => {
            problems.extend(findings.iter().map(|finding| refused(slug, finding)));
            None
        }
    });
    let Some((loaded, definition)) = parsed else {
        return TestedWorkflow {
            slug: slug.to_owned(),
            problems,
            cases: Vec::new(),
            coverage: Coverage::default(),
        };
    };
    let shared_account = catalog.portal.as_ref().map_or("", |portal| portal.shared_account.as_str());
    let minimum = catalog.portal.as_ref().map_or(0, |portal| portal.tests.minimum_state_coverage.into());
    let chosen: Vec<&Case> =
        loaded.cases.cases.iter().filter(|case| only.is_none_or(|only| case.name.contains(only))).collect();
    let run = |case: &&Case| run(&loaded, &definition, shared_account, case);
    let (cases, entered): (Vec<_>, Vec<_>) = chosen.par_iter().map(run).unzip();
    let minimum = if only.is_some() { 0 } else { minimum };
    let coverage = Coverage::of(&loaded.steps, entered.iter().flatten(), minimum);
    TestedWorkflow { slug: slug.to_owned(), problems, cases, coverage }
}

/// Runs one case; gives the names of the states that were entered, too.
fn run(
    workflow: &LoadedWorkflow,
    definition: &Definition,
    shared_account: &str,
    case: &Case,
) -> (TestedCase, Vec<String>) {
    let begun = Instant::now();
    let start = world::start(workflow, shared_account, case);
    let deadline = world::deadline(workflow);
    let (journey, end) = drive::run(definition, case, start, deadline);
    let failure = verdict::verdict(&workflow.slug, case, &journey, &end);
    let entered = journey.entered.into_iter().map(|seen| seen.state).collect();
    (TestedCase { name: case.name.clone(), took: begun.elapsed(), failure }, entered)
}

/// The engine refuses what the check let through; it says so itself.
fn refused(slug: &str, finding: &asl::Diagnostic) -> Problem {
    Problem {
        file: Path::new("workflows").join(slug).join("steps.asl.json"),
        place: None,
        pointer: finding.pointer.clone(),
        code: format!("asl-{}", finding.code.to_lowercase().replace('_', "-")),
        message: finding.message.clone(),
        help: "Correct the steps.".to_owned(),
    }
}
