//! Whether JSON says everything once and exactly: seen from its text, in one look.
//!
//! [`super::json`] finds out what is wrong and where, and builds a value with it, which takes several times as
//! long as reading a file straight into its type. Nearly every file is sound, and this sees that it is.

/// Up to this many keys are compared each with each, more are sorted.
const FEW: usize = 16;

/// Whether a text that is known to be JSON certainly has no key twice in one object and no whole number
/// beyond 2^53. False only means that a closer look is needed: at escapes in keys, at exponents.
pub(super) fn says_all_once(text: &str) -> bool {
    let bytes = text.as_bytes();
    // The keys of every object that is open, the innermost object's last, and where each object's begin.
    let (mut keys, mut objects) = (Vec::with_capacity(64), Vec::with_capacity(16));
    // The string that was read last, and whether it has an escape: a key, if a colon comes next.
    let mut last = (&bytes[..0], false);
    let mut at = 0;
    while let Some(next) = find(bytes, at, |byte| MATTERS[usize::from(byte)]) {
        at = next + 1;
        match bytes[next] {
            b'"' => {
                let (end, escaped) = string(bytes, at);
                last = (&bytes[at..end], escaped);
                at = end + 1;
            }
            b'\n' => at = past_indent(bytes, at),
            b':' if last.1 => return false,
            b':' => keys.push(last.0),
            b'{' => objects.push(keys.len()),
            b'}' => {
                let first = objects.pop().unwrap_or(0);
                if !all_differ(&mut keys[first..]) {
                    return false;
                }
                keys.truncate(first);
            }
            _ => match number(bytes, next) {
                Some(end) => at = end,
                None => return false,
            },
        }
    }
    true
}

/// The bytes outside of strings that matter: where a string, a number or an object begins, where an object ends,
/// the colon after a key, and where a line ends.
const MATTERS: [bool; 256] = {
    let mut matters = [false; 256];
    let those = b"\n\":{}-0123456789";
    let mut at = 0;
    while at < those.len() {
        matters[those[at] as usize] = true;
        at += 1;
    }
    matters
};

/// Most of what is between strings indents their lines: that is passed several bytes at a time.
fn past_indent(bytes: &[u8], mut at: usize) -> usize {
    const INDENT: &[u8] = b"        ";
    while bytes.get(at..at + INDENT.len()) == Some(INDENT) {
        at += INDENT.len();
    }
    at
}

/// Where the first byte is that is wanted, from `at` on.
fn find(bytes: &[u8], at: usize, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    bytes.get(at..)?.iter().position(|byte| wanted(*byte)).map(|skipped| at + skipped)
}

/// Where the string that begins at `at` ends, and whether it has an escape.
fn string(bytes: &[u8], mut at: usize) -> (usize, bool) {
    let mut escaped = false;
    while let Some(skipped) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        let next = at + skipped;
        if bytes[next] == b'"' {
            return (next, escaped);
        }
        escaped = true;
        at = next + 2;
    }
    (bytes.len(), escaped)
}

/// Where a number ends; None unless it has at most fifteen digits before its point, and no exponent.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let end = |at, digit: fn(&u8) -> bool| find(bytes, at, |byte| !digit(&byte)).unwrap_or(bytes.len());
    let whole = end(at + 1, u8::is_ascii_digit);
    let all = end(whole, |byte| matches!(byte, b'.' | b'0'..=b'9'));
    let exponent = matches!(bytes.get(all), Some(b'e' | b'E'));
    (whole - at <= 15 && !exponent).then_some(all)
}

fn all_differ(keys: &mut [&[u8]]) -> bool {
    if keys.len() <= FEW {
        return keys.iter().enumerate().all(|(at, key)| !keys[..at].contains(key));
    }
    keys.sort_unstable();
    keys.windows(2).all(|pair| pair[0] != pair[1])
}

#[cfg(test)]
mod tests {
    use super::says_all_once;
    use crate::load::json;

    #[test]
    fn what_is_said_once_needs_no_closer_look() {
        let many: Vec<String> = (0..40).map(|number| format!("\"key {number}\": {number}")).collect();
        for text in [
            "0",
            "-1.25",
            "\"a\"",
            r#" { "a" : [1, {"a": "\"b\": 1, \"b\": 2"}, -2.5, 999999999999999], "b": {"a": {}, "": []} } "#,
            r#"{"a": "\\", "b": "\\\"", "c": ["a", "a"]}"#,
            &format!("{{{}}}", many.join(",")),
        ] {
            assert!(says_all_once(text), "{text}");
        }
    }

    #[test]
    fn whatever_the_strict_reader_finds_is_seen() {
        let many: Vec<String> = (0..40).map(|number| format!("\"key {}\": 1", number % 39)).collect();
        for text in [
            r#"{"a": 1, "b": 2, "a": 3}"#,
            r#"{"a": 1, "\u0061": 3}"#,
            r#"[[{"x": {"y": 1, "z": [{}], "y": 2}}]]"#,
            r#"{"a": {"b": 1}, "a": 1}"#,
            "[9007199254740993]",
            "-9007199254740993",
            "[1e300]",
            "123456789012345678901234567890",
            "9007199254740993.0",
            &format!("{{{}}}", many.join(",")),
        ] {
            let (_, faults) = json::parse(text).expect("it is JSON");
            assert!(!faults.is_empty(), "the strict reader finds nothing in {text}");
            assert!(!says_all_once(text), "{text}");
        }
    }

    #[test]
    fn any_text_ends_in_an_answer() {
        for text in ["", "{", "}", "}}", "{\"a", "\"\\", "{\"a\":", "-", "[1,", "é", "\"a\": 1, \"a\": 2}"] {
            says_all_once(text);
        }
    }
}
