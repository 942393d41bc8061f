//! Rust values as items: through their JSON form, so that serde's attributes name the attributes.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Map, Number, Value};

use super::error::Kind;
use super::keys::{Key, PK, SK};
use super::{Item, StoreError};

/// `DynamoDB` takes 400 KB; we stop before it does, so that the error is ours.
pub(super) const MAX_BYTES: usize = 390_000;

/// A struct as an item under its key.
pub(super) fn to_item<T: Serialize>(key: Key, kind: Kind, value: &T) -> Result<Item, StoreError> {
    let Value::Object(fields) = serde_json::to_value(value).map_err(StoreError::NotStorable)? else {
        return Err(StoreError::NotStorable(serde_json::Error::custom("an item is an object")));
    };
    let mut item: Item = fields
        .into_iter()
        .filter(|(_, field)| !field.is_null())
        .map(|(name, field)| (name, to_attribute(field)))
        .collect();
    let bytes = item.iter().map(|(name, attribute)| name.len() + size(attribute)).sum();
    if bytes > MAX_BYTES {
        return Err(StoreError::TooLarge { kind, bytes, limit: MAX_BYTES });
    }
    item.extend(key.item());
    Ok(item)
}

/// An item as a struct. Attributes that are keys only are ignored.
pub(super) fn from_item<T: DeserializeOwned>(mut item: Item) -> Result<T, StoreError> {
    item.remove(PK);
    item.remove(SK);
    let fields: Result<Map<_, _>, _> =
        item.into_iter().map(|(name, value)| Ok((name, to_json(value)?))).collect();
    let value = Value::Object(fields.map_err(StoreError::Corrupt)?);
    serde_json::from_value(value).map_err(StoreError::Corrupt)
}

fn to_attribute(value: Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(yes) => AttributeValue::Bool(yes),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text),
        Value::Array(list) => AttributeValue::L(list.into_iter().map(to_attribute).collect()),
        Value::Object(map) => {
            AttributeValue::M(map.into_iter().map(|(name, value)| (name, to_attribute(value))).collect())
        }
    }
}

fn to_json(attribute: AttributeValue) -> Result<Value, serde_json::Error> {
    Ok(match attribute {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(yes) => Value::Bool(yes),
        AttributeValue::Ss(set) => Value::Array(set.into_iter().map(Value::String).collect()),
        AttributeValue::N(digits) => Value::Number(digits.parse::<Number>()?),
        AttributeValue::S(text) => Value::String(text),
        AttributeValue::L(list) => Value::Array(list.into_iter().map(to_json).collect::<Result<_, _>>()?),
        AttributeValue::M(map) => Value::Object(
            map.into_iter()
                .map(|(name, value)| Ok((name, to_json(value)?)))
                .collect::<Result<_, serde_json::Error>>()?,
        ),
        other => return Err(serde_json::Error::custom(format!("unexpected attribute type: {other:?}"))),
    })
}

/// Roughly what `DynamoDB` counts: names and values in UTF-8, a few bytes for structure.
fn size(attribute: &AttributeValue) -> usize {
    match attribute {
        AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
        AttributeValue::L(list) => 3 + list.iter().map(|value| 1 + size(value)).sum::<usize>(),
        AttributeValue::M(map) => {
            3 + map.iter().map(|(name, value)| 1 + name.len() + size(value)).sum::<usize>()
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn f48_an_item_that_does_not_fit_is_refused_not_cut() {
        let key = || super::super::keys::person("ada");
        let large = json!({"text": "x".repeat(400_000)});
        let refused = to_item(key(), Kind::Run, &large);
        assert!(matches!(refused, Err(StoreError::TooLarge { bytes: 400_004, .. })), "{refused:?}");
        assert!(to_item(key(), Kind::Run, &json!({"text": "x".repeat(300_000)})).is_ok());
    }

    #[test]
    fn comes_back_as_it_was() {
        let value = json!({"a": 1, "b": [true, {"c": "d"}], "n": 1.5, "big": 9_007_199_254_740_991_u64});
        let item = to_item(super::super::keys::person("ada"), Kind::Run, &value).expect("storable");
        assert_eq!(from_item::<Value>(item).expect("readable"), value);
    }
}
