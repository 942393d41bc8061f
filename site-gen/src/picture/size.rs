//! How large a state is: its name on up to three lines, and what it calls.

use asl::Node;

/// Room between a group's border and what is inside.
pub(super) const INSET: f64 = 16.0;
/// Room above the first state for the dot where a machine or branch starts.
pub(super) const START: f64 = 28.0;
/// Room between the branches of a Parallel.
pub(super) const BETWEEN: f64 = 20.0;
/// Left of the words: margin and icon.
pub(super) const ICON: f64 = 34.0;
/// Height of a line of a name.
pub(super) const LINE: f64 = 17.0;
const MARGIN: f64 = 12.0;
const NARROWEST: f64 = 104.0;
const LONGEST_LINE: usize = 22;
const MOST_LINES: usize = 3;
const LONGEST_NOTE: usize = 34;

/// The words of a state and the room they take.
#[derive(Debug, Clone)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
    /// The name.
    pub(super) lines: Vec<String>,
    /// What a Task calls.
    pub(super) note: Option<String>,
}

impl Size {
    pub(super) fn of(node: &Node<'_>) -> Self {
        let lines = wrapped(node.name);
        let called = node.resource.as_deref().map(|resource| cut(resource, LONGEST_NOTE));
        let longest = lines.iter().map(|line| text_width(line, 13.0)).fold(0.0, f64::max);
        let note_width = called.as_deref().map_or(0.0, |called| text_width(called, 10.5));
        let count = f64::from(u8::try_from(lines.len()).unwrap_or(u8::MAX));
        Self {
            width: (ICON + longest.max(note_width) + MARGIN).max(NARROWEST).ceil(),
            height: 2.0 * 10.0 + count * LINE + if called.is_some() { 15.0 } else { 0.0 },
            lines,
            note: called,
        }
    }
}

/// An estimate that suits common sans-serif fonts, a little too wide rather than too narrow.
pub(super) fn text_width(text: &str, font_size: f64) -> f64 {
    let em = |c: char| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.36,
        'f' | 't' | 'r' | ' ' | '(' | ')' | '[' | ']' | '-' | '"' | '/' => 0.46,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' => 0.92,
        'A'..='Z' => 0.75,
        c if c.is_ascii() => 0.64,
        _ => 1.0,
    };
    text.chars().map(em).sum::<f64>() * font_size
}

/// At most so many characters, the last one an ellipsis when something is missing.
pub(super) fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(longest - 1).collect();
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// A name on several lines, broken between its words: spaces, dashes and `camelCase`.
fn wrapped(name: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words(name) {
        let last = lines.len() - 1;
        let together = lines[last].chars().count() + word.trim_end().chars().count();
        if lines[last].is_empty() || together <= LONGEST_LINE {
            lines[last].push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    if lines.len() > MOST_LINES {
        let rest = lines.split_off(MOST_LINES - 1).concat();
        lines.push(cut(&rest, LONGEST_LINE));
    }
    lines.iter().map(|line| cut(line.trim(), LONGEST_LINE + 6)).collect()
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    let mut from = 0;
    let mut before = ' ';
    let mut ends: Vec<usize> = Vec::new();
    for (at, c) in name.char_indices() {
        let joint = matches!(before, ' ' | '-' | '_') || (c.is_uppercase() && before.is_lowercase());
        if joint && at > 0 {
            ends.push(at);
        }
        before = c;
    }
    ends.push(name.len());
    ends.into_iter().map(move |end| {
        let word = &name[from..end];
        from = end;
        word
    })
}

#[cfg(test)]
mod tests {
    use super::{cut, wrapped};

    #[test]
    fn long_names_are_broken_between_words() {
        assert_eq!(wrapped("ReadRequest"), ["ReadRequest"]);
        assert_eq!(wrapped("DescribeOrderableInstanceOptions"), ["DescribeOrderable", "InstanceOptions"]);
        assert_eq!(
            wrapped("Wait until the cluster is available"),
            ["Wait until the cluster", "is available"]
        );
        assert_eq!(wrapped(""), [""]);
        assert_eq!(wrapped(&"x".repeat(80)).concat().chars().count(), 28);
    }

    #[test]
    fn cutting_says_that_something_is_missing() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 5), "long…");
    }
}
