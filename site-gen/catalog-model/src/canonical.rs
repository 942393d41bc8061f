//! Canonical JSON (RFC 8785) of a borrowed value, straight into bytes.
//!
//! A digest is taken of every workflow of a catalog. The general serialiser copies the value into a tree and
//! sorts serialised pieces of it, which was a sixth of the time of a whole build; here keys are sorted where they are.
//! Numbers that are not whole are left to it: how ECMAScript spells them is its own art.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// Appends the canonical form of a value.
///
/// # Errors
/// When a number has no canonical form.
pub(crate) fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) if number.is_f64() || is_large(number) => {
            out.extend(serde_json_canonicalizer::to_vec(value)?);
        }
        // serde_json spells whole numbers as the standard wants them.
        Value::Number(_) => serde_json::to_writer(out, value)?,
        Value::String(text) => string(text, out)?,
        Value::Array(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(members) => object(&sorted(members), out)?,
    }
    Ok(())
}

/// Appends an object whose members are in canonical order already.
///
/// # Errors
/// When a number has no canonical form.
pub(crate) fn object(members: &[(&str, &Value)], out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    out.push(b'{');
    for (at, (key, value)) in members.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        string(key, out)?;
        out.push(b':');
        write(value, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// `serde_json` escapes what the standard wants escaped, and nothing else; most strings need none of it.
fn string(text: &str, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        return serde_json::to_writer(out, text);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

fn sorted(members: &Map<String, Value>) -> Vec<(&str, &Value)> {
    let mut sorted: Vec<(&str, &Value)> = members.iter().map(|(key, value)| (key.as_str(), value)).collect();
    sorted.sort_unstable_by(|(a, _), (b, _)| by_utf16(a, b));
    sorted
}

/// The order of the standard. For ASCII it is the order of the bytes.
fn by_utf16(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

/// Beyond 2^53 a whole number is rounded like any other.
fn is_large(number: &serde_json::Number) -> bool {
    const LARGEST_EXACT: u64 = 1 << 53;
    number.as_i64().map(i64::unsigned_abs).or(number.as_u64()).is_none_or(|whole| whole > LARGEST_EXACT)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::write;

    fn check(value: &Value) {
        let mut bytes = Vec::new();
        write(value, &mut bytes).expect("a canonical form");
        let expected = serde_json_canonicalizer::to_vec(value).expect("a canonical form");
        assert_eq!(String::from_utf8_lossy(&bytes), String::from_utf8_lossy(&expected));
    }

    #[test]
    fn it_is_what_the_general_serialiser_writes() {
        check(&json!({"b": 1, "a": [null, true, false, {}, []], "": {"z": -3, "Z": 0}}));
        check(&json!({"\u{fb33}": 1, "\u{1f600}": 2, "é": 3, "e": 4, "\n": 5, "\u{80}": 6}));
        check(&json!(["\u{0}\u{1f}\u{7f}\u{2028}\"\\/\u{8}\u{c}\n\r\t<>&'é😀", "plain"]));
        check(&json!([0, -0.0, 1.5, 1e21, 1e-7, 4.50, 333_333_333.333_333_3, 0.1, 100.0]));
        check(&json!([
            9_007_199_254_740_992_i64,
            -9_007_199_254_740_992_i64,
            9_007_199_254_740_993_u64,
            u64::MAX,
            i64::MIN
        ]));
    }
}
