//! How many runs there may be: at the same time, and in a while, of the workflow and of each target.

use catalog_model::IsoDuration;
use serde_json::Value;

use super::at::At;
use super::finding::Severity::{Strengthens, Weakens};
use super::report::{Known, Report};
use super::say::short;

/// Compares the limits of a workflow.
pub(super) fn compare(at: &At<'_>, report: &mut Report<'_>) {
    of("", at, report);
}

/// `whose`: nothing, or " on one target".
fn of(whose: &str, at: &At<'_>, report: &mut Report<'_>) {
    match (at.before, at.after) {
        (None, _) => report.say(Strengthens, at, format!("There are limits of runs{whose}")),
        (_, None) => report.say(Weakens, at, format!("There are no limits of runs{whose} any more")),
        _ => report.members(at, |key, member, report| {
            match key {
                "concurrent" => concurrent(whose, member, report),
                "rate" => rate(whose, member, report),
                "per_target" => of(" on one target", member, report),
                _ => return Known::No,
            }
            Known::Yes
        }),
    }
}

/// Without a number there is no limit.
fn concurrent(whose: &str, at: &At<'_>, report: &mut Report<'_>) {
    let number = |side: Option<&Value>| side.map_or(Some(u64::MAX), Value::as_u64);
    let (Some(was), Some(is)) = (number(at.before), number(at.after)) else { return };
    let (severity, word) = match was.cmp(&is) {
        std::cmp::Ordering::Less => (Weakens, "More"),
        std::cmp::Ordering::Greater => (Strengthens, "Fewer"),
        std::cmp::Ordering::Equal => return,
    };
    let said = |side: Option<&Value>| Some(side.map_or_else(|| "any number".to_owned(), short));
    let message = format!("{word} runs{whose} may be under way at the same time");
    report.words(severity, at, message, said(at.before), said(at.after));
}

/// Two in two hours is as much as one in an hour, and lets through more at once.
fn rate(whose: &str, at: &At<'_>, report: &mut Report<'_>) {
    let (severity, word) = match (at.before.map(Rate::of), at.after.map(Rate::of)) {
        (Some(Some(was)), Some(Some(is))) if !was.lets_through_all_of(&is) => (Weakens, "More"),
        (None, Some(_)) | (Some(Some(_)), Some(Some(_))) => (Strengthens, "Fewer"),
        (Some(_), None) => (Weakens, "More"),
        _ => return,
    };
    let said = |side: Option<&Value>| {
        let Some(value) = side else { return Some("any number".to_owned()) };
        Some(Rate::of(value).map_or_else(|| short(value), |rate| rate.words()))
    };
    let message = format!("{word} runs{whose} may be requested in a while");
    report.words(severity, at, message, said(at.before), said(at.after));
}

struct Rate {
    runs: u64,
    per: IsoDuration,
}

impl Rate {
    fn of(value: &Value) -> Option<Self> {
        let per = IsoDuration::parse(value.get("per")?.as_str()?).ok()?;
        Some(Self { runs: value.get("runs")?.as_u64()?, per })
    }

    /// Never fewer at once, and never fewer in the long run.
    fn lets_through_all_of(&self, other: &Self) -> bool {
        let product = |runs: u64, per: &IsoDuration| u128::from(runs) * u128::from(per.seconds());
        self.runs >= other.runs && product(self.runs, &other.per) >= product(other.runs, &self.per)
    }

    fn words(&self) -> String {
        format!("{} in {}", self.runs, self.per.words())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::compare;
    use crate::diff::report::tests::said;

    #[test]
    fn more_runs_are_weaker() {
        let check = |before: Value, after: Value, expect: &[&str]| {
            let [before, after] = [before, after].map(|limits| match limits {
                Value::Null => json!({}),
                limits => json!({ "limits": limits }),
            });
            let found = said("workflow.json", &before, &after, |root, report| {
                compare(&root.member("limits"), report);
            });
            assert_eq!(found, expect, "{before} {after}");
        };
        let rate = |runs: u64, per: &str| json!({"rate": {"runs": runs, "per": per}});
        check(
            json!({"concurrent": 1, "colour": 1}),
            json!({"concurrent": 2, "colour": 2}),
            &[
                "weakens: More runs may be under way at the same time (1 → 2)",
                "changes: `limits.colour` changed (no rule knows what it means: read it) (1 → 2)",
            ],
        );
        check(
            json!({"per_target": {"concurrent": 2}}),
            json!({"per_target": {"concurrent": 1}}),
            &["strengthens: Fewer runs on one target may be under way at the same time (2 → 1)"],
        );
        check(
            json!({"concurrent": 2, "per_target": {"concurrent": 2}}),
            json!({"per_target": {}}),
            &[
                "weakens: More runs may be under way at the same time (2 → any number)",
                "weakens: More runs on one target may be under way at the same time (2 → any number)",
            ],
        );
        check(
            rate(1, "PT1H"),
            rate(2, "PT2H"),
            &["weakens: More runs may be requested in a while (1 in 1 hour → 2 in 2 hours)"],
        );
        check(
            rate(2, "PT1H"),
            rate(2, "PT2H"),
            &["strengthens: Fewer runs may be requested in a while (2 in 1 hour → 2 in 2 hours)"],
        );
        check(
            json!(null),
            json!({"concurrent": 1}),
            &["strengthens: There are limits of runs (- → {\"concurrent\":1})"],
        );
        check(
            json!({"concurrent": 1}),
            json!(null),
            &["weakens: There are no limits of runs any more ({\"concurrent\":1} → -)"],
        );
    }
}
