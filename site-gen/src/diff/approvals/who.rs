//! Who may decide: from the beginning, after a while, and in an emergency.

use serde_json::Value;

use super::gate::duration;
use crate::diff::at::{At, strings};
use crate::diff::finding::Severity::{Strengthens, Weakens};
use crate::diff::lists;
use crate::diff::report::{Known, Report};
use crate::diff::say::{inert, quoted};
use crate::words;

/// Groups or people that a gate asks; `field` says which.
pub(super) fn deciders(at: &At<'_>, field: &str, gate: &str, report: &mut Report<'_>) {
    let gained = |one: &str| format!("Gate {gate}: {} may decide, too", kind(field, one));
    let lost = |one: &str| format!("Gate {gate}: {} no longer decides", kind(field, one));
    lists::compare(at, report, (Weakens, &gained), (Strengthens, &lost));
}

/// Whom a gate asks besides, after a while.
pub(super) fn escalation(at: &At<'_>, gate: &str, report: &mut Report<'_>) {
    let said = |escalate: &Value| {
        let after = escalate.get("after").and_then(Value::as_str).map_or_else(|| "?".to_owned(), duration);
        format!("{}, after {after}", named(escalate))
    };
    let (was, is) = (at.before.map(said), at.after.map(said));
    match (at.before, at.after) {
        (Some(_), Some(_)) => report.members(at, |key, at, report| escalated(key, at, gate, report)),
        (None, _) => {
            report.words(Weakens, at, format!("Gate {gate}: others may decide when nobody did"), was, is);
        }
        (_, None) => report.words(Strengthens, at, format!("Gate {gate}: nobody else may decide"), was, is),
    }
}

fn escalated(key: &str, at: &At<'_>, gate: &str, report: &mut Report<'_>) -> Known {
    match key {
        "after" => super::gate::length(
            at,
            report,
            (Strengthens, &format!("Gate {gate}: others may decide later")),
            (Weakens, &format!("Gate {gate}: others may decide earlier")),
        ),
        "from" | "people" => {
            let gained = |one: &str| format!("Gate {gate}: {} may decide when nobody did", kind(key, one));
            let lost =
                |one: &str| format!("Gate {gate}: {} no longer decides when nobody did", kind(key, one));
            lists::compare(at, report, (Weakens, &gained), (Strengthens, &lost));
        }
        _ => return Known::No,
    }
    Known::Yes
}

/// Who may open every gate in an emergency.
pub(in crate::diff) fn break_glass(at: &At<'_>, report: &mut Report<'_>) {
    let (was, is) = (at.before.map(named), at.after.map(named));
    match (at.before, at.after) {
        (Some(_), Some(_)) => report.members(at, |key, at, report| match key {
            "from" | "people" => {
                let gained = |one: &str| {
                    format!("Break-glass: {} may open every gate in an emergency", kind(key, one))
                };
                let lost =
                    |one: &str| format!("Break-glass: {} may no longer open the gates", kind(key, one));
                lists::compare(at, report, (Weakens, &gained), (Strengthens, &lost));
                Known::Yes
            }
            _ => Known::No,
        }),
        (None, _) => {
            report.words(
                Weakens,
                at,
                "Break-glass is new: every gate can be opened in an emergency",
                was,
                is,
            );
        }
        (_, None) => {
            report.words(Strengthens, at, "Break-glass is gone: nobody can do without the gates", was, is);
        }
    }
}

/// "owners or ada".
pub(super) fn named(of: &Value) -> String {
    let names = [of.get("from"), of.get("people")].into_iter().flat_map(strings).map(inert);
    words::or(&names.collect::<Vec<_>>())
}

fn kind(field: &str, id: &str) -> String {
    if field == "from" { format!("the group {}", quoted(id)) } else { quoted(id) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::break_glass;
    use crate::diff::report::tests::said;

    #[test]
    fn an_emergency_is_widened_by_name() {
        let check = |before, after, expect: &[&str]| {
            let found = said("workflow.json", &before, &after, |root, report| {
                break_glass(&root.member("break_glass"), report);
            });
            assert_eq!(found, expect, "{before} {after}");
        };
        let some = json!({"break_glass": {"from": ["duty"], "people": ["ada"]}});
        check(
            json!({}),
            some.clone(),
            &["weakens: Break-glass is new: every gate can be opened in an emergency (- → duty or ada)"],
        );
        check(
            some.clone(),
            json!({}),
            &["strengthens: Break-glass is gone: nobody can do without the gates (duty or ada → -)"],
        );
        check(
            some,
            json!({"break_glass": {"from": ["duty", "all"], "after": "PT1H"}}),
            &[
                "weakens: Break-glass: the group `all` may open every gate in an emergency",
                "changes: `break_glass.after` is new (no rule knows what it means: read it) (- → PT1H)",
                "strengthens: Break-glass: `ada` may no longer open the gates",
            ],
        );
    }
}
