//! Building the site from the catalog, at the start and after every change.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use catalog_model::CatalogIndex;
use portal::Portal;
use portal::api::Templates;
use site_gen::{BuildError, BuildOptions};
use tokio::sync::watch;

use crate::options::Options;
use crate::watch::Changes;
use crate::{doors, publish};

/// The catalog does not compile.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct CatalogProblems {
    /// Every problem, as `site-gen check` prints it.
    pub text: String,
}

/// What to build, and where to.
#[derive(Debug, Clone)]
pub(crate) struct SiteBuild {
    options: BuildOptions,
}

impl SiteBuild {
    /// Builds what the options name into `out`, for a portal that answers at `url`.
    pub(crate) fn new(options: &Options, out: PathBuf, url: &str) -> Self {
        let (catalog, templates) = (options.catalog.clone(), options.templates.clone());
        let portal_url = Some(url.to_owned());
        Self { options: BuildOptions { catalog, templates, out, portal_url, infra: false } }
    }

    /// The folder of the static site.
    pub(crate) fn site(&self) -> PathBuf {
        self.options.out.join("site")
    }

    /// The folder of the compiled catalog.
    pub(crate) fn compiled(&self) -> PathBuf {
        self.options.out.join("compiled")
    }

    /// Builds everything; on a fault the folder stays as it was.
    pub(crate) async fn run(&self) -> anyhow::Result<Duration> {
        let started = Instant::now();
        let options = self.options.clone();
        let built = tokio::task::spawn_blocking(move || site_gen::build(&options)).await;
        match built.context("the build panicked")? {
            Ok(_) => Ok(started.elapsed()),
            Err(BuildError::Problems(problems)) => {
                let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
                Err(CatalogProblems { text: lines.join("\n\n") }.into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Everything that a new build must reach.
pub(crate) struct Reload {
    pub(crate) build: SiteBuild,
    pub(crate) portal: Arc<Portal>,
    pub(crate) templates: Templates,
    pub(crate) index: watch::Sender<Arc<CatalogIndex>>,
    pub(crate) step_functions: String,
}

impl Reload {
    /// Rebuilds after every change. A catalog with problems is reported, and the last good one served.
    pub(crate) async fn follow(self, mut changes: Changes) {
        while changes.next().await.is_some() {
            match self.again().await {
                Ok(took) => tracing::info!("the catalog changed; rebuilt in {} ms", took.as_millis()),
                Err(error) => tracing::error!("the catalog changed and does not compile:\n\n{error:#}\n"),
            }
        }
    }

    async fn again(&self) -> anyhow::Result<Duration> {
        let took = self.build.run().await?;
        self.portal.catalog.reload()?;
        self.templates.reload(&self.build.compiled().join("templates"))?;
        let index = self.portal.catalog.index();
        self.portal.store.seed_people(&index).await?;
        publish::catalog(&self.step_functions, &self.portal).await?;
        doors::deploy(&self.step_functions, &self.portal).await?;
        self.index.send_replace(index);
        Ok(took)
    }
}
