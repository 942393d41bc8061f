//! JSON that means the same to every reader: no name twice, no whole number beyond 2^53.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::read::LARGEST;

/// What a text loses by becoming this value.
pub(crate) fn lossy(text: &str, value: &Value) -> Option<&'static str> {
    if serde_json::from_str::<Unique>(text).is_err() {
        return Some("Gives a name twice");
    }
    has_large(value).then_some("Has a whole number too large to be kept exactly")
}

/// Whether a whole number somewhere in a value is too large.
pub(super) fn has_large(value: &Value) -> bool {
    match value {
        Value::Number(_) => is_large(value, true),
        Value::Array(items) => items.iter().any(has_large),
        Value::Object(members) => members.values().any(has_large),
        _ => false,
    }
}

/// Whether a number is whole and beyond what a double keeps exactly. A number with a fraction or
/// exponent is a double by nature, so only `strictly` whole ones that were read as doubles count.
pub(crate) fn is_large(value: &Value, strictly: bool) -> bool {
    if let Some(number) = value.as_u64() {
        return number > LARGEST;
    }
    if let Some(number) = value.as_i64() {
        return number.unsigned_abs() > LARGEST;
    }
    #[expect(clippy::cast_precision_loss, reason = "2^53 - 1 is exact in a double")]
    let largest = LARGEST as f64;
    strictly && value.as_f64().is_some_and(|number| number.fract() == 0.0 && number.abs() > largest)
}

/// JSON whose objects name each member once.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor)
    }
}

struct UniqueVisitor;

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON with each name once")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unique, A::Error> {
        while items.next_element::<Unique>()?.is_some() {}
        Ok(Unique)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Unique, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name twice"));
            }
            members.next_value::<Unique>()?;
        }
        Ok(Unique)
    }
}
