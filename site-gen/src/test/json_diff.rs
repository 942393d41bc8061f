//! Where two JSON documents differ, by pointer.

use serde_json::Value;

/// One place at which two documents differ.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Difference<'v> {
    /// JSON pointer; empty for the whole document.
    pub(super) pointer: String,
    /// None where nothing may be.
    pub(super) expected: Option<&'v Value>,
    /// None where nothing is.
    pub(super) got: Option<&'v Value>,
}

/// Whether an object may have members that are not expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    Allowed,
    Refused,
}

/// Every difference, in the order of what is expected.
pub(super) fn differences<'v>(expected: &'v Value, got: &'v Value, others: Others) -> Vec<Difference<'v>> {
    let mut found = Vec::new();
    compare(String::new(), expected, got, others, &mut found);
    found
}

fn compare<'v>(
    pointer: String,
    expected: &'v Value,
    got: &'v Value,
    others: Others,
    found: &mut Vec<Difference<'v>>,
) {
    match (expected, got) {
        (Value::Object(wanted), Value::Object(there)) => {
            for (name, expected) in wanted {
                member(join(&pointer, name), Some(expected), there.get(name), others, found);
            }
            for (name, got) in there.iter().filter(|(name, _)| !wanted.contains_key(*name)) {
                if others == Others::Refused {
                    member(join(&pointer, name), None, Some(got), others, found);
                }
            }
        }
        (Value::Array(wanted), Value::Array(there)) => {
            for index in 0..wanted.len().max(there.len()) {
                let at = format!("{pointer}/{index}");
                member(at, wanted.get(index), there.get(index), others, found);
            }
        }
        _ if same(expected, got) => {}
        _ => found.push(Difference { pointer, expected: Some(expected), got: Some(got) }),
    }
}

fn member<'v>(
    pointer: String,
    expected: Option<&'v Value>,
    got: Option<&'v Value>,
    others: Others,
    found: &mut Vec<Difference<'v>>,
) {
    match (expected, got) {
        (Some(expected), Some(got)) => compare(pointer, expected, got, others, found),
        _ => found.push(Difference { pointer, expected, got }),
    }
}

/// 3 and 3.0 are the same number: JSONata calculates with floating point.
fn same(one: &Value, other: &Value) -> bool {
    one == other || one.is_f64() != other.is_f64() && one.as_f64().is_some() && one.as_f64() == other.as_f64()
}

fn join(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(expected: &Value, got: &Value, others: Others, pointers: &[&str]) {
        let found = differences(expected, got, others);
        let found: Vec<&str> = found.iter().map(|difference| difference.pointer.as_str()).collect();
        assert_eq!(found, pointers, "{expected} {got}");
    }

    #[test]
    fn every_difference_is_found_where_it_is() {
        use Others::{Allowed, Refused};
        let document = json!({"a": [1, {"b/c": "x"}], "d": null});
        check(&document, &document, Refused, &[]);
        check(&document, &json!({"a": [1, {"b/c": "y"}], "d": null}), Refused, &["/a/1/b~1c"]);
        check(&document, &json!({"a": [2], "e": 1}), Refused, &["/a/0", "/a/1", "/d", "/e"]);
        check(&document, &json!({"a": [1, {"b/c": "x", "n": 1}], "d": null, "e": 1}), Allowed, &[]);
        check(&json!([1]), &json!([1, 2]), Allowed, &["/1"]);
        check(&json!({"a": 1}), &json!([1]), Refused, &[""]);
        check(&json!(null), &json!(false), Refused, &[""]);
    }

    #[test]
    fn numbers_are_compared_by_value() {
        check(&json!(3), &json!(3.0), Others::Refused, &[]);
        check(&json!(3), &json!(4), Others::Refused, &[""]);
        // As floating point these two are the same.
        check(&json!(9_007_199_254_740_993_u64), &json!(9_007_199_254_740_992_u64), Others::Refused, &[""]);
    }
}
