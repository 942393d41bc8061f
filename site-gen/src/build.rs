//! The pipeline: catalog and templates in, a finished output folder or all problems out.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use catalog_model::{Catalog, CatalogIndex, Problem};
use rayon::prelude::*;

use crate::assets::Assets;
use crate::plan::Entry;
use crate::render::Renderer;
use crate::write::Output;
use crate::{infra, plan, write};

/// What to build, and where.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// The catalog's folder.
    pub catalog: PathBuf,
    /// The folder with templates, styles, scripts and images.
    pub templates: PathBuf,
    /// The output folder: an earlier build, an empty folder, or nothing yet.
    pub out: PathBuf,
    /// Where the portal answers, when that is not where the catalog says: local mode stands for the portals
    /// of all Regions.
    pub portal_url: Option<String>,
    /// Whether to write the templates of a deployment, too: see [`crate::infra`].
    pub infra: bool,
}

/// What was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// Workflows in the catalog.
    pub workflows: usize,
    /// Pages written, of every kind.
    pub pages: usize,
}

/// The most workflows that a thread takes at once. Left to itself, each of two threads takes a quarter of the
/// catalog at a time, and one may have nothing to do while the other is in its last.
const BATCH: usize = 32;

/// Why nothing was built. The output folder is as it was.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The catalog has faults: all of them, sorted.
    #[error("{} in the catalog", count(.0.len()))]
    Problems(Vec<Problem>),
    /// A template cannot be compiled or rendered.
    #[error("a template is wrong: {0}")]
    Template(#[from] tera::Error),
    /// A file cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The output folder holds something that no build wrote.
    #[error("{} holds files that no build wrote; name an empty or a new folder", .0.display())]
    NotAnOutput(PathBuf),
    /// A compiled workflow has no JSON form.
    #[error("cannot write {path} as JSON")]
    Json {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

fn count(problems: usize) -> String {
    if problems == 1 { "one problem".to_owned() } else { format!("{problems} problems") }
}

/// Builds the site and the compiled catalog, or says everything that is wrong.
pub fn build(options: &BuildOptions) -> Result<Built, BuildError> {
    let (mut catalog, mut problems) = Catalog::open(&options.catalog);
    let Some(portal) = &mut catalog.portal else {
        problems.extend(all_workflows(&catalog));
        return Err(sorted(problems));
    };
    if let Some(url) = &options.portal_url {
        portal.deployments.iter_mut().for_each(|deployment| deployment.url.clone_from(url));
    }
    let output = Output::create(&options.out)?;
    let assets = Assets::read(&options.templates)?;
    let renderer = Renderer::new(&options.templates, &catalog, &assets)?;

    let failed = AtomicBool::new(!problems.is_empty());
    let slugs = catalog.slugs.par_iter().with_max_len(BATCH);
    let target = Target { renderer: &renderer, output: &output, infra: options.infra };
    let results: Vec<_> = slugs.map(|slug| workflow(slug, &catalog, &target, &failed)).collect();

    let mut entries = Vec::with_capacity(results.len());
    for result in results {
        match result? {
            Ok(entry) => entries.extend(entry),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(sorted(problems));
    }
    if options.infra {
        infra::write_rest(&catalog, &entries, &output)?;
    }
    let pages = finish(&catalog, &renderer, &output, &assets, entries)?;
    output.publish()?;
    Ok(Built { workflows: catalog.slugs.len(), pages })
}

/// Where workflows go, and as what.
struct Target<'a> {
    renderer: &'a Renderer<'a>,
    output: &'a Output,
    infra: bool,
}

/// One workflow through all stages. Once anything is wrong, workflows are only checked.
fn workflow(
    slug: &str,
    catalog: &Catalog,
    target: &Target<'_>,
    failed: &AtomicBool,
) -> Result<Result<Option<Entry>, Vec<Problem>>, BuildError> {
    let Target { renderer, output, .. } = target;
    let (loaded, problems) = catalog.workflow(slug);
    if !problems.is_empty() {
        failed.store(true, Ordering::Relaxed);
        return Ok(Err(problems));
    }
    let Some(loaded) = loaded.filter(|_| !failed.load(Ordering::Relaxed)) else { return Ok(Ok(None)) };
    let page = renderer.workflow(&loaded)?;
    output.write(&plan::workflow_file(slug), &page)?;
    if target.infra {
        infra::write_workflow(&loaded, output)?;
    }
    let file = loaded.into_compiled();
    output.write(&plan::compiled_file(slug), &write::json(slug, &file)?)?;
    Ok(Ok(Some(Entry::new(file.compiled))))
}

/// What needs every workflow: lists, the index, and the files around them.
fn finish(
    catalog: &Catalog,
    renderer: &Renderer<'_>,
    output: &Output,
    assets: &Assets,
    mut entries: Vec<Entry>,
) -> Result<usize, BuildError> {
    let index = index(catalog, assets, &entries);
    output.write("compiled/index.json", &write::json("compiled/index.json", &index)?)?;
    assets.write(output)?;
    renderer.write_templates(output)?;

    entries.sort_by_cached_key(|entry| (entry.title.to_lowercase(), entry.slug.clone()));
    let pages = entries.len() + renderer.lists(&entries, |path, html| output.write(path, html))?;
    output.write(plan::SEARCH_FILE, &write::json(plan::SEARCH_FILE, &plan::search(&entries, catalog))?)?;
    Ok(pages)
}

fn index(catalog: &Catalog, assets: &Assets, entries: &[Entry]) -> Option<CatalogIndex> {
    Some(CatalogIndex {
        portal: catalog.portal.clone()?,
        teams: catalog.teams.clone(),
        workflows: entries.iter().map(|entry| (entry.slug.clone(), entry.summary_for_functions())).collect(),
        assets: assets.addresses().clone(),
    })
}

fn all_workflows(catalog: &Catalog) -> Vec<Problem> {
    catalog.slugs.par_iter().flat_map_iter(|slug| catalog.workflow(slug).1).collect()
}

fn sorted(mut problems: Vec<Problem>) -> BuildError {
    problems.sort();
    BuildError::Problems(problems)
}
