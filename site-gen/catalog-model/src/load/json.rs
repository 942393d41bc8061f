//! JSON text to a value, without losing what `serde_json` passes over in silence.
//!
//! A key that occurs twice (`serde_json` keeps the last) and a whole number beyond 2^53 (canonical JSON
//! rounds it, so that two different values would have one digest) are faults.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::place::join;

/// The largest whole number that every JSON reader keeps exactly: 2^53 - 1.
const LARGEST_EXACT: u64 = (1 << 53) - 1;

/// What is in the text beside its value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The key at this pointer occurs again.
    DuplicateKey(String),
    /// The number at this pointer is too large.
    InexactNumber(String),
}

/// Reads a text whole.
pub(crate) fn parse(text: &str) -> Result<(Value, Vec<Fault>), serde_json::Error> {
    let mut faults = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Strict { path: &Path::Root, faults: &mut faults }.deserialize(&mut reader)?;
    reader.end()?;
    Ok((value, faults))
}

/// Where the reader is; a list through the stack, so that reading a sound file allocates nothing for it.
enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(parent, key) => join(&parent.pointer(), key),
            Self::Index(parent, index) => join(&parent.pointer(), index.to_string()),
        }
    }
}

struct Strict<'a> {
    path: &'a Path<'a>,
    faults: &'a mut Vec<Fault>,
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

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        if value > LARGEST_EXACT {
            self.faults.push(Fault::InexactNumber(self.path.pointer()));
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > LARGEST_EXACT {
            self.faults.push(Fault::InexactNumber(self.path.pointer()));
        }
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        // serde_json reads a whole number beyond 64 bits as a float.
        if value.fract() == 0.0 && value.abs() > 9_007_199_254_740_991.0 {
            self.faults.push(Fault::InexactNumber(self.path.pointer()));
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        loop {
            let path = Path::Index(self.path, list.len());
            match items.next_element_seed(Strict { path: &path, faults: self.faults })? {
                Some(item) => list.push(item),
                None => return Ok(Value::Array(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let path = Path::Key(self.path, &key);
            let value = members.next_value_seed(Strict { path: &path, faults: self.faults })?;
            match object.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(value);
                }
                Entry::Occupied(mut entry) => {
                    self.faults.push(Fault::DuplicateKey(join(&self.path.pointer(), entry.key())));
                    entry.insert(value);
                }
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, parse};

    #[test]
    fn sound_text_reads_as_serde_json_reads_it() {
        let text = r#" {"a": [1, -2, 1.5, 1e300, null, true, "\u00e9", {}], "b/": {"c": "d"}} "#;
        let (value, faults) = parse(text).expect("it is JSON");
        assert_eq!(value, serde_json::from_str::<serde_json::Value>(text).expect("it is JSON"));
        assert_eq!(faults, [Fault::InexactNumber("/a/3".into())]);
    }

    #[test]
    fn every_repeated_key_is_found() {
        let (value, faults) = parse(r#"{"a": 1, "b": [{"x/y": 1, "x/y": 2}], "a": 3}"#).expect("it is JSON");
        assert_eq!(value["a"], 3);
        let expected = ["/b/0/x~1y", "/a"].map(|p| Fault::DuplicateKey(p.into()));
        assert_eq!(faults, expected);
    }

    #[test]
    fn numbers_that_canonical_json_rounds_are_found() {
        let check = |text: &str, faulty| {
            let (_, faults) = parse(text).expect("it is JSON");
            assert_eq!(!faults.is_empty(), faulty, "{text}");
        };
        check("9007199254740991", false);
        check("9007199254740993", true);
        check("-9007199254740993", true);
        check("123456789012345678901234567890", true);
        check("0.1", false);
    }

    #[test]
    fn broken_text_is_refused_with_its_place() {
        for text in ["", "{", "{\"a\":1,}", "[1] 2", "\u{feff}{}", "{'a':1}"] {
            assert!(parse(text).is_err(), "{text}");
        }
        let error = parse("{\n \"a\": tru }").expect_err("it is broken");
        assert_eq!(error.line(), 2);
    }
}
