//! A member of a JSON object.
//!
//! The objects of a definition are small and asked for many names: to look through a dozen members is
//! several times as quick as to hash the name that is looked for. Large objects are left to their table.

use serde_json::{Map, Value};

/// Up to this many members are looked through.
const FEW: usize = 16;

/// A member of a value; None if the value is no object, or has no such member.
pub fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    find(value.as_object()?, name)
}

/// A member of an object.
pub(crate) fn find<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    if object.len() > FEW {
        return object.get(name);
    }
    object.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::member;

    #[test]
    fn members_are_found_in_small_objects_and_in_large_ones() {
        for count in [0, 1, 16, 17, 100] {
            let object: Map<String, Value> =
                (0..count).map(|number| (number.to_string(), json!(number))).collect();
            let object = Value::Object(object);
            for name in ["0", "15", "16", "99", "none"] {
                assert_eq!(member(&object, name), object.get(name), "{name} of {count}");
            }
        }
        assert_eq!(member(&json!(["0"]), "0"), None);
    }
}
