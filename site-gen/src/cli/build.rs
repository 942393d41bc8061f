//! `site-gen build`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use site_gen::{BuildError, BuildOptions};

use super::print::{Terminal, count};

/// Builds the portal's pages and what its functions read.
///
/// Checks the catalog first: with any problem nothing is written, and what an earlier build wrote stays.
/// The output is exchanged as a whole when everything is there.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The catalog's folder.
    #[arg(long, value_name = "DIR", default_value = "catalog")]
    catalog: PathBuf,
    /// The folder with templates, styles and scripts.
    #[arg(long, value_name = "DIR", default_value = "templates")]
    templates: PathBuf,
    /// Where to build: an earlier build, an empty folder, or nothing yet.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    out: PathBuf,
    /// Also write the templates of a deployment: workflows in their owners' accounts, doors in the shared one.
    #[arg(long)]
    infra: bool,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, out: &mut Terminal) -> anyhow::Result<ExitCode> {
    let begun = Instant::now();
    let Arguments { catalog, templates, out: folder, infra } = arguments;
    let options = BuildOptions {
        catalog: catalog.clone(),
        templates: templates.clone(),
        out: folder.clone(),
        portal_url: None,
        infra: *infra,
    };
    let code = match site_gen::build(&options) {
        Ok(built) => {
            let (pages, workflows) = (count(built.pages, "page"), count(built.workflows, "workflow"));
            let took = begun.elapsed().as_secs_f64();
            out.good(&format!("{pages} for {workflows} in {} ({took:.2} s)", folder.display()))?;
            ExitCode::SUCCESS
        }
        Err(BuildError::Problems(problems)) => {
            out.problems(&problems)?;
            ExitCode::FAILURE
        }
        Err(other) => return Err(other.into()),
    };
    out.flush()?;
    Ok(code)
}
