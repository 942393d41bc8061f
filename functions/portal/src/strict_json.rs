//! JSON as the API accepts it, read in one pass: what `serde_json` silently changes is refused instead.
//!
//! A repeated key would keep its last value and an integer beyond 2^53 would become another number,
//! and both would change the digest of a run without anybody noticing; deep nesting costs stack.
//! A refusal names the place as a JSON pointer and never repeats a value.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Arrays and objects may lie this deep in one another.
pub(crate) const MAX_DEPTH: usize = 32;
/// The largest magnitude of an integer that every JSON reader keeps exactly.
pub(crate) const MAX_INTEGER: u64 = 1 << 53;

/// Why a text was refused, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// JSON pointer of the fault; empty when the text as a whole is not JSON.
    pub(crate) pointer: String,
    /// What is wrong, as a sentence without the value.
    pub(crate) message: String,
}

/// Reads one JSON text strictly.
///
/// # Errors
/// The first refusal; reading stops there.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Refusal> {
    let refusal = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let seed = Strict { at: &Path::Root, depth: 0, refusal: &refusal };
    let read = seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| refusal.take().unwrap_or_else(|| not_json(&error)))
}

fn not_json(error: &serde_json::Error) -> Refusal {
    let (line, column) = (error.line(), error.column());
    let message = format!("The body is not valid JSON: line {line}, column {column}.");
    Refusal { pointer: String::new(), message }
}

/// The way from the root to a value, kept on the stack.
enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(parent, key) => write!(f, "{parent}/{}", escape(key)),
            Path::Index(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

/// A reference token of a JSON pointer (RFC 6901), cut where a hostile key would fill the answer.
pub(crate) fn escape(key: &str) -> String {
    key.chars().take(120).collect::<String>().replace('~', "~0").replace('/', "~1")
}

/// Reads the value at one place.
struct Strict<'a> {
    at: &'a Path<'a>,
    depth: usize,
    refusal: &'a RefCell<Option<Refusal>>,
}

impl Strict<'_> {
    fn refuse<E: serde::de::Error>(&self, message: &str) -> E {
        let refusal = Refusal { pointer: self.at.to_string(), message: message.to_owned() };
        self.refusal.borrow_mut().get_or_insert(refusal);
        E::custom("refused")
    }

    /// The depth of what lies inside a container at this place.
    fn inside<E: serde::de::Error>(&self) -> Result<usize, E> {
        if self.depth == MAX_DEPTH {
            return Err(self.refuse("Arrays and objects are nested deeper than 32."));
        }
        Ok(self.depth + 1)
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        if value > MAX_INTEGER {
            return Err(self.refuse(TOO_LARGE));
        }
        Ok(value.into())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > MAX_INTEGER {
            return Err(self.refuse(TOO_LARGE));
        }
        Ok(value.into())
    }

    /// Integers that fit no machine integer arrive here already rounded, and so does `1e300`:
    /// from 2^53 on every float is an integer, so one bound refuses them all.
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        const BOUND: f64 = 9_007_199_254_740_992.0;
        match Number::from_f64(value) {
            Some(number) if value.abs() < BOUND => Ok(Value::Number(number)),
            _ => Err(self.refuse(TOO_LARGE)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let depth = self.inside()?;
        let mut items = Vec::new();
        loop {
            let at = Path::Index(self.at, items.len());
            let seed = Strict { at: &at, depth, refusal: self.refusal };
            match seq.next_element_seed(seed)? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let depth = self.inside()?;
        let mut object = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let at = Path::Key(self.at, &key);
            let seed = Strict { at: &at, depth, refusal: self.refusal };
            if object.contains_key(&key) {
                return Err(seed.refuse("This key appears more than once in its object."));
            }
            let value = map.next_value_seed(seed)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

const TOO_LARGE: &str = "A number beyond 2^53 would not keep its value; send it as a string.";

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::parse;

    #[test]
    fn keeps_what_is_exact() {
        let check = |text: &str, expected: Value| {
            assert_eq!(parse(text.as_bytes()), Ok(expected), "{text}");
        };
        check(r#"{"a":[1,-2.5,true,null,"x"]}"#, json!({"a": [1, -2.5, true, null, "x"]}));
        check("9007199254740992", json!(9_007_199_254_740_992_u64));
        check("-9007199254740992", json!(-9_007_199_254_740_992_i64));
        check(&format!("{}{}", "[".repeat(32), "]".repeat(32)), nested(32));
    }

    #[test]
    fn refuses_with_the_place() {
        let check = |text: &str, pointer: &str, part: &str| {
            let refusal = parse(text.as_bytes()).expect_err(text);
            assert_eq!(refusal.pointer, pointer, "{text}");
            assert!(refusal.message.contains(part), "{text}: {}", refusal.message);
        };
        check(r#"{"a":{"b":1,"b":2}}"#, "/a/b", "more than once");
        check(r#"{"a":1,"\u0061":2}"#, "/a", "more than once");
        check(r#"{"a/b":[0,9007199254740993]}"#, "/a~1b/1", "2^53");
        check("-9007199254740993", "", "2^53");
        check("123456789012345678901234567890", "", "2^53");
        check("9007199254740993.0", "", "2^53");
        check(&format!(r#"{{"a":{}{}}}"#, "[".repeat(32), "]".repeat(32)), &deep_pointer(), "deeper than 32");
        check("{} {}", "", "line 1, column 4");
        check("{\"a\":", "", "not valid JSON");
        check("", "", "not valid JSON");
    }

    fn nested(depth: usize) -> Value {
        (1..depth).fold(json!([]), |inner, _| json!([inner]))
    }

    fn deep_pointer() -> String {
        format!("/a{}", "/0".repeat(31))
    }
}
