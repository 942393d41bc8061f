//! Where a JSON pointer leads in the text of a file. Only asked once there is a problem.

use std::borrow::Cow;

use crate::problem::Place;

/// Line and column of what `pointer` names; of its nearest parent if it names nothing.
///
/// Of a key that an object has twice, the last counts, as it does for every JSON reader.
pub(crate) fn of_pointer(text: &str, pointer: &str) -> Place {
    let keys: Vec<Cow<'_, str>> = pointer.split('/').skip(1).map(unescape).collect();
    of_offset(text, Scan { text, at: 0 }.find(&keys))
}

/// Line and column, both from 1, of a byte offset.
pub(crate) fn of_offset(text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Place { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

/// Appends one reference token to a pointer.
pub(crate) fn join(pointer: &str, key: impl AsRef<str>) -> String {
    let key = key.as_ref();
    let mut joined = String::with_capacity(pointer.len() + key.len() + 1);
    joined.push_str(pointer);
    joined.push('/');
    if key.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        joined.push_str(&key.replace('~', "~0").replace('/', "~1"));
    } else {
        joined.push_str(key);
    }
    joined
}

fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') { token.replace("~1", "/").replace("~0", "~").into() } else { token.into() }
}

/// A walk over text that is known to be JSON; on other text it stops somewhere, and never panics.
struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl Scan<'_> {
    /// Offset of what the keys lead to.
    fn find(mut self, keys: &[Cow<'_, str>]) -> usize {
        self.space();
        let here = self.at;
        let Some((key, rest)) = keys.split_first() else { return here };
        let child = match self.peek() {
            Some(b'{') => self.member(key),
            Some(b'[') => key.parse().ok().and_then(|index| self.element(index)),
            _ => None,
        };
        match child {
            Some(at) => Scan { text: self.text, at }.find(rest),
            None => here,
        }
    }

    fn member(&mut self, wanted: &str) -> Option<usize> {
        let mut found = None;
        self.at += 1;
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return found;
            }
            let key_start = self.at;
            self.string();
            let key: Result<String, _> = serde_json::from_str(&self.text[key_start..self.at]);
            self.space();
            self.at += 1; // the colon
            self.space();
            if key.is_ok_and(|key| key == wanted) {
                found = Some(self.at);
            }
            self.value();
            self.space();
            if self.peek() != Some(b',') {
                return found;
            }
            self.at += 1;
        }
    }

    fn element(&mut self, wanted: usize) -> Option<usize> {
        self.at += 1;
        for _ in 0..wanted {
            self.value();
            self.space();
            if self.peek() != Some(b',') {
                return None;
            }
            self.at += 1;
        }
        self.space();
        (self.peek()? != b']').then_some(self.at)
    }

    /// Moves past one value.
    fn value(&mut self) {
        self.space();
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.string();
                    if depth == 0 {
                        return;
                    }
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth > 1 => depth -= 1,
                b'}' | b']' => {
                    self.at += depth; // the bracket is ours if we opened one
                    return;
                }
                b',' if depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Moves past one string.
    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
        self.at = self.text.len();
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{join, of_pointer};

    const TEXT: &str = r#"{
  "a": [1, {"é\"x": "}"}, [ ]],
  "b~/": true,
  "a": {"c": null, "d": [ [1,2], "],", 3 ]}
}"#;

    #[test]
    fn a_pointer_leads_to_its_line_and_column() {
        let check = |pointer: &str, line, column| {
            let place = of_pointer(TEXT, pointer);
            assert_eq!((place.line, place.column), (line, column), "{pointer}");
        };
        check("", 1, 1);
        check("/b~0~1", 3, 10);
        check("/a", 4, 8); // the last of two counts
        check("/a/c", 4, 14);
        check("/a/d/0/1", 4, 30);
        check("/a/d/2", 4, 40);
        check("/a/d/3", 4, 25); // nothing there: the list
        check("/a/missing/deep", 4, 8); // nothing there: the object
    }

    #[test]
    fn text_that_is_not_json_gives_some_place() {
        for text in ["", "{", "{\"a", "{\"a\"", "{\"a\":", "[1,", "{\"a\\", "é", "{\"a\":\"\\é"] {
            for pointer in ["", "/a", "/a/b", "/0", "/7"] {
                assert!(of_pointer(text, pointer).line >= 1, "{text} {pointer}");
            }
        }
    }

    #[test]
    fn keys_are_escaped() {
        assert_eq!(join("/x", "a/b~c"), "/x/a~1b~0c");
    }
}
