//! `site-gen`: the build tool of a catalog.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
