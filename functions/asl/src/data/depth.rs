//! How deep a document may nest.
//!
//! An execution is stored as JSON around its documents, and a reader of JSON stops at 128 levels: what is
//! deeper than the limit here could be written and never read again.

use serde_json::Value;

/// Deepest nesting of an input, an output, a result or a variable.
const MAX_DEPTH: usize = 100;

/// Whether a document nests deeper than an execution can keep.
pub(crate) fn too_deep(value: &Value) -> bool {
    deeper_than(value, MAX_DEPTH)
}

fn deeper_than(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(_) | Value::Object(_) if levels == 0 => true,
        Value::Array(items) => items.iter().any(|inner| deeper_than(inner, levels - 1)),
        Value::Object(members) => members.values().any(|inner| deeper_than(inner, levels - 1)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_hundred_levels_are_not_too_deep() {
        let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        assert!(!too_deep(&nested(100)));
        assert!(too_deep(&nested(101)));
        assert!(!too_deep(&json!([[1], {"a": 2}])));
    }
}
