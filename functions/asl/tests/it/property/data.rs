//! JSON of every kind, in particular what is hard to store: fractions, large numbers, odd texts.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::recipe::usual;

/// Any value, small.
pub(super) fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec((text(), inner), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// What a machine is started with: what most states read, or anything.
pub(super) fn input() -> impl Strategy<Value = Value> {
    let items = prop::collection::vec(value(), 0..4);
    let made = (number(), text(), any::<bool>(), items).prop_map(|(n, s, b, items)| usual(&n, &s, b, &items));
    prop_oneof![9 => made, 1 => value()]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        text().prop_map(Value::from),
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (-9..100_i64).prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        3 => any::<f64>().prop_filter("JSON has only finite numbers", |n| n.is_finite()).prop_map(Value::from),
        2 => prop::num::f64::NORMAL.prop_map(|n| json!(n.fract())),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(&["plain", "a", "abc", "$.n", "{% 1 %}", "a.$", "", "ü\u{1F600}\u{0}\"\\", "1", "é/~0"][..])
            .prop_map(str::to_owned),
        1 => ".{0,8}",
    ]
}
