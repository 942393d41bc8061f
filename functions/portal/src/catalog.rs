//! The compiled catalog as the functions read it: the index at once, each workflow when it is asked for.
//!
//! A workflow's schema and the conditions of its gates are compiled once and kept under its digest.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use catalog_model::{CatalogIndex, CompiledWorkflow, compiled};
use form::{Form, Schema};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tera::Tera;

use crate::domain::approvals::{Names, Rule};
use crate::domain::plan::{Definition, PlannedStep, plan};
use crate::templates::{self, TemplateError};

/// The catalog in a folder, shared by everything that runs in the process.
#[derive(Debug)]
pub struct CatalogStore {
    folder: PathBuf,
    state: RwLock<State>,
}

#[derive(Debug)]
struct State {
    index: Arc<CatalogIndex>,
    workflows: HashMap<String, Arc<LoadedWorkflow>>,
    letters: Option<Arc<Tera>>,
}

/// A workflow with everything compiled that a request needs.
#[derive(Debug)]
pub struct LoadedWorkflow {
    /// The workflow.
    pub compiled: CompiledWorkflow,
    /// Its steps, in words.
    pub plan: Vec<PlannedStep>,
    /// Its parameter schema.
    pub schema: Schema<'static>,
    /// Its form.
    pub form: Form,
    /// Its gates.
    pub rules: Vec<Rule>,
}

/// The compiled catalog cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A file is missing or cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what `site-gen build` writes.
    #[error("{} is not a compiled catalog file", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A schema does not compile, though `site-gen check` lets none through.
    #[error("a schema of the workflow {slug} does not compile: {message}")]
    Schema {
        /// The workflow.
        slug: String,
        /// Why.
        message: String,
    },
    /// The templates of mail cannot be used.
    #[error(transparent)]
    Templates(#[from] TemplateError),
}

impl CatalogStore {
    /// Opens the folder that `site-gen build` wrote.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, CatalogError> {
        let folder = folder.into();
        let state = RwLock::new(State::read(&folder)?);
        Ok(Self { folder, state })
    }

    /// Reads the folder again after a build. When that fails, the catalog stays as it was.
    pub fn reload(&self) -> Result<(), CatalogError> {
        let fresh = State::read(&self.folder)?;
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The index.
    pub fn index(&self) -> Arc<CatalogIndex> {
        self.read().index.clone()
    }

    /// The folder, where the templates are too.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A workflow, if the catalog has it.
    pub fn workflow(&self, slug: &str) -> Result<Option<Arc<LoadedWorkflow>>, CatalogError> {
        if let Some(known) = self.read().workflows.get(slug) {
            return Ok(Some(known.clone()));
        }
        let Some(path) = self.file(slug) else { return Ok(None) };
        let loaded = Arc::new(LoadedWorkflow::read(&path)?);
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        // A build may have come between the index and the file; only what belongs together is kept.
        if state.index.workflows.get(slug).is_some_and(|known| known.digest == loaded.compiled.digest) {
            state.workflows.insert(slug.to_owned(), loaded.clone());
        }
        Ok(Some(loaded))
    }

    /// A workflow as it was compiled, without what a request needs; it is not kept.
    pub fn compiled(&self, slug: &str) -> Result<Option<CompiledWorkflow>, CatalogError> {
        self.file(slug).map(|path| parse(&path, &read(&path)?)).transpose()
    }

    /// The file of a workflow. Only slugs of the index become file names.
    fn file(&self, slug: &str) -> Option<PathBuf> {
        let known = self.read().index.workflows.contains_key(slug);
        known.then(|| self.folder.join(compiled::workflow_file(slug)))
    }

    /// The templates of mail, which every function has that tells people.
    pub fn letters(&self) -> Result<Arc<Tera>, CatalogError> {
        if let Some(known) = self.read().letters.clone() {
            return Ok(known);
        }
        let parsed = Arc::new(templates::parse(&self.folder.join("templates"), "mail")?);
        self.state.write().unwrap_or_else(PoisonError::into_inner).letters = Some(parsed.clone());
        Ok(parsed)
    }

    /// The names of all groups and people by id.
    pub fn names(&self) -> Names {
        let index = self.index();
        let people = index.teams.values().flat_map(|team| &team.people);
        Names {
            groups: self.group_names(),
            people: people.map(|person| (person.id.clone(), person.name.clone())).collect(),
        }
    }

    /// The names of all groups by id.
    pub fn group_names(&self) -> BTreeMap<String, String> {
        let index = self.index();
        let groups = index.teams.values().flat_map(|team| &team.groups);
        groups.map(|(id, group)| (id.clone(), group.name.clone())).collect()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn read(folder: &Path) -> Result<Self, CatalogError> {
        let path = folder.join("index.json");
        Ok(Self { index: Arc::new(parse(&path, &read(&path)?)?), workflows: HashMap::new(), letters: None })
    }
}

impl LoadedWorkflow {
    fn read(path: &Path) -> Result<Self, CatalogError> {
        let bytes = read(path)?;
        let compiled: CompiledWorkflow = parse(path, &bytes)?;
        let read: Steps = parse(path, &bytes)?;
        Self::compile(compiled, plan(read.steps))
    }

    /// Compiles the schemas of a workflow.
    fn compile(compiled: CompiledWorkflow, plan: Vec<PlannedStep>) -> Result<Self, CatalogError> {
        let slug = &compiled.slug;
        let schema = schema(slug, &compiled.workflow.parameters)?;
        let form = Form::from_schema(&compiled.workflow.parameters);
        let rules = compiled.workflow.approvals.iter().map(|approval| {
            let compile =
                |when: &Option<Value>| when.as_ref().map(|when| self::schema(slug, when)).transpose();
            let (when, when_requester) = (compile(&approval.when)?, compile(&approval.when_requester)?);
            Ok(Rule { approval: approval.clone(), when, when_requester })
        });
        let rules = rules.collect::<Result<_, CatalogError>>()?;
        Ok(Self { compiled, plan, schema, form, rules })
    }
}

/// What is read of the file besides.
#[derive(Deserialize)]
struct Steps {
    steps: Definition,
}

fn schema(slug: &str, value: &Value) -> Result<Schema<'static>, CatalogError> {
    Schema::authoritative(value).map_err(|problems| CatalogError::Schema {
        slug: slug.to_owned(),
        message: problems.into_iter().map(|p| p.message).collect::<Vec<_>>().join("; "),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, CatalogError> {
    fs::read(path).map_err(|source| CatalogError::Read { path: path.to_owned(), source })
}

fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, CatalogError> {
    serde_json::from_slice(bytes).map_err(|source| CatalogError::Parse { path: path.to_owned(), source })
}
