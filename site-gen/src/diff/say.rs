//! How values of a catalog are put into sentences: short, and never mistaken for words of ours.

use serde_json::Value;

/// Longer text is cut: a reviewer opens the file for the rest.
const LONGEST: usize = 160;

/// Text of a catalog between backticks, of which it can have none of its own.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", inert(text))
}

/// Several, joined: "`a`, `b` and `c`".
pub(super) fn quoted_all<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    crate::words::and(&texts.into_iter().map(quoted).collect::<Vec<_>>())
}

/// A value in a line.
pub(super) fn short(value: &Value) -> String {
    match value {
        Value::String(text) => inert(text),
        other => inert(&other.to_string()),
    }
}

/// Text without what ends a quotation or a line, cut where it is long.
pub(super) fn inert(text: &str) -> String {
    let clean = |c: char| match c {
        '`' => '\'',
        // Marks that let text be shown in another order than it has.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            char::REPLACEMENT_CHARACTER
        }
        c if c.is_control() => ' ',
        c => c,
    };
    let mut line: String = text.chars().take(LONGEST).map(clean).collect();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    if line.is_empty() { "\"\"".to_owned() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_catalog_leaves_its_quotation() {
        let check = |text: &str, expect: &str| assert_eq!(quoted(text), expect);
        check("plain", "`plain`");
        check("", "`\"\"`");
        check("a\u{202e}b", "`a\u{fffd}b`");
        check("a`b\n@team\u{1b}[2J", "`a'b @team [2J`");
        assert_eq!(quoted(&"é".repeat(200)), format!("`{}…`", "é".repeat(160)));
        assert_eq!(quoted_all(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
