//! Which items of two lists are the same thing, though their places changed.

use serde_json::Value;

/// Indexes in both lists; one is absent where an item is new or gone.
pub(super) type Pair = (Option<usize>, Option<usize>);

/// Pairs items that say the same under `key`: in the order that is proposed, then those that are gone.
///
/// What is left on both sides and says the same under every other key was renamed. An item without the key is the
/// one at the same index, if that has none either.
pub(super) fn by_key(key: &str, before: &[Value], after: &[Value]) -> Vec<Pair> {
    let mut free: Vec<usize> = (0..before.len()).collect();
    let mut take = |wanted: &dyn Fn(usize) -> bool| {
        let at = free.iter().position(|index| wanted(*index))?;
        Some(free.remove(at))
    };
    let mut pairs: Vec<Pair> = Vec::with_capacity(after.len());
    for (index, item) in after.iter().enumerate() {
        let name = item.get(key);
        let same = |other: usize| before[other].get(key) == name && (name.is_some() || other == index);
        pairs.push((take(&same), Some(index)));
    }
    for pair in &mut pairs {
        if let (None, Some(index)) = *pair {
            pair.0 = take(&|other| same_otherwise(key, &before[other], &after[index]));
        }
    }
    pairs.extend(free.into_iter().map(|index| (Some(index), None)));
    pairs
}

/// Whether those items that are on both sides stand in another order.
pub(super) fn reordered(pairs: &[Pair]) -> bool {
    let kept = pairs.iter().filter(|(_, is)| is.is_some()).filter_map(|(was, _)| *was);
    !kept.is_sorted()
}

fn same_otherwise(key: &str, one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else { return false };
    let rest = |(name, _): &(&String, &Value)| *name != key;
    one.len() > 1
        && one.len() == other.len()
        && one.iter().filter(rest).all(|(name, value)| other.get(name) == Some(value))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Pair, by_key, reordered};

    #[test]
    fn items_are_found_again() {
        let check = |before: Value, after: Value, expect: &[Pair]| {
            let [before, after] = [before, after].map(|list| list.as_array().expect("a list").clone());
            assert_eq!(by_key("id", &before, &after), expect, "{before:?} {after:?}");
        };
        let [a, b, c] = ["a", "b", "c"].map(|id| json!({"id": id, "of": id}));
        check(json!([]), json!([]), &[]);
        check(json!([a, b]), json!([b, a]), &[(Some(1), Some(0)), (Some(0), Some(1))]);
        check(json!([a, b]), json!([c, b]), &[(None, Some(0)), (Some(1), Some(1)), (Some(0), None)]);
        check(json!([a, b]), json!([b, {"id": "x", "of": "a"}]), &[(Some(1), Some(0)), (Some(0), Some(1))]);
        check(json!([{"x": 1}, 2]), json!([{"x": 2}]), &[(Some(0), Some(0)), (Some(1), None)]);
        check(json!([{"id": "a"}]), json!([{"id": "b"}]), &[(None, Some(0)), (Some(0), None)]);
        assert!(reordered(&[(Some(1), Some(0)), (None, Some(1)), (Some(0), Some(2))]));
        assert!(!reordered(&[(Some(0), Some(0)), (Some(2), Some(1)), (Some(1), None)]));
    }
}
