//! The table of intrinsic functions: names, numbers of arguments, and what each applies.

use serde_json::{Map, Value};

use super::{arrays, text};
use crate::data::scope::Chance;

/// An intrinsic function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Array,
    ArrayContains,
    ArrayGetItem,
    ArrayLength,
    ArrayPartition,
    ArrayRange,
    ArrayUnique,
    Base64Decode,
    Base64Encode,
    Format,
    Hash,
    JsonMerge,
    JsonToString,
    MathAdd,
    MathRandom,
    StringSplit,
    StringToJson,
    Uuid,
}

/// Every function with its name and the least and most arguments it takes.
const TABLE: [(&str, Function, usize, usize); 18] = [
    ("States.Array", Function::Array, 0, usize::MAX),
    ("States.ArrayContains", Function::ArrayContains, 2, 2),
    ("States.ArrayGetItem", Function::ArrayGetItem, 2, 2),
    ("States.ArrayLength", Function::ArrayLength, 1, 1),
    ("States.ArrayPartition", Function::ArrayPartition, 2, 2),
    ("States.ArrayRange", Function::ArrayRange, 3, 3),
    ("States.ArrayUnique", Function::ArrayUnique, 1, 1),
    ("States.Base64Decode", Function::Base64Decode, 1, 1),
    ("States.Base64Encode", Function::Base64Encode, 1, 1),
    ("States.Format", Function::Format, 1, usize::MAX),
    ("States.Hash", Function::Hash, 2, 2),
    ("States.JsonMerge", Function::JsonMerge, 3, 3),
    ("States.JsonToString", Function::JsonToString, 1, 1),
    ("States.MathAdd", Function::MathAdd, 2, 2),
    ("States.MathRandom", Function::MathRandom, 2, 3),
    ("States.StringSplit", Function::StringSplit, 2, 2),
    ("States.StringToJson", Function::StringToJson, 1, 1),
    ("States.UUID", Function::Uuid, 0, 0),
];

impl Function {
    /// The function of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.0 == name).map(|row| row.1)
    }

    /// The least and most arguments it takes.
    pub(super) fn arity(self) -> (usize, usize) {
        TABLE.iter().find(|row| row.1 == self).map_or((0, usize::MAX), |row| (row.2, row.3))
    }
}

/// Applies a function to its arguments.
pub(super) fn apply(
    function: Function,
    mut values: Vec<Value>,
    literal_template: bool,
    chance: &dyn Chance,
) -> Result<Value, String> {
    let mut next = || if values.is_empty() { Value::Null } else { values.remove(0) };
    match function {
        Function::Array => Ok(Value::Array(values)),
        Function::ArrayContains => arrays::contains(&next(), &next()),
        Function::ArrayGetItem => arrays::get_item(&next(), &next()),
        Function::ArrayLength => arrays::length(&next()),
        Function::ArrayPartition => arrays::partition(&next(), &next()),
        Function::ArrayRange => arrays::range(&next(), &next(), &next()),
        Function::ArrayUnique => arrays::unique(next()),
        Function::Base64Decode => text::base64_decode(&next()),
        Function::Base64Encode => text::base64_encode(&next()),
        Function::Format => text::format(&next(), &values, literal_template),
        Function::Hash => text::hash(&next(), &next()),
        Function::JsonMerge => merge(next(), next(), &next()),
        Function::JsonToString => Ok(Value::String(next().to_string())),
        Function::MathAdd => add(&next(), &next()),
        Function::MathRandom => random(&next(), &next(), values.first(), chance),
        Function::StringSplit => text::split(&next(), &next()),
        Function::StringToJson => text::to_json(&next()),
        Function::Uuid => Ok(Value::String(chance.uuid())),
    }
}

fn merge(left: Value, right: Value, deep: &Value) -> Result<Value, String> {
    let (Value::Object(mut left), Value::Object(right)) = (left, right) else {
        return Err("both arguments of States.JsonMerge must be objects".to_owned());
    };
    if deep != &Value::Bool(false) {
        return Err("only the shallow merge (false) is supported".to_owned());
    }
    left.extend::<Map<String, Value>>(right);
    Ok(Value::Object(left))
}

fn add(left: &Value, right: &Value) -> Result<Value, String> {
    let sum = integer(left)?.checked_add(integer(right)?);
    sum.map(Value::from).ok_or_else(|| "the sum is out of range".to_owned())
}

fn random(from: &Value, to: &Value, seed: Option<&Value>, chance: &dyn Chance) -> Result<Value, String> {
    let (from, to) = (integer(from)?, integer(to)?);
    if from >= to {
        return Err("the start must be less than the end".to_owned());
    }
    let drawn = match seed {
        Some(seed) => text::unit_from(&integer(seed)?.to_string()),
        None => chance.random(),
    };
    Ok(Value::from(from.saturating_add(scaled(drawn, to.saturating_sub(from)))))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "chance needs no last bit")]
fn scaled(unit: f64, width: i64) -> i64 {
    (unit * width as f64) as i64
}

/// A whole number; a fraction is rounded, as AWS does.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which the callers' limits then refuse")]
pub(super) fn integer(value: &Value) -> Result<i64, String> {
    value
        .as_i64()
        .or_else(|| value.as_f64().map(|number| number.round() as i64))
        .ok_or_else(|| format!("'{value}' is not a number"))
}
