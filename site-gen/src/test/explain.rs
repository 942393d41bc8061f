//! A failure in text for people.

use serde_json::Value;

use super::verdict::Failure;

/// How many lines of one value are shown.
const MOST_LINES: usize = 24;
/// How much of a value is in a summary.
const MOST_CHARS: usize = 200;
/// How many states of a long path are shown, at its beginning and at its end.
const MOST_STATES: (usize, usize) = (8, 16);

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// Its text, with its indentation.
    pub text: String,
}

/// What a line is, so that a terminal can colour it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// Where it happened, and on which way.
    Place,
    /// What is not as expected.
    About,
    /// What was expected.
    Expected,
    /// What was.
    Got,
    /// What to do.
    Help,
}

/// State, input, what was expected and what was, and the path.
pub fn lines(failure: &Failure) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(state) = &failure.state {
        put(&mut lines, LineKind::Place, "state     ", &state.name);
        put(&mut lines, LineKind::Place, "input     ", &readable(&state.input));
    }
    for finding in &failure.findings {
        put(&mut lines, LineKind::About, "", &finding.about);
        if !finding.expected.is_empty() {
            put(&mut lines, LineKind::Expected, "  expected  ", &finding.expected);
            put(&mut lines, LineKind::Got, "  got       ", &finding.got);
        }
        if let Some(help) = &finding.help {
            put(&mut lines, LineKind::Help, "  help      ", help);
        }
    }
    put(&mut lines, LineKind::Place, "path      ", &path(&failure.path));
    lines
}

/// The first line of a failure, for a list.
pub fn summary(failure: &Failure) -> String {
    let finding = failure.findings.first();
    let (about, expected, got) =
        finding.map_or(("", "", ""), |finding| (&*finding.about, &*finding.expected, &*finding.got));
    let one_line = |text: &str| -> String {
        text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST_CHARS).collect()
    };
    let at = failure.state.as_ref().map(|state| format!(" in state {}", state.name)).unwrap_or_default();
    format!("{about}: expected {}, got {}{at}", one_line(expected), one_line(got))
}

/// Adds a text under a label; further lines stand under the first.
fn put(lines: &mut Vec<Line>, kind: LineKind, label: &str, text: &str) {
    let all: Vec<&str> = text.split('\n').collect();
    for (index, line) in all.iter().take(MOST_LINES).enumerate() {
        let label = if index == 0 { label.to_owned() } else { " ".repeat(label.len()) };
        lines.push(Line { kind, text: format!("{label}{line}") });
    }
    if let Some(more) = all.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        lines.push(Line { kind, text: format!("{}… {more} more lines", " ".repeat(label.len())) });
    }
}

/// JSON text, on several lines if it is long.
fn readable(text: &str) -> String {
    if text.chars().count() <= 80 {
        return text.to_owned();
    }
    serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |value| format!("{value:#}"))
}

/// `A → B (3 times) → C`
fn path(names: &[String]) -> String {
    if names.is_empty() {
        return "no state was entered".to_owned();
    }
    let mut steps: Vec<(&str, usize)> = Vec::new();
    for name in names {
        match steps.last_mut().filter(|(last, _)| last == name) {
            Some((_, times)) => *times += 1,
            None => steps.push((name, 1)),
        }
    }
    let text = |(name, times): &(&str, usize)| {
        if *times == 1 { (*name).to_owned() } else { format!("{name} ({times} times)") }
    };
    let (first, last) = MOST_STATES;
    let shown: Vec<String> = match steps.len().checked_sub(first + last).filter(|more| *more > 1) {
        None => steps.iter().map(text).collect(),
        Some(more) => {
            let end = steps[first + more..].iter().map(text);
            steps[..first].iter().map(text).chain([format!("… {more} more …")]).chain(end).collect()
        }
    };
    shown.join(" → ")
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_path_says_repeats_once_and_leaves_out_its_middle() {
        let check = |names: &str, want: &str| {
            let names: Vec<String> = names.split(' ').map(str::to_owned).collect();
            assert_eq!(path(&names), want);
        };
        check("A B B B C", "A → B (3 times) → C");
        assert_eq!(path(&[]), "no state was entered");
        let round = "A B ".repeat(50);
        let start = ["A → B"; 4].join(" → ");
        check(round.trim(), &format!("{start} → … 76 more … → {start} → {start}"));
    }
}
