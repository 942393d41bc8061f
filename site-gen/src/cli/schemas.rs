//! `site-gen schemas`.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use catalog_model::schemas;

use super::print::Terminal;

/// Writes the JSON Schemas of the catalog's files, which editors use.
///
/// They are generated from the Rust types: run this after changing one.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where to write them.
    #[arg(long, value_name = "DIR", default_value = "site-gen/catalog-model/schemas")]
    out: PathBuf,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, out: &mut Terminal) -> anyhow::Result<ExitCode> {
    let folder = &arguments.out;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for (name, schema) in schemas::all() {
        let path = folder.join(name);
        fs::write(&path, schemas::to_text(&schema))
            .with_context(|| format!("cannot write {}", path.display()))?;
        out.line(&format!("wrote {}", path.display()))?;
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
