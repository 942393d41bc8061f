//! `site-gen diff`.

use std::path::PathBuf;
use std::process::ExitCode;

use catalog_model::problem::Place;
use serde_json::json;
use site_gen::diff::{self, Base, Diff, Finding, Severity, Side};

use super::print::{Colour, Terminal};

/// Says what a change of the catalog means: fewer approvals, wider permissions, changed target.
///
/// Compares the catalog with BASE and sorts what differs by what it means. `weakens`: fewer people agree, more is
/// allowed or accepted, or it cannot be known. `breaks`: who requests or calls a workflow as before is refused, or
/// gets something else. `changes` and `strengthens` are the rest. Policies are compared by what they allow, schemas by
/// what they accept; a difference that no rule knows is among the changes, never silent.
///
/// Ends with 0 whatever it finds, with 1 if it finds what `--deny` names, with 2 if it cannot compare.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to compare with: a folder that is a catalog, or a revision of the git repository that the catalog is in,
    /// such as `origin/main`. A folder is preferred; nothing is checked out.
    base: String,
    /// The catalog's folder, as it is on disk.
    #[arg(long, value_name = "DIR", default_value = "catalog")]
    catalog: PathBuf,
    /// `text` for a terminal, `markdown` for the comment on a pull request, `json` for other tools.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// End with 1 if there is any finding of these: `--deny weakens`, `--deny weakens,breaks`.
    #[arg(long, value_name = "SEVERITY", value_delimiter = ',', value_parser = severity)]
    deny: Vec<Severity>,
}

/// How the comparison is written.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Markdown,
    Json,
}

/// Runs it.
pub(crate) fn run(arguments: &Arguments, out: &mut Terminal) -> anyhow::Result<ExitCode> {
    let Arguments { base, catalog, format, deny } = arguments;
    let found = Base::find(base, catalog)?;
    let diff = diff::diff(found.folder(), catalog)?;
    match format {
        Format::Text => print(&diff, base, out)?,
        Format::Markdown => out.line(diff::markdown(&diff, base).trim_end())?,
        Format::Json => out.line(&serde_json::to_string_pretty(&in_json(&diff, base))?)?,
    }
    out.flush()?;
    let denied = deny.iter().any(|severity| diff.of(*severity).next().is_some());
    Ok(if denied { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn severity(word: &str) -> Result<Severity, String> {
    let known = Severity::ALL.map(Severity::as_str);
    let at = known.iter().position(|known| *known == word);
    at.map(|at| Severity::ALL[at]).ok_or_else(|| format!("it is one of {}", known.join(", ")))
}

fn in_json(diff: &Diff, base: &str) -> serde_json::Value {
    let counts: serde_json::Map<_, _> =
        Severity::ALL.iter().map(|one| (one.as_str().to_owned(), diff.of(*one).count().into())).collect();
    json!({"base": base, "counts": counts, "findings": diff.findings})
}

fn print(diff: &Diff, base: &str, out: &mut Terminal) -> anyhow::Result<()> {
    let Some(headline) = diff.headline() else {
        return Ok(out.good(&format!("nothing differs from {base}"))?);
    };
    for severity in Severity::ALL {
        if diff.of(severity).next().is_none() {
            continue;
        }
        out.painted(colour(severity), severity.as_str())?;
        for finding in diff.of(severity) {
            print_finding(finding, out)?;
        }
        out.line("")?;
    }
    out.painted(Colour::Bold, &format!("compared with {base}: {headline}"))?;
    Ok(())
}

fn colour(severity: Severity) -> Colour {
    match severity {
        Severity::Weakens | Severity::Breaks => Colour::Bad,
        Severity::Changes => Colour::Bold,
        Severity::Strengthens => Colour::Good,
    }
}

fn print_finding(finding: &Finding, out: &mut Terminal) -> anyhow::Result<()> {
    let whose = finding.workflow.as_deref().map_or_else(String::new, |slug| format!("{slug}: "));
    out.painted(Colour::Plain, &format!("  {whose}{}", finding.message))?;
    match (&finding.before, &finding.after) {
        (None, None) => {}
        (Some(before), None) => out.painted(Colour::Plain, &format!("      before: {before}"))?,
        (None, Some(after)) => out.painted(Colour::Plain, &format!("      now: {after}"))?,
        (Some(before), Some(after)) => out.painted(Colour::Plain, &format!("      {before} → {after}"))?,
    }
    let mut place = finding.file.display().to_string();
    if let Some(Place { line, column }) = finding.place {
        place = format!("{place}:{line}:{column}");
    }
    let gone = if finding.side == Side::Base { " (before)" } else { "" };
    let place = format!("      {place} {}", finding.pointer);
    out.painted(Colour::Faint, &format!("{}{gone}", place.trim_end()))?;
    Ok(())
}
