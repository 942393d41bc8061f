//! JSON in which no object names a member twice: a second state of a name would silently replace
//! the first.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::fields::{SCHEMA, report};
use super::pointer_token;
use crate::diagnostic::{Diagnostic, NO_OBJECT, NOT_JSON};
use crate::json_text;

/// Parses a text; the error says what is wrong with it as JSON, or every repeated name.
pub(crate) fn parse(text: &str) -> Result<Value, Vec<Diagnostic>> {
    let mut repeated = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Strict { pointer: String::new(), repeated: &mut repeated };
    let value = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    let mut diagnostics = Vec::new();
    for pointer in repeated {
        let message = "The name is used twice in the same object".to_owned();
        report(&mut diagnostics, NOT_JSON, pointer, message);
    }
    match value {
        Ok(value) if diagnostics.is_empty() => return Ok(value),
        Ok(_) => {}
        Err(_) if text.trim().is_empty() => {
            report(&mut diagnostics, SCHEMA, String::new(), NO_OBJECT.to_owned());
        }
        Err(error) => {
            let message = json_text::mistake(text).unwrap_or_else(|| error.to_string());
            report(&mut diagnostics, NOT_JSON, String::new(), message);
        }
    }
    Err(diagnostics)
}

struct Strict<'r> {
    pointer: String,
    repeated: &'r mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(Strict {
            pointer: format!("{}/{}", self.pointer, array.len()),
            repeated: &mut *self.repeated,
        })? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let pointer = format!("{}/{}", self.pointer, pointer_token(&name));
            let value = members
                .next_value_seed(Strict { pointer: pointer.clone(), repeated: &mut *self.repeated })?;
            if object.insert(name, value).is_some() {
                self.repeated.push(pointer);
            }
        }
        Ok(Value::Object(object))
    }
}
