//! What requesters read: text, of which only the amount of change is said.

use std::collections::BTreeMap;

use serde_json::Value;

use super::at::At;
use super::finding::Severity::Changes;
use super::report::Report;

/// Compares two texts.
pub(super) fn compare(at: &At<'_>, report: &mut Report<'_>) {
    let text = |side: Option<&Value>| side.and_then(Value::as_str).unwrap_or_default().to_owned();
    let (before, after) = (text(at.before), text(at.after));
    let (gone, new) = (beyond(&before, &after), beyond(&after, &before));
    let lines = |number: usize| if number == 1 { "1 line".to_owned() } else { format!("{number} lines") };
    let message = match (new, gone) {
        (0, 0) => "The text has the same lines in another order".to_owned(),
        _ => format!("The text reads differently: {} new, {} gone", lines(new), lines(gone)),
    };
    report.sentence(Changes, at, message);
}

/// How many lines one text has beyond those of another.
fn beyond(one: &str, other: &str) -> usize {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    other.lines().for_each(|line| *left.entry(line).or_default() += 1);
    let mut number = 0;
    for line in one.lines() {
        match left.get_mut(line) {
            Some(there) if *there > 0 => *there -= 1,
            _ => number += 1,
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::compare;
    use crate::diff::report::tests::said;

    #[test]
    fn lines_are_counted() {
        let check = |before: &str, after: &str, expect: &str| {
            let found = said("guide.md", &json!(before), &json!(after), compare);
            assert_eq!(found, [format!("changes: The text {expect}")]);
        };
        check("a\nb\nb\n", "b\na\nc\n", "reads differently: 1 line new, 1 line gone");
        check("a\n", "a\nb\nc\n", "reads differently: 2 lines new, 0 lines gone");
        check("a\nb\n", "b\na\n", "has the same lines in another order");
    }
}
