//! Text of others in a log line: control characters are spelled out, so that one event stays one line
//! and a terminal that shows it obeys nobody.

use std::fmt::{self, Write};
use std::time::Instant;

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::domain::RunId;
use crate::telemetry::Trace;

/// Shows text with everything escaped that could end a line, move a cursor or turn reading direction.
pub(crate) struct LogText<'a>(pub(crate) &'a str);

impl fmt::Display for LogText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if acts_on_terminals(c) { write!(f, "{}", c.escape_default()) } else { f.write_char(c) }
        })
    }
}

fn acts_on_terminals(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// An error with all its causes in one escaped line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    LogText(&crate::aws::chain(error)).to_string()
}

/// One line for each request: what was asked and how it was answered, never a query or a body. Every line
/// that is written meanwhile names the run and the trace, as far as the request does.
pub(super) async fn each_request(request: Request, next: Next) -> Response {
    let (method, path, started) = (request.method().clone(), request.uri().path().to_owned(), Instant::now());
    let (run, trace) = (run_in(&path), trace(request.headers()));
    let span = tracing::info_span!("request", run = run.map(display), trace = trace.map(display));
    async move {
        let response = next.run(request).await;
        let (status, milliseconds) = (response.status().as_u16(), started.elapsed().as_millis());
        tracing::info!(%method, path = %LogText(&path), status, %milliseconds, "answered");
        response
    }
    .instrument(span)
    .await
}

/// The run that an address is about.
fn run_in(path: &str) -> Option<RunId> {
    path.split('/').find_map(|part| part.parse().ok())
}

/// The trace that a request is part of.
pub(crate) fn trace(headers: &HeaderMap) -> Option<Trace> {
    Trace::of_request(|name| headers.get(name)?.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::LogText;

    #[test]
    fn an_address_names_its_run() {
        let run = "01930000-0000-7000-8000-000000000001";
        let check = |path: &str, named: bool| {
            assert_eq!(
                super::run_in(path).map(|id| id.to_string()).as_deref(),
                named.then_some(run),
                "{path}"
            );
        };
        check(&format!("/api/runs/{run}/steps"), true);
        check(&format!("/runs/{run}"), true);
        check("/api/workflows/resize/runs", false);
        check("/", false);
    }

    #[test]
    fn spells_out_what_terminals_obey() {
        let check = |text: &str, shown: &str| assert_eq!(LogText(text).to_string(), shown);
        check("a\r\nERROR forged", "a\\r\\nERROR forged");
        check("\u{1b}[31mred", "\\u{1b}[31mred");
        check("\u{202e}txt\u{85}", "\\u{202e}txt\\u{85}");
        check("naïve – fine", "naïve – fine");
    }
}
