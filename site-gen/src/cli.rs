//! The command line: one file for each subcommand, each with its arguments and a `run`.
//!
//! A subcommand ends with 0 when all is well, with 1 when the catalog has problems, a case fails or
//! a difference is denied, and with 2 when it could not do its work (clap's own code for wrong arguments).

mod build;
mod check;
mod diff;
mod new;
mod print;
mod schemas;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use print::Terminal;

/// Checks a catalog of workflows and builds its portal.
///
/// A catalog is a folder with `portal.json`, `teams/<team>.json` and `workflows/<slug>/`; in a pull request
/// that changes it, `check` says everything that is wrong at once, `test` runs the cases of every workflow, and
/// `diff` says what the change weakens.
#[derive(Debug, Parser)]
#[command(name = "site-gen", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Build(build::Arguments),
    Diff(diff::Arguments),
    New(new::Arguments),
    Test(test::Arguments),
    Schemas(schemas::Arguments),
}

/// Runs the subcommand that was asked for.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let out = &mut Terminal::stdout();
    let done = match arguments.command {
        Command::Check(arguments) => check::run(&arguments, out),
        Command::Build(arguments) => build::run(&arguments, out),
        Command::Diff(arguments) => diff::run(&arguments, out),
        Command::New(arguments) => new::run(&arguments, out),
        Command::Test(arguments) => test::run(&arguments, out),
        Command::Schemas(arguments) => schemas::run(&arguments, out),
    };
    done.unwrap_or_else(|error| {
        // Somebody who closed the pipe (`site-gen check | head`) has seen enough.
        if !print::is_closed_pipe(&error) {
            Terminal::stderr().error(&error);
        }
        ExitCode::from(2)
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }
}
