//! A guide at a glance: without reading it as Markdown, which takes some twenty times as long, it is often
//! plain that nothing can be wrong with it.
//!
//! 1. Without `<` there is no HTML, without `![` no image;
//! 2. without `]:` no link has its address elsewhere, but for footnotes, which are not links;
//! 3. so every link is `](` and its address, and those are looked at, whether or not they are in code;
//! 4. and it begins with a paragraph, but for headings.

use super::{has_no_scheme, is_known};
use crate::load::Catalog;

/// Whether nothing is wrong with a guide for certain; otherwise it has to be read.
pub(super) fn is_sound(text: &str, catalog: &Catalog) -> bool {
    // One after the other: looking for a single character is far quicker than for several.
    !text.contains('<')
        && !text.contains("![")
        && text.match_indices(']').all(|(at, _)| match text.as_bytes().get(at + 1) {
            Some(b':') => defines_a_footnote(&text[..at]),
            Some(b'(') => leads_somewhere(&text[at + 2..], catalog),
            _ => true,
        })
        && begins_with_paragraph(text)
}

/// Whether the line that a definition's label ends in is `[^label`.
fn defines_a_footnote(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before);
    line.strip_prefix("[^").is_some_and(|label| !label.contains(['[', ']', '\\']))
}

/// Whether the address at the beginning of a text is one that needs no decoding, and right.
fn leads_somewhere(text: &str, catalog: &Catalog) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/:.#?=%_~+,@-".contains(byte);
    let end = text.bytes().position(|byte| !plain(&byte)).unwrap_or(text.len());
    let address = &text[..end];
    !address.is_empty()
        && text[end..].starts_with([')', ' '])
        && !has_no_scheme(address)
        && is_known(address, catalog)
}

/// Whether what comes first, but for headings, is a paragraph: lines of text that no rule, table or underline
/// makes something else.
fn begins_with_paragraph(text: &str) -> bool {
    let is_text = |line: &str| line.starts_with(|first: char| first.is_ascii_alphabetic());
    let mut lines = text.lines().skip_while(|line| line.trim().is_empty() || line.starts_with('#'));
    lines.next().is_some_and(is_text) && lines.take_while(|line| !line.trim().is_empty()).all(is_text)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::is_sound;
    use crate::load::Catalog;
    use crate::load::report::Source;

    const PARTS: [&str; 34] = [
        "Text.",
        "Text\n===",
        "Text\nmore text\n- - -",
        "a | b\n--|--\nc | d",
        "# Heading",
        "#tag",
        "1. One",
        "- [ ] Task",
        "> Quote",
        "    code",
        "```\ncode\n\nText.\n```",
        "[a](https://a.example/x?y=z#q)",
        "[a](https://a.example \"title\")",
        "[a](#part)",
        "[a](#workflows/none)",
        "[a](//a.example)",
        "[a]( //a.example)",
        "[a](\n//a.example)",
        "[a](\\\\a.example)",
        "[a](/\\a.example)",
        "[a](&#47;/a.example)",
        "[a](/&#47;a.example)",
        "[a](\\//a.example)",
        "[a](/workflows/none)",
        "[a](/workflows/)",
        "[a](/teams/none/)",
        "> [a\n> b](/teams/none)",
        "`[a](x)`",
        "![a](x)",
        "Note[^n].\n\n[^n]: //a.example",
        "Note[^n].\n\n[^n]: [a](//a.example)",
        "See [a\\[^n].\n\n[a\\[^n]: //a.example",
        "See [a].\n\n[a]: //a.example",
        "<img src=\"//a.example/x.png\">",
    ];

    #[test]
    fn a_sound_glance_is_a_sound_reading() {
        let (catalog, _) = Catalog::open(Path::new("/nonexistent"));
        let mut sound = 0;
        for first in PARTS {
            for second in PARTS {
                for between in ["\n\n", "\n", "\r\n\r\n", " "] {
                    let text = [first, second].join(between);
                    if !is_sound(&text, &catalog) {
                        continue;
                    }
                    sound += 1;
                    let source = Source { file: PathBuf::from("guide.md"), text: text.clone() };
                    let mut problems = Vec::new();
                    super::super::read(&catalog, &mut source.report(&mut problems), &text);
                    assert_eq!(problems, [], "{text}");
                }
            }
        }
        assert!(sound > 40, "only {sound} texts were sound at a glance");
    }

    #[test]
    fn an_ordinary_guide_needs_no_reading() {
        let (catalog, _) = Catalog::open(Path::new("/nonexistent"));
        let text = "# Restart a service\n\nRestarts every task; see the [limits](#limits) and the [run \
                    book](https://a.example/run_book).[^1]\n\n## Limits\n\n- Ten a day.\n\n[^1]: Read it first.\n";
        assert!(is_sound(text, &catalog));
    }
}
