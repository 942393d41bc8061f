//! Whether one IAM condition holds whenever another one does.

use serde_json::{Map, Value};

/// Whether `wide` holds wherever `narrow` holds. No condition holds always; "yes" is certain.
pub(super) fn covers(wide: Option<&Value>, narrow: Option<&Value>) -> bool {
    let (wide, narrow) = match (wide, narrow) {
        (None, _) => return true,
        (wide, narrow) if wide == narrow => return true,
        (Some(wide), Some(narrow)) => (wide.as_object(), narrow.as_object()),
        (Some(_), None) => return false,
    };
    let (Some(wide), Some(narrow)) = (wide, narrow) else { return false };
    wide.iter().all(|(operator, keys)| {
        let there = narrow.get(operator).and_then(Value::as_object);
        keys.as_object().is_some_and(|keys| there.is_some_and(|there| implied(operator, keys, there)))
    })
}

/// Whether what an operator asks of its keys is asked of them on the narrower side, too.
fn implied(operator: &str, wide: &Map<String, Value>, narrow: &Map<String, Value>) -> bool {
    wide.iter().all(|(key, values)| {
        narrow.get(key).is_some_and(|there| {
            let (wide, narrow) = (list(values), list(there));
            match Meaning::of(operator) {
                // What an empty list means is left to IAM.
                Meaning::OneOf if narrow.is_empty() || wide.is_empty() => wide == narrow,
                Meaning::OneOf => narrow.iter().all(|value| wide.contains(value)),
                Meaning::NoneOf => wide.iter().all(|value| narrow.contains(value)),
                Meaning::Other => wide == narrow,
            }
        })
    })
}

/// How an operator reads a list of values.
enum Meaning {
    OneOf,
    NoneOf,
    Other,
}

impl Meaning {
    fn of(operator: &str) -> Self {
        let name = operator.split_once(':').map_or(operator, |(_, name)| name);
        match name.strip_suffix("IfExists").unwrap_or(name) {
            "StringEquals"
            | "StringEqualsIgnoreCase"
            | "StringLike"
            | "ArnEquals"
            | "ArnLike"
            | "IpAddress" => Self::OneOf,
            // "For any value, not one of these" is met by other values: no list is narrower than another.
            _ if operator.starts_with("ForAnyValue:") => Self::Other,
            "StringNotEquals"
            | "StringNotEqualsIgnoreCase"
            | "StringNotLike"
            | "ArnNotEquals"
            | "ArnNotLike"
            | "NotIpAddress" => Self::NoneOf,
            _ => Self::Other,
        }
    }
}

fn list(values: &Value) -> &[Value] {
    values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::covers;

    #[test]
    fn a_condition_covers_a_stricter_one() {
        let check = |wide: Value, narrow: Value, expect: (bool, bool)| {
            let [wide, narrow] = [&wide, &narrow].map(|c| Some(c).filter(|c| !c.is_null()));
            assert_eq!((covers(wide, narrow), covers(narrow, wide)), expect, "{wide:?} {narrow:?}");
        };
        let one = json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}});
        let two = json!({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}});
        check(json!(null), one.clone(), (true, false));
        check(two, one.clone(), (true, false));
        check(one.clone(), json!({"StringEquals": {"aws:RequestedRegion": ["eu-west-1"]}}), (true, true));
        let more =
            json!({"StringEquals": {"aws:RequestedRegion": "eu-west-1", "a": "b"}, "Bool": {"c": "true"}});
        check(one.clone(), more, (true, false));
        check(json!({"StringLike": {"a": "x"}}), json!({"StringLike": {"a": []}}), (false, false));
        check(one, json!({"StringLike": {"aws:RequestedRegion": "eu-west-1"}}), (false, false));
        check(
            json!({"StringNotEquals": {"a": "x"}}),
            json!({"StringNotEquals": {"a": ["x", "y"]}}),
            (true, false),
        );
        check(
            json!({"NumericLessThan": {"a": 1}}),
            json!({"NumericLessThan": {"a": [1, 2]}}),
            (false, false),
        );
    }
}
