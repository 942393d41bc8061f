//! `cargo run`: starts local mode, says where it is, and serves until it is stopped.

mod banner;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use clap::Parser;
use local::options::{Cli, Command};
use local::{CatalogProblems, Options, step_functions, verify};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,local=info")),
        )
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let cli = Cli::parse();
    let ended = match cli.command {
        Some(Command::StepFunctions(options)) => step_functions::run(options).await,
        Some(Command::Verify(options)) => return verify::run(&options),
        None => run(cli.options).await,
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let said = match error.downcast_ref::<CatalogProblems>() {
                Some(problems) => {
                    format!("{problems}\n\nThe catalog has problems, so there is nothing to serve.")
                }
                None => format!("error: {error:#}"),
            };
            // Nothing is left to do when even stderr is closed.
            let _ = writeln!(std::io::stderr(), "{said}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> anyhow::Result<()> {
    let started = Instant::now();
    let data = options.data.clone();
    let running = local::start(options).await?;
    if let Err(error) = banner::print(running.endpoints(), &data, started.elapsed()) {
        tracing::warn!(%error, "the greeting could not be printed; endpoints.json has the addresses");
    }
    tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
    running.stop().await;
    Ok(())
}
