//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::step_functions::StepFunctions;
use crate::verify::Verify;

/// Runs the whole portal on this machine: site, functions, DynamoDB, Step Functions, sign-in and inbox.
///
/// No AWS account is used. State is kept in the data folder and survives a restart.
#[derive(Debug, Clone, Parser)]
#[command(name = "drawbridge", version, about, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// One part alone; the whole system without.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Of the whole system.
    #[command(flatten)]
    pub options: Options,
}

/// What can be run alone.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Step Functions alone, in memory, for any client, emulator or test suite.
    StepFunctions(StepFunctions),
    /// Checks exports of the audit: no AWS, no server, no network.
    ///
    /// Each run is a line: ok, or BAD with the first record that is not what was recorded. The exit status is 0
    /// when all is well, 1 when something is bad, and 2 when something could not be used.
    Verify(Verify),
}

/// Options of the whole system.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Port of the portal on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8700)]
    pub port: u16,
    /// Folder for databases and the built site.
    #[arg(long, value_name = "DIR", default_value = ".drawbridge")]
    pub data: PathBuf,
    /// The catalog to serve; it is rebuilt when a file in it changes.
    #[arg(long, value_name = "DIR", default_value_os_t = default_dir("catalog"))]
    pub catalog: PathBuf,
    /// The templates to build the site with.
    #[arg(long, value_name = "DIR", default_value_os_t = default_dir("templates"))]
    pub templates: PathBuf,
    /// Longest time a Wait state really waits; longer waits are cut to it.
    #[arg(long, value_name = "SECONDS", default_value_t = 2)]
    pub max_wait: u64,
    /// How long a simulated call takes, so that steps can be watched.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 400)]
    pub pace: u64,
    /// Another address at which the portal reaches Step Functions, such as a proxy in a test.
    #[arg(long, value_name = "URL", hide = true)]
    pub step_functions: Option<String>,
}

/// The folder of the checkout this was built from, unless the current folder has one of that name.
fn default_dir(name: &str) -> PathBuf {
    let here = PathBuf::from(name);
    if here.is_dir() {
        return here;
    }
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(name)
}
