//! `site-gen test`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use site_gen::test::explain::{LineKind, lines};
use site_gen::test::{self, TestOptions, Tested, TestedWorkflow, junit};

use super::print::{Colour, Terminal, count};

/// Runs the test cases of every workflow, offline, in milliseconds.
///
/// A case in `workflows/<slug>/cases.json` says what a requester fills in, what each service answers
/// (`mocks`: state name → invocation, `"0"` or `"1-3"` → `Return` or `Throw`; the last answers again), and
/// what is to come of it (`expect`: `status`, and where they matter `output` or `output_includes`, `error`,
/// `cause`, `path`, `never`, `calls`). Waits, retries and time limits pass at once. Ends with 1 if a case
/// fails, or if a workflow's cases visit fewer of its states than `portal.json` asks for.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The catalog's folder.
    #[arg(long, value_name = "DIR", default_value = "catalog")]
    catalog: PathBuf,
    /// Test this workflow only.
    #[arg(long, value_name = "SLUG")]
    workflow: Option<String>,
    /// Run only cases that have this text in their name; no coverage is asked for then.
    #[arg(long, value_name = "NAME")]
    case: Option<String>,
    /// Write the results as XML, too, which CI systems show (`testsuites` of `testcase`s).
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, out: &mut Terminal) -> anyhow::Result<ExitCode> {
    let Arguments { catalog, workflow, case, junit } = arguments;
    let begun = Instant::now();
    let options = TestOptions { catalog: catalog.clone(), workflow: workflow.clone(), case: case.clone() };
    let tested = test::test(&options)?;
    let took = begun.elapsed();
    if let Some(file) = junit {
        write_junit(file, &tested, took)?;
    }
    for workflow in &tested.workflows {
        print_workflow(workflow, case.is_none(), out)?;
    }
    print_summary(&tested, took, out)?;
    out.flush()?;
    Ok(if tested.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn write_junit(file: &Path, tested: &Tested, took: Duration) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", file.display());
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    fs::write(file, junit::xml(tested, took)?).with_context(cannot)
}

/// `all`: all cases were run, so that a state which none visited says something.
fn print_workflow(workflow: &TestedWorkflow, all: bool, out: &mut Terminal) -> anyhow::Result<()> {
    let (slug, failed, cases) = (&workflow.slug, workflow.failed(), count(workflow.cases.len(), "case"));
    if !workflow.problems.is_empty() {
        out.painted(Colour::Bad, &format!("FAIL  {slug}: not tested, `site-gen check` finds problems"))?;
        return Ok(out.problems(&workflow.problems)?);
    }
    let passed = match failed {
        0 => format!("{cases} passed"),
        _ => format!("{failed} of {cases} failed"),
    };
    let coverage = &workflow.coverage;
    let (visited, states, percentage) = (coverage.visited(), coverage.states, coverage.percentage());
    let visited = format!("{visited} of {states} states visited ({percentage} %)");
    let line = format!("{slug}: {passed}, {visited}, {}", milliseconds(workflow.took()));
    if workflow.passed() {
        out.painted(Colour::Good, &format!("ok    {line}"))?;
    } else {
        out.painted(Colour::Bad, &format!("FAIL  {line}"))?;
    }
    if !coverage.is_enough() {
        let asked =
            format!("      portal.json asks for {} % of the states of every workflow", coverage.minimum);
        out.painted(Colour::Bad, &asked)?;
    }
    if all && !coverage.not_visited.is_empty() {
        let names = coverage.not_visited.join(", ");
        out.painted(Colour::Faint, &format!("      not visited: {names}"))?;
    }
    print_failures(workflow, out)
}

fn print_failures(workflow: &TestedWorkflow, out: &mut Terminal) -> anyhow::Result<()> {
    for case in &workflow.cases {
        let Some(failure) = &case.failure else { continue };
        out.line("")?;
        out.painted(Colour::Bold, &format!("  {}", case.name))?;
        for line in lines(failure) {
            let colour = match line.kind {
                LineKind::Place | LineKind::Help => Colour::Plain,
                LineKind::About => Colour::Bold,
                LineKind::Expected => Colour::Good,
                LineKind::Got => Colour::Bad,
            };
            out.painted(colour, &format!("    {}", line.text))?;
        }
    }
    if workflow.failed() > 0 {
        out.line("")?;
    }
    Ok(())
}

fn print_summary(tested: &Tested, took: Duration, out: &mut Terminal) -> anyhow::Result<()> {
    if !tested.problems.is_empty() {
        return Ok(out.problems(&tested.problems)?);
    }
    let sum = |number: fn(&TestedWorkflow) -> usize| tested.workflows.iter().map(number).sum::<usize>();
    let counted = format!(
        "{}, {}, {} of {} states visited, {}",
        count(tested.workflows.len(), "workflow"),
        count(sum(|workflow| workflow.cases.len()), "case"),
        sum(|workflow| workflow.coverage.visited()),
        sum(|workflow| workflow.coverage.states),
        milliseconds(took)
    );
    let failed = [
        ("case", "failed", sum(TestedWorkflow::failed)),
        ("workflow", "visited too few states", sum(|workflow| usize::from(!workflow.coverage.is_enough()))),
        ("workflow", "not tested", sum(|workflow| usize::from(!workflow.problems.is_empty()))),
    ];
    let failed: Vec<String> = failed
        .into_iter()
        .filter(|(_, _, number)| *number > 0)
        .map(|(what, how, number)| format!("{} {how}", count(number, what)))
        .collect();
    if failed.is_empty() {
        out.painted(Colour::Good, &format!("{counted}: all passed"))?;
    } else {
        out.painted(Colour::Bad, &format!("{counted}: {}", failed.join(", ")))?;
    }
    Ok(())
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 { format!("{milliseconds:.1} ms") } else { format!("{milliseconds:.0} ms") }
}
