//! Lists whose order means nothing: who is named, which channels there are.

use std::collections::BTreeSet;

use super::at::{At, strings};
use super::finding::Severity;
use super::report::Report;

/// Says what a list gained and what it lost, each with its meaning.
pub(super) fn compare(
    at: &At<'_>,
    report: &mut Report<'_>,
    gained: (Severity, &dyn Fn(&str) -> String),
    lost: (Severity, &dyn Fn(&str) -> String),
) {
    let [before, after] =
        [at.before, at.after].map(|list| strings(list).into_iter().collect::<BTreeSet<_>>());
    for one in after.difference(&before) {
        report.sentence(gained.0, at, gained.1(one));
    }
    for one in before.difference(&after) {
        report.sentence(lost.0, at, lost.1(one));
    }
}
