//! A place in two versions of a JSON file.

use serde_json::{Map, Value};

use super::finding::Side;

/// What both versions say at one place. In lists it may be at different indexes.
#[derive(Debug, Clone)]
pub(super) struct At<'v> {
    pub(super) before: Option<&'v Value>,
    pub(super) after: Option<&'v Value>,
    base: String,
    head: String,
}

impl<'v> At<'v> {
    /// Two documents as wholes.
    pub(super) fn root(before: Option<&'v Value>, after: Option<&'v Value>) -> Self {
        Self { before, after, base: String::new(), head: String::new() }
    }

    /// A member of the objects here.
    pub(super) fn member(&self, key: &str) -> Self {
        let segment = key.replace('~', "~0").replace('/', "~1");
        Self {
            before: self.before.and_then(|value| value.get(key)),
            after: self.after.and_then(|value| value.get(key)),
            base: format!("{}/{segment}", self.base),
            head: format!("{}/{segment}", self.head),
        }
    }

    /// Items of the lists here, each by its own index.
    pub(super) fn items(&self, before: Option<usize>, after: Option<usize>) -> Self {
        let item = |list: Option<&'v Value>, index: Option<usize>| list?.get(index?);
        let pointer = |list: &str, index: Option<usize>| match index {
            Some(index) => format!("{list}/{index}"),
            None => list.to_owned(),
        };
        Self {
            before: item(self.before, before),
            after: item(self.after, after),
            base: pointer(&self.base, before),
            head: pointer(&self.head, after),
        }
    }

    /// Whether the two say something else.
    pub(super) fn differs(&self) -> bool {
        self.before != self.after
    }

    /// The keys of both objects: in the order that is proposed, then those that are gone.
    pub(super) fn keys(&self) -> Vec<&'v str> {
        let (before, after) = (object(self.before), object(self.after));
        let mut keys: Vec<&str> = after.into_iter().flat_map(Map::keys).map(String::as_str).collect();
        let gone = before.into_iter().flat_map(Map::keys).map(String::as_str);
        keys.extend(gone.filter(|key| after.is_none_or(|after| !after.contains_key(*key))));
        keys
    }

    /// The catalog that the place is in: the proposed one, unless it is gone there.
    pub(super) fn side(&self) -> Side {
        if self.after.is_none() && self.before.is_some() { Side::Base } else { Side::Head }
    }

    /// The JSON pointer in the catalog that the place is in.
    pub(super) fn pointer(&self) -> &str {
        match self.side() {
            Side::Base => &self.base,
            Side::Head => &self.head,
        }
    }

    /// What both say, as text.
    pub(super) fn texts(&self) -> (Option<&'v str>, Option<&'v str>) {
        (self.before.and_then(Value::as_str), self.after.and_then(Value::as_str))
    }
}

/// A value's members, if it is an object.
pub(super) fn object(value: Option<&Value>) -> Option<&Map<String, Value>> {
    value.and_then(Value::as_object)
}

/// A value's items; none if it is no list.
pub(super) fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A value's items that are text.
pub(super) fn strings(value: Option<&Value>) -> Vec<&str> {
    list(value).iter().filter_map(Value::as_str).collect()
}
