//! The test cases of the steps.

use super::at::{At, list};
use super::finding::Severity::Changes;
use super::matching;
use super::report::{Known, Report};
use super::say::{quoted, short};

/// Compares two files of cases.
pub(super) fn compare(at: &At<'_>, report: &mut Report<'_>) {
    report.members(at, |key, member, report| {
        if key != "cases" {
            return Known::No;
        }
        let pairs = matching::by_key("name", list(member.before), list(member.after));
        if matching::reordered(&pairs) {
            report.sentence(Changes, member, "Cases are in another order; local mode replays the first");
        }
        for (was, is) in pairs {
            let case = member.items(was, is);
            if !case.differs() {
                continue;
            }
            let name = case.after.or(case.before).and_then(|case| case.get("name"));
            let verb = match (was, is) {
                (None, _) => "is new",
                (_, None) => "is gone",
                _ => "tests something else",
            };
            let message = format!("Case {} {verb}", quoted(&name.map(short).unwrap_or_default()));
            report.sentence(Changes, &case, message);
        }
        Known::Yes
    });
}
