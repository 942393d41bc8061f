//! JSON pointers (RFC 6901) as input names and as element ids.
//!
//! A segment that starts with `~` and a letter can never be part of a JSON pointer, so such
//! segments carry what the form itself needs to post: `~b` what a blank control stands for, `~c…`
//! which alternative was chosen, `~s` where a branch begins and ends, `~e` entries of a key/value
//! editor with `~k` and `~v`, and `~n` the number of an item that does not exist yet.

use std::fmt::Write as _;

/// Appends one segment, escaped.
pub(crate) fn push(pointer: &mut String, segment: &str) {
    pointer.push('/');
    if !segment.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        return pointer.push_str(segment);
    }
    for c in segment.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// `pointer` with one more segment.
pub(crate) fn join(pointer: &str, segment: &str) -> String {
    let mut joined = pointer.to_owned();
    push(&mut joined, segment);
    joined
}

/// The segments of a pointer, unescaped.
pub(crate) fn segments(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(unescape)
}

/// One segment, unescaped.
pub(crate) fn unescape(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

/// The id of the element that holds the field of a value: what an error summary links to.
pub fn field_id(pointer: &str) -> String {
    let mut id = String::from("field");
    encode(&mut id, pointer);
    id
}

/// Appends a pointer in a form that is unique, free of spaces and valid in an id.
pub(crate) fn encode(id: &mut String, pointer: &str) {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut rest = pointer;
    while let Some(end) = rest.bytes().position(|byte| !is_plain(byte)) {
        let (plain, special) = rest.split_at(end);
        id.push_str(plain);
        let mut chars = special.chars();
        match chars.next() {
            None | Some('/') => id.push('-'),
            // Writing to a String cannot fail.
            Some(c) => _ = write!(id, ":{:x}.", u32::from(c)),
        }
        rest = chars.as_str();
    }
    id.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_different_pointers_differ() {
        assert_eq!(field_id("/rollout/percent"), "field-rollout-percent");
        assert_ne!(field_id("/a-b"), field_id("/a/b"));
        assert_ne!(field_id("/a b"), field_id("/a:b"));
    }

    #[test]
    fn segments_survive_escaping() {
        let pointer = join(&join("", "a/b"), "~c");
        assert_eq!(pointer, "/a~1b/~0c");
        assert_eq!(segments(&pointer).collect::<Vec<_>>(), ["a/b", "~c"]);
    }
}
