//! From JSONata's values back to JSON, with whole numbers as whole numbers.

use jsonata_core::value::JValue;
use serde_json::{Number, Value};

/// Largest number up to which every whole number has a double of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A value as JSON; None for what JSON has not: undefined, functions. Numbers that are not finite become what
/// JavaScript calls them.
pub(super) fn to_json(value: &JValue) -> Option<Value> {
    Some(match value {
        JValue::Null => Value::Null,
        JValue::Bool(flag) => Value::Bool(*flag),
        JValue::Number(number) => to_number(*number),
        JValue::String(text) => Value::String(text.to_string()),
        JValue::Array(_) => Value::Array(value.as_array()?.iter().filter_map(to_json).collect()),
        JValue::Object(_) => {
            let members = value.as_object()?.iter();
            Value::Object(
                members.filter_map(|(name, member)| Some((name.clone(), to_json(member)?))).collect(),
            )
        }
        _ => return None,
    })
}

/// Whether a value nests deeper than `levels`: expressions can build what no program survives walking.
pub(super) fn deeper_than(value: &JValue, levels: usize) -> bool {
    match value {
        JValue::Array(_) | JValue::Object(_) if levels == 0 => true,
        JValue::Array(_) => value.as_array().is_some_and(|a| a.iter().any(|v| deeper_than(v, levels - 1))),
        JValue::Object(_) => {
            value.as_object().is_some_and(|o| o.values().any(|v| deeper_than(v, levels - 1)))
        }
        _ => false,
    }
}

fn to_number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
        return Value::from(number as i64);
    }
    Number::from_f64(number).map_or_else(
        || {
            Value::from(match number {
                f64::INFINITY => "Infinity",
                f64::NEG_INFINITY => "-Infinity",
                _ => "NaN",
            })
        },
        Value::Number,
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_numbers_stay_whole() {
        let check = |value: JValue, want: Option<Value>| assert_eq!(to_json(&value), want);
        check(JValue::from(3.0), Some(json!(3)));
        check(JValue::from(-0.0), Some(json!(0)));
        check(JValue::from(2.5), Some(json!(2.5)));
        check(JValue::from(1e300), Some(json!(1e300)));
        check(JValue::from(f64::NAN), Some(json!("NaN")));
        check(JValue::from(f64::NEG_INFINITY), Some(json!("-Infinity")));
        check(JValue::Undefined, None);
    }
}
