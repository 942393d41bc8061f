//! Which page lives where, and what lists know about a workflow.

use catalog_model::compiled::Summary;
use catalog_model::workflow::Kind;
use catalog_model::{Catalog, CompiledWorkflow, compiled};
use serde::Serialize;

/// The most workflows that one page lists; a longer catalog is spread over pages, and searched through
/// an index that the browser loads when somebody starts to type.
pub(crate) const PER_PAGE: usize = 120;

/// The index for search in the browser.
pub(crate) const SEARCH_FILE: &str = "site/catalog.json";

/// Its address.
pub(crate) const SEARCH_ADDRESS: &str = "/catalog.json";

/// What is kept of a workflow once its page is written.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) owner: String,
    pub(crate) kind: Kind,
    pub(crate) tags: Vec<String>,
    #[serde(skip)]
    pub(crate) digest: String,
    #[serde(skip)]
    pub(crate) region: String,
    #[serde(skip)]
    pub(crate) callers: Vec<String>,
}

impl Entry {
    pub(crate) fn new(compiled: CompiledWorkflow) -> Self {
        let CompiledWorkflow { slug, workflow, digest, region, .. } = compiled;
        Self {
            slug,
            title: workflow.title,
            summary: workflow.summary,
            owner: workflow.owner,
            kind: workflow.kind,
            tags: workflow.tags,
            digest,
            region,
            callers: workflow.callers,
        }
    }

    pub(crate) fn summary_for_functions(&self) -> Summary {
        Summary { title: self.title.clone(), owner: self.owner.clone(), digest: self.digest.clone() }
    }
}

pub(crate) fn workflow_file(slug: &str) -> String {
    format!("site/workflows/{slug}/index.html")
}

pub(crate) fn compiled_file(slug: &str) -> String {
    format!("compiled/{}", compiled::workflow_file(slug))
}

pub(crate) fn team_file(team: &str) -> String {
    format!("site/teams/{team}/index.html")
}

/// Pages of the list count from 1; the first one is the portal's home.
pub(crate) fn list_file(page: usize) -> String {
    if page == 1 { "site/index.html".to_owned() } else { format!("site/browse/{page}/index.html") }
}

/// The address of a page of the list.
pub(crate) fn list_address(page: usize) -> String {
    if page == 1 { "/".to_owned() } else { format!("/browse/{page}/") }
}

/// What `scripts/home.js` searches.
#[derive(Debug, Serialize)]
pub(crate) struct Search<'a> {
    /// Names of the teams by id.
    teams: std::collections::BTreeMap<&'a str, &'a str>,
    workflows: &'a [Entry],
}

pub(crate) fn search<'a>(entries: &'a [Entry], catalog: &'a Catalog) -> Search<'a> {
    let teams = catalog.teams.iter().map(|(id, team)| (id.as_str(), team.name.as_str())).collect();
    Search { teams, workflows: entries }
}
