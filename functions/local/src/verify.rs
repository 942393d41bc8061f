//! `cargo run -- verify FILE…`: checks exports of the audit. It needs no AWS, no server and no network, so
//! that nobody has to trust the portal for it.
//!
//! 1. [`input`] reads exports, [`anchors`] what was copied from the archive; both report everything that
//!    they cannot use, by file and line;
//! 2. each run is judged by `portal::domain::audit`;
//! 3. [`report`] says it, for people or machines.

mod anchors;
mod input;
mod report;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use anchors::Anchors;
use input::Input;
use report::{Report, Verdict};

/// What is to be checked.
#[derive(Debug, Clone, Args)]
pub struct Verify {
    /// Exports, as the portal's `audit.jsonl` gives them; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Anchors: a copy of the archive's bucket, or a file with anchors, one a line; may be given several times.
    /// Those of local mode are in its data folder, `.drawbridge`.
    #[arg(long, value_name = "DIR|FILE")]
    pub anchors: Vec<PathBuf>,
    /// Says it as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Something that could not be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
struct Problem {
    /// The file, or `-`.
    file: String,
    /// The line, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    /// What is wrong.
    message: String,
}

/// Reads, judges, reports.
pub fn run(options: &Verify) -> ExitCode {
    let report = judge(options);
    let text = if options.json { report.json() } else { report.text() };
    // Nothing is left to do when even stdout is closed; the exit status says it all the same.
    let _ = io::stdout().lock().write_all(text.as_bytes());
    if !options.json {
        let _ = io::stderr().lock().write_all(report.remarks().as_bytes());
    }
    ExitCode::from(report.status())
}

fn judge(options: &Verify) -> Report {
    let input = Input::read(&options.files);
    let anchors = Anchors::read(&options.anchors);
    let runs = input.runs.iter().map(|run| Verdict::new(run, &anchors)).collect();
    let problems = input.problems.into_iter().chain(anchors.problems).collect();
    Report {
        runs,
        days: anchors.days,
        bad_anchors: anchors.bad,
        problems,
        anchored: !options.anchors.is_empty(),
    }
}
