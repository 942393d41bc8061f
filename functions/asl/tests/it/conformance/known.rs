//! What is known to differ from AWS: `known.json` names each recording with the lowest level at which
//! it differs and the reason. The list is exact: nothing else may differ, and nothing on it may agree.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::compare::Level;

/// One recording that is known to differ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    level: String,
    reason: String,
}

/// The whole list.
pub(super) struct List(BTreeMap<String, Known>);

impl List {
    /// Reads the list that is part of the repository.
    pub(super) fn read() -> Self {
        let list: BTreeMap<String, Known> =
            serde_json::from_str(include_str!("known.json")).expect("known.json is a list of differences");
        for (id, known) in &list {
            assert!(!known.reason.is_empty(), "{id} has no reason");
            assert!(Level::ALL.iter().any(|level| level.name() == known.level), "{id}: {}", known.level);
        }
        Self(list)
    }

    /// What is wrong with the list, given at which level each recording differs.
    pub(super) fn mistakes(&self, found: &BTreeMap<String, Option<Level>>) -> Vec<String> {
        let listed = |id: &String| self.0.get(id).map(|known| known.level.as_str());
        let mut mistakes: Vec<_> = found
            .iter()
            .filter_map(|(id, level)| match (listed(id), level.map(Level::name)) {
                (None, Some(level)) => Some(format!("{id} differs at {level} and is not on the list")),
                (Some(_), None) => Some(format!("{id} agrees and must leave the list")),
                (Some(known), Some(level)) if known != level => {
                    Some(format!("{id} differs at {level}, not at {known}"))
                }
                _ => None,
            })
            .collect();
        let unknown = self.0.keys().filter(|id| !found.contains_key(*id));
        mistakes.extend(unknown.map(|id| format!("{id} is on the list and was not recorded")));
        mistakes
    }
}
