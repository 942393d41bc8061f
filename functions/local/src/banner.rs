//! What the terminal says once everything serves.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use local::Endpoints;

/// Prints where to go; in colour on a terminal.
pub(crate) fn print(endpoints: &Endpoints, data: &Path, took: Duration) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let (bold, soft, plain) =
        if out.is_terminal() { ("\x1b[1m", "\x1b[2m", "\x1b[0m") } else { ("", "", "") };
    writeln!(out)?;
    writeln!(out, "  {bold}Drawbridge{plain} {soft}local mode, ready in {} ms{plain}", took.as_millis())?;
    writeln!(out)?;
    writeln!(out, "  {bold}Portal{plain}          {}", endpoints.portal)?;
    writeln!(
        out,
        "  Inbox           {}  {soft}what Slack and e-mail would have received{plain}",
        endpoints.inbox
    )?;
    writeln!(out, "  DynamoDB        {}", endpoints.dynamodb)?;
    writeln!(out, "  Step Functions  {}", endpoints.step_functions)?;
    writeln!(out, "  State           {}  {soft}delete it to start afresh{plain}", data.display())?;
    writeln!(out)?;
    writeln!(
        out,
        "  {soft}Services of AWS that are not on this machine are simulated from each workflow's cases.json,\n  \
         and marked so. Edits in the catalog and the templates show at once. Ctrl-C stops; runs wait on.{plain}"
    )?;
    writeln!(out)?;
    out.flush()
}
