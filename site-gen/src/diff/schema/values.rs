//! Values that a schema lists: `enum`, `const`, and alternatives that are constants with titles.

use serde_json::Value;

use super::Walk;
use crate::diff::at::{At, list};
use crate::diff::report::Report;
use crate::diff::say::{quoted, short};

/// Whether all alternatives on both sides are constants.
pub(super) fn are_listed(at: &At<'_>) -> bool {
    let constants = |side: Option<&Value>| list(side).iter().all(|item| item.get("const").is_some());
    constants(at.before) && constants(at.after)
}

/// Says which values are accepted from now on, and which no longer are.
pub(super) fn listed(walk: &Walk, at: &At<'_>, report: &mut Report<'_>) {
    let (subject, looser, stricter) = (walk.subject(), walk.direction.looser(), walk.direction.stricter());
    let (was, is) = match (at.before, at.after) {
        (Some(was), Some(is)) => (values(was), values(is)),
        (None, is) => {
            let only = is.map(spelt);
            return report.words(stricter, at, format!("{subject} accepts only some values"), None, only);
        }
        (was, None) => {
            let only = was.map(spelt);
            return report.words(looser, at, format!("{subject} accepts any value"), only, None);
        }
    };
    for value in is.iter().filter(|value| !was.contains(value)) {
        report.sentence(looser, at, format!("{subject} accepts {}, too", quoted(&short(value))));
    }
    for value in was.iter().filter(|value| !is.contains(value)) {
        report.sentence(stricter, at, format!("{subject} no longer accepts {}", quoted(&short(value))));
    }
}

fn values(rule: &Value) -> Vec<&Value> {
    match rule.as_array() {
        Some(items) => items.iter().map(|item| item.get("const").unwrap_or(item)).collect(),
        None => vec![rule],
    }
}

fn spelt(rule: &Value) -> String {
    values(rule).into_iter().map(short).collect::<Vec<_>>().join(", ")
}
