//! A member of a JSON object.

use serde_json::{Map, Value};

/// Up to this many members are looked through, which is quicker than to hash a name.
const FEW: usize = 16;

/// The member of that name, if there is one.
pub(crate) fn member<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    if object.len() > FEW {
        return object.get(name);
    }
    object.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}
