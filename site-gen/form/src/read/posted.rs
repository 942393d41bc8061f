//! The pairs of a posted form, sorted by pointer.

use std::collections::HashMap;

/// What was posted at one pointer and below it.
#[derive(Debug, Default)]
pub(crate) struct Posted {
    texts: Vec<Text>,
    names: Vec<String>,
    children: HashMap<String, Posted>,
}

#[derive(Debug)]
struct Text {
    text: String,
    /// The branches it stood in, outermost first.
    scope: Vec<u32>,
}

/// Deeper pointers than any form writes are left out.
const DEEPEST: usize = 128;

impl Posted {
    /// Sorts the pairs. Those whose names are not pointers are somebody else's.
    pub(crate) fn sort(pairs: &[(String, String)]) -> Self {
        let mut root = Self::default();
        let mut scope: Vec<u32> = Vec::new();
        for (name, text) in pairs {
            if name.ends_with("/~s") {
                match text.parse() {
                    Ok(id) => scope.push(id),
                    Err(_) => drop(scope.pop()),
                }
            } else if name.is_empty() {
                root.texts.push(Text { text: text.clone(), scope: scope.clone() });
            } else if name.starts_with('/') && name.matches('/').count() <= DEEPEST {
                root.insert(name, text, &scope);
            }
        }
        root
    }

    fn insert(&mut self, name: &str, text: &str, scope: &[u32]) {
        let mut at = self;
        for raw in name.split('/').skip(1) {
            let own = raw.starts_with('~') && !raw.starts_with("~0") && !raw.starts_with("~1");
            let segment = if own { own_key(raw) } else { crate::pointer::unescape(raw) };
            if !at.children.contains_key(&segment) {
                at.names.push(segment.clone());
            }
            at = at.children.entry(segment).or_default();
        }
        at.texts.push(Text { text: text.to_owned(), scope: scope.to_vec() });
    }

    /// What was posted one segment down.
    pub(crate) fn child(&self, segment: &str) -> Option<&Self> {
        self.children.get(segment)
    }

    /// What the form itself posted here, such as `~b`.
    pub(crate) fn own(&self, segment: &str) -> Option<&Self> {
        self.children.get(&own_key(segment))
    }

    /// Names of properties and items below, in the order they came.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str).filter(|name| !name.starts_with('\u{1}'))
    }

    /// Whether anything came below this pointer.
    pub(crate) fn has_children(&self) -> bool {
        self.names().next().is_some()
    }

    /// Every text posted here for these branches; texts outside all branches (from a link or a
    /// script) are for whichever branch wants them.
    pub(crate) fn leaves<'a>(&'a self, scope: &'a [u32]) -> impl Iterator<Item = &'a str> {
        let own = self.texts.iter().any(|text| text.scope == scope);
        self.texts
            .iter()
            .filter(move |text| if own { text.scope == scope } else { text.scope.is_empty() })
            .map(|text| text.text.as_str())
    }

    /// The text posted here for these branches; the last one when it came several times.
    pub(crate) fn leaf<'a>(&'a self, scope: &'a [u32]) -> Option<&'a str> {
        self.leaves(scope).last()
    }

    /// Whether anything is here for these branches, here or below.
    pub(crate) fn any(&self, scope: &[u32]) -> bool {
        self.texts.iter().any(|text| text.scope.starts_with(scope) || text.scope.is_empty())
            || self.children.values().any(|child| child.any(scope))
    }
}

/// A segment of the form's own, as no property is called: `~b` as a property is written `~0b`.
fn own_key(segment: &str) -> String {
    segment.replacen('~', "\u{1}", 1)
}
