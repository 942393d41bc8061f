//! `site-gen check`.

use std::path::PathBuf;
use std::process::ExitCode;

use super::print::{Terminal, count};

/// Says everything that is wrong with a catalog.
///
/// Prints each problem with its file, line, column and JSON pointer, what is wrong and what to do
/// about it. Ends with 1 if there is any.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The catalog's folder.
    #[arg(long, value_name = "DIR", default_value = "catalog")]
    catalog: PathBuf,
    /// Print a JSON list of problems instead, for other tools.
    #[arg(long)]
    json: bool,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, out: &mut Terminal) -> anyhow::Result<ExitCode> {
    let checked = site_gen::check(&arguments.catalog);
    if arguments.json {
        out.line(&serde_json::to_string_pretty(&checked.problems)?)?;
    } else if checked.problems.is_empty() {
        let (teams, workflows) = (count(checked.teams, "team"), count(checked.workflows, "workflow"));
        out.good(&format!("{teams}, {workflows}: no problems"))?;
    } else {
        out.problems(&checked.problems)?;
    }
    out.flush()?;
    Ok(if checked.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
