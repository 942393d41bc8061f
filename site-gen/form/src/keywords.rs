//! The keywords of a schema, borrowed where they stand.
//!
//! A schema has a handful of them: looking through a list costs less than hashing a name, and what folding
//! does not change is not copied. Ten thousand forms are built from schemas of some dozen fields.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// Keywords in order, each name once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keywords<'a> {
    list: Vec<(&'a str, Cow<'a, Value>)>,
}

impl<'a> Keywords<'a> {
    /// Room for the keywords of a schema.
    pub(crate) fn reserve(&mut self, count: usize) {
        self.list.reserve_exact(count);
    }

    /// Adds a keyword that is not there yet.
    pub(crate) fn push(&mut self, name: &'a str, value: Cow<'a, Value>) {
        self.list.push((name, value));
    }

    /// The value of a keyword.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.list.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_ref())
    }

    /// The value of a keyword, to be replaced.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Cow<'a, Value>> {
        self.list.iter_mut().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Whether there is such a keyword.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether there is none at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// A schema of its own, without the keywords named.
    pub(crate) fn to_schema_without(&self, names: &[&str]) -> Map<String, Value> {
        let kept = self.list.iter().filter(|(name, _)| !names.contains(name));
        kept.map(|(name, value)| ((*name).to_owned(), value.as_ref().clone())).collect()
    }
}

impl<'a> IntoIterator for Keywords<'a> {
    type Item = (&'a str, Cow<'a, Value>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}
