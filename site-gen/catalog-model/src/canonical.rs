//! Canonical JSON (RFC 8785) of a borrowed value, straight into bytes.
//!
//! A digest is taken of every workflow of a catalog. The general serialiser copies the value into a tree and
//! sorts serialised pieces of it, which was a sixth of the time of a whole build; here keys are sorted where they are.
//! Numbers that are not whole are left to it: how ECMAScript spells them is its own art.

use std::cmp::Ordering;

use serde_json::{Map, Value};

type Member<'v> = (&'v str, &'v Value);

/// The canonical form of an object whose members are in canonical order already.
///
/// # Errors
/// When a number has no canonical form.
pub(crate) fn object(members: &[Member<'_>]) -> Result<Vec<u8>, serde_json::Error> {
    let mut writer = Writer { out: Vec::with_capacity(1 << 14), members: members.to_vec() };
    writer.object(0)?;
    Ok(writer.out)
}

struct Writer<'v> {
    out: Vec<u8>,
    /// The members of every object that is being written, the innermost object's last.
    members: Vec<Member<'v>>,
}

impl<'v> Writer<'v> {
    /// Writes the members from `first` on.
    fn object(&mut self, first: usize) -> Result<(), serde_json::Error> {
        self.out.push(b'{');
        for at in first..self.members.len() {
            if at > first {
                self.out.push(b',');
            }
            let (key, value) = self.members[at];
            self.string(key)?;
            self.out.push(b':');
            self.value(value)?;
        }
        self.out.push(b'}');
        self.members.truncate(first);
        Ok(())
    }

    fn value(&mut self, value: &'v Value) -> Result<(), serde_json::Error> {
        match value {
            Value::Null => self.out.extend_from_slice(b"null"),
            Value::Bool(true) => self.out.extend_from_slice(b"true"),
            Value::Bool(false) => self.out.extend_from_slice(b"false"),
            Value::Number(number) if number.is_f64() || is_large(number) => {
                self.out.extend(serde_json_canonicalizer::to_vec(value)?);
            }
            // serde_json spells whole numbers as the standard wants them.
            Value::Number(_) => serde_json::to_writer(&mut self.out, value)?,
            Value::String(text) => self.string(text)?,
            Value::Array(items) => {
                self.out.push(b'[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        self.out.push(b',');
                    }
                    self.value(item)?;
                }
                self.out.push(b']');
            }
            Value::Object(members) => {
                let first = self.sort(members);
                self.object(first)?;
            }
        }
        Ok(())
    }

    /// `serde_json` escapes what the standard wants escaped, and nothing else; most strings need none of it.
    fn string(&mut self, text: &str) -> Result<(), serde_json::Error> {
        if text.bytes().any(|byte| ESCAPED[usize::from(byte)]) {
            return serde_json::to_writer(&mut self.out, text);
        }
        self.out.push(b'"');
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
        Ok(())
    }

    /// Puts the members of an object behind the others, in canonical order; says where they begin.
    fn sort(&mut self, members: &'v Map<String, Value>) -> usize {
        let first = self.members.len();
        self.members.extend(members.iter().map(|(key, value)| (key.as_str(), value)));
        let added = &mut self.members[first..];
        if added.iter().all(|(key, _)| key.is_ascii()) {
            added.sort_unstable_by_key(|(key, _)| *key);
        } else {
            added.sort_unstable_by(|(a, _), (b, _)| by_utf16(a, b));
        }
        first
    }
}

/// The bytes that a string does not hold as they are.
const ESCAPED: [bool; 256] = {
    let mut escaped = [false; 256];
    let mut control = 0;
    while control < 0x20 {
        escaped[control] = true;
        control += 1;
    }
    escaped[b'"' as usize] = true;
    escaped[b'\\' as usize] = true;
    escaped
};

/// The order of the standard. For ASCII it is the order of the bytes.
fn by_utf16(a: &str, b: &str) -> Ordering {
    a.encode_utf16().cmp(b.encode_utf16())
}

/// Beyond 2^53 a whole number is rounded like any other.
fn is_large(number: &serde_json::Number) -> bool {
    const LARGEST_EXACT: u64 = 1 << 53;
    number.as_i64().map(i64::unsigned_abs).or(number.as_u64()).is_none_or(|whole| whole > LARGEST_EXACT)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::object;

    fn check(value: &Value) {
        let bytes = object(&[("value", value)]).expect("a canonical form");
        let expected =
            serde_json_canonicalizer::to_vec(&json!({ "value": value })).expect("a canonical form");
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
