//! Cuts code into tokens, one pass, by a [`Language`]'s table.

use super::languages::{Escape, Language, Quote};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Word,
    Text,
    Number,
    Comment,
    Name,
}

impl Kind {
    /// The class that styles/ colours; plain text has no span.
    pub(super) fn class(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Word => Some("k"),
            Self::Text => Some("s"),
            Self::Number => Some("n"),
            Self::Comment => Some("c"),
            Self::Name => Some("v"),
        }
    }
}

/// Tokens of a text, in order; together they are the text.
pub(super) struct Scanner<'a> {
    language: &'static Language,
    rest: &'a str,
    /// The last character before `rest`, to tell `a#b` from a comment.
    before: u8,
    /// The token at the start of `rest`, found while looking for the end of the plain text before it.
    ahead: Option<(Kind, usize)>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(language: &'static Language, code: &'a str) -> Self {
        Self { language, rest: code, before: b'\n', ahead: None }
    }

    /// The special token at the start of `text`, if there is one.
    fn token(&self, text: &str, before: u8) -> Option<(Kind, usize)> {
        let first = *text.as_bytes().first()?;
        match first {
            b' ' | b'\n' | b',' | b'{' | b'}' | b'[' | b']' | b'(' | b')' => None,
            b'0'..=b'9' if !is_word(before) => Some((Kind::Number, number(text))),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' if !is_word(before) => Some(self.word(text)),
            b'$' if self.language.variables => variable(text).map(|end| (Kind::Name, end)),
            _ => self.comment(text, before).or_else(|| self.string(text)),
        }
    }

    fn word(&self, text: &str) -> (Kind, usize) {
        let joins = |b: u8| is_word(b) || (b == b'-' && self.language.keys);
        let end = text.bytes().position(|b| !joins(b)).unwrap_or(text.len());
        if self.language.keys && text.as_bytes().get(end) == Some(&b':') {
            return (Kind::Name, end);
        }
        let kind = if self.language.has_word(&text[..end]) { Kind::Word } else { Kind::Plain };
        (kind, end)
    }

    fn comment(&self, text: &str, before: u8) -> Option<(Kind, usize)> {
        if self.language.block_comments && text.starts_with("/*") {
            return Some((Kind::Comment, text.find("*/").map_or(text.len(), |at| at + 2)));
        }
        let mark = self.language.line_comments.iter().find(|mark| text.starts_with(**mark))?;
        // `a#b` in a shell and `#` inside a YAML value are no comments.
        let starts = *mark != "#" || before.is_ascii_whitespace();
        starts.then(|| (Kind::Comment, text.find('\n').unwrap_or(text.len())))
    }

    fn string(&self, text: &str) -> Option<(Kind, usize)> {
        let quote = self.language.quotes.iter().find(|q| text.starts_with(q.mark))?;
        let end = string_end(text, quote);
        let names = self.language.keys && text[end..].trim_start_matches(' ').starts_with(':');
        Some((if names { Kind::Name } else { Kind::Text }, end))
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = (Kind, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some((kind, length)) = self.ahead.take() {
            return Some((kind, self.take(length)));
        }
        let (mut at, mut before) = (0, self.before);
        while at < self.rest.len() {
            match self.token(&self.rest[at..], before) {
                Some((Kind::Plain, length)) => at += length,
                // What is plain before the token comes first.
                Some(token) if at > 0 => {
                    self.ahead = Some(token);
                    break;
                }
                Some((kind, length)) => return Some((kind, self.take(length))),
                None => {
                    at += 1;
                    while !self.rest.is_char_boundary(at) {
                        at += 1;
                    }
                }
            }
            before = self.rest.as_bytes()[at - 1];
        }
        Some((Kind::Plain, self.take(at)))
    }
}

impl<'a> Scanner<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (token, rest) = self.rest.split_at(length);
        self.before = token.as_bytes().last().copied().unwrap_or(b'\n');
        self.rest = rest;
        token
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut end = 1;
    while let Some(&byte) = bytes.get(end) {
        let sign = (byte == b'-' || byte == b'+') && matches!(bytes[end - 1], b'e' | b'E');
        let point = byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || byte == b'_' || sign || point) {
            break;
        }
        end += 1;
    }
    end
}

fn variable(text: &str) -> Option<usize> {
    let name = &text[1..];
    if name.starts_with('{') {
        return text.find('}').map(|at| at + 1);
    }
    let end = name.bytes().position(|b| !is_word(b)).unwrap_or(name.len());
    (end > 0).then_some(end + 1)
}

/// Where the string at the start of `text` ends; an unfinished one ends with its line or the text.
fn string_end(text: &str, quote: &Quote) -> usize {
    let mark = quote.mark.as_bytes();
    let bytes = text.as_bytes();
    let mut at = mark.len();
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' && quote.escape == Escape::Backslash {
            // Past the escaped character, whatever its length.
            at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
        } else if byte == mark[0] && bytes[at..].starts_with(mark) {
            let doubled = quote.escape == Escape::Doubled && bytes.get(at + 1) == Some(&byte);
            if !doubled {
                return at + mark.len();
            }
            at += 2;
        } else if byte == b'\n' && !quote.lines {
            return at;
        } else {
            at += 1;
        }
    }
    text.len()
}
