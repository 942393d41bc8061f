//! What the tool writes: plain text, with colours where a person looks at a terminal.

use std::env;
use std::io::{self, IsTerminal, Write};

use catalog_model::Problem;
use catalog_model::problem::Place;

const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[1;31m";
const GREEN: &str = "\u{1b}[32m";
const FAINT: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// How a line looks where there are colours.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Colour {
    Plain,
    Good,
    Bad,
    Bold,
    Faint,
}

/// A stream of text.
pub(crate) struct Terminal {
    stream: Box<dyn Write>,
    colours: bool,
}

impl Terminal {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        let stream = io::stdout();
        Self { colours: colours(stream.is_terminal()), stream: Box::new(io::BufWriter::new(stream)) }
    }

    /// Standard error.
    pub(crate) fn stderr() -> Self {
        let stream = io::stderr();
        Self { colours: colours(stream.is_terminal()), stream: Box::new(stream) }
    }

    /// One line.
    pub(crate) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.stream, "{text}")
    }

    /// One line of good news.
    pub(crate) fn good(&mut self, text: &str) -> io::Result<()> {
        self.painted(Colour::Good, text)
    }

    /// One line in a colour; its text may come from a catalog.
    pub(crate) fn painted(&mut self, colour: Colour, text: &str) -> io::Result<()> {
        let text = printable(text);
        let line = match colour {
            Colour::Plain => text,
            Colour::Good => self.paint(GREEN, &text),
            Colour::Bad => self.paint(RED, &text),
            Colour::Bold => self.paint(BOLD, &text),
            Colour::Faint => self.paint(FAINT, &text),
        };
        self.line(&line)
    }

    /// Every problem, and how many there are.
    pub(crate) fn problems(&mut self, problems: &[Problem]) -> io::Result<()> {
        for problem in problems {
            self.problem(problem)?;
        }
        let files =
            problems.iter().map(|problem| &problem.file).collect::<std::collections::BTreeSet<_>>().len();
        let summary = format!("{} in {}", count(problems.len(), "problem"), count(files, "file"));
        let summary = self.paint(RED, &summary);
        self.line(&summary)
    }

    /// An error and what caused it; nothing can be done if even that cannot be written.
    pub(crate) fn error(&mut self, error: &anyhow::Error) {
        let head = self.paint(RED, "error:");
        let _ = writeln!(self.stream, "{head} {error:#}");
    }

    /// Writes out what is buffered.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }

    fn problem(&mut self, problem: &Problem) -> io::Result<()> {
        let mut place = problem.file.display().to_string();
        if let Some(Place { line, column }) = problem.place {
            place = format!("{place}:{line}:{column}");
        }
        let place = self.paint(BOLD, &printable(&place));
        let pointer = self.paint(FAINT, &printable(&problem.pointer));
        let code = self.paint(FAINT, &format!("[{}]", problem.code));
        let message = printable(&problem.message);
        writeln!(self.stream, "{}", format!("{place} {pointer}").trim_end())?;
        writeln!(self.stream, "  {message} {code}")?;
        writeln!(self.stream, "  help: {}\n", printable(&problem.help))
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        if self.colours && !text.is_empty() { format!("{colour}{text}{PLAIN}") } else { text.to_owned() }
    }
}

/// Text of a catalog may hold control characters; a terminal must not obey them.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// `1 team`, `4 teams`.
pub(crate) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Whether an error only says that nobody reads any more.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Colours are for terminals, unless <https://no-color.org> says otherwise.
fn colours(terminal: bool) -> bool {
    terminal && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
