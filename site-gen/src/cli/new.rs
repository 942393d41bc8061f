//! `site-gen new`.

use std::path::PathBuf;
use std::process::ExitCode;

use site_gen::new::{self, NewWorkflow};

use super::print::Terminal;

/// Adds a workflow to the catalog: a working example to change into yours.
///
/// Writes `workflows/<slug>/` with its five files: what is offered, the guide, the steps, their test cases
/// and their permissions. The example restarts an ECS service; it passes `check` as it is.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The workflow's name in addresses: lower case words joined by dashes, such as `resize-rds-cluster`.
    slug: String,
    /// The team that owns it.
    #[arg(long, value_name = "TEAM")]
    team: String,
    /// What it does, as a short imperative, such as `Resize an RDS cluster`; made from the slug if absent.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The catalog's folder.
    #[arg(long, value_name = "DIR", default_value = "catalog")]
    catalog: PathBuf,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, out: &mut Terminal) -> anyhow::Result<ExitCode> {
    let Arguments { slug, team, title, catalog } = arguments;
    let wanted = NewWorkflow { slug, team, title: title.as_deref() };
    let written = new::create(catalog, &wanted)?;
    for file in written {
        out.line(&format!("wrote {}", file.display()))?;
    }
    out.line("")?;
    out.line(
        "Change the example into your workflow, and run `site-gen check` and `site-gen test` as you go:",
    )?;
    for (file, purpose) in new::GUIDANCE {
        out.line(&format!("  {file:<17} {purpose}"))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
