//! Who must agree: which gates there are, in which order, and who may do without them.

mod gate;
mod order;
mod who;

use serde_json::Value;

use super::at::{At, list};
use super::finding::Severity::{Changes, Strengthens, Weakens};
use super::matching::{self, Pair};
use super::report::Report;
use super::say::quoted;

pub(super) use gate::length;
pub(super) use who::break_glass;

/// Compares the gates of a workflow, whose whole file is at `root`.
pub(super) fn gates(at: &At<'_>, root: &At<'_>, report: &mut Report<'_>) {
    let (before, after) = (list(at.before), list(at.after));
    let pairs = matching::by_key("name", before, after);
    let ordered = order::compare(at, &pairs, report);
    for &(was, is) in &pairs {
        let gate = at.items(was, is);
        match (gate.before, gate.after) {
            (Some(Value::Object(_)), Some(Value::Object(_))) => one(&gate, root, ordered, report),
            (Some(_), Some(_)) => report.general(&gate),
            (Some(gone), None) => {
                let (message, was) =
                    (format!("Gate {} is gone: nobody is asked", name(gone)), summary(gone, root));
                report.words(Weakens, &gate, message, Some(was), None);
            }
            (None, Some(new)) => {
                let (message, is) = (format!("Gate {} is new", name(new)), summary(new, root));
                report.words(Strengthens, &gate, message, None, Some(is));
            }
            (None, None) => {}
        }
    }
}

fn one(at: &At<'_>, root: &At<'_>, ordered: bool, report: &mut Report<'_>) {
    if let (Some(before), Some(after)) = (at.before, at.after)
        && before.get("name") != after.get("name")
    {
        let at = at.member("name");
        report.say(Changes, &at, format!("Gate {} has another name", name(before)));
    }
    gate::compare(at, root, ordered, report);
}

/// A gate's name as sentences quote it.
fn name(gate: &Value) -> String {
    quoted(gate.get("name").and_then(Value::as_str).unwrap_or("?"))
}

/// "2 of owners or ada, within 4 hours, when Environment is production".
fn summary(gate: &Value, root: &At<'_>) -> String {
    let quorum = gate.get("quorum").and_then(Value::as_u64).unwrap_or(1);
    let within = gate.get("within").and_then(Value::as_str).map(gate::duration);
    let parameters = root.after.or(root.before).and_then(|workflow| workflow.get("parameters"));
    let when = gate.get("when").map(|when| gate::when(Some(when), parameters));
    let parts = [
        Some(format!("{quorum} of {}", who::named(gate))),
        within.map(|within| format!("within {within}")),
        when,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A gate on both sides, by the indexes of a pair.
fn both(pairs: &[Pair]) -> Vec<(usize, usize)> {
    pairs.iter().filter_map(|&(was, is)| Some((was?, is?))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::gates;
    use crate::diff::report::tests::said;

    fn gate(name: &str, more: &Value) -> Value {
        let mut gate = json!({"name": name, "title": name, "why": "It is one.", "from": ["owners"],
            "within": "PT4H", "quorum": 2});
        gate.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        gate
    }

    fn check(before: &Value, after: &Value, expect: &[&str]) {
        let [before, after] = [before, after].map(|gates| {
            json!({"approvals": gates, "parameters": {"properties": {"environment": {"title": "Environment"}}}})
        });
        let found = said("workflow.json", &before, &after, |root, report| {
            gates(&root.member("approvals"), root, report);
        });
        assert_eq!(found, expect, "{before:#} {after:#}");
    }

    /// One gate, with and without something.
    fn changed(before: &Value, after: &Value, expect: &[&str]) {
        check(&json!([gate("g", before)]), &json!([gate("g", after)]), expect);
    }

    #[test]
    fn gates_come_and_go() {
        let [a, b] = ["a", "b"].map(|name| gate(name, &json!({})));
        check(&json!([a, b]), &json!([a, b]), &[]);
        check(
            &json!([a, b]),
            &json!([b]),
            &["weakens: Gate `a` is gone: nobody is asked (2 of owners, within 4 hours → -)"],
        );
        let when = json!({"properties": {"environment": {"const": "production"}}});
        check(
            &json!([a]),
            &json!([a, gate("b", &json!({"when": when, "people": ["ada"]}))]),
            &["strengthens: Gate `b` is new \
               (- → 2 of owners or ada, within 4 hours, when Environment is production)"],
        );
        let renamed = gate("c", &json!({"title": "a"}));
        check(&json!([a]), &json!([renamed]), &["changes: Gate `a` has another name (a → c)"]);
    }

    #[test]
    fn fewer_people_and_more_time_are_weaker() {
        changed(&json!({}), &json!({"quorum": 1}), &["weakens: Gate `g`: fewer people must approve (2 → 1)"]);
        changed(
            &json!({}),
            &json!({"quorum": 3}),
            &["strengthens: Gate `g`: more people must approve (2 → 3)"],
        );
        changed(
            &json!({"within": "PT24H"}),
            &json!({"within": "P2D"}),
            &["weakens: Gate `g` stays open longer (1 day → 2 days)"],
        );
        changed(
            &json!({"within": "PT24H"}),
            &json!({"within": "PT1H"}),
            &["strengthens: Gate `g` closes earlier (1 day → 1 hour)"],
        );
        changed(
            &json!({"within": "PT24H"}),
            &json!({"within": "P1D"}),
            &["changes: `approvals.0.within` changed (PT24H → P1D)"],
        );
    }

    #[test]
    fn whoever_may_decide_is_named() {
        changed(
            &json!({"people": ["ada"]}),
            &json!({"from": ["owners", "buyers"], "people": []}),
            &[
                "weakens: Gate `g`: the group `buyers` may decide, too",
                "strengthens: Gate `g`: `ada` no longer decides",
            ],
        );
        changed(
            &json!({}),
            &json!({"escalate": {"after": "PT1H", "from": ["buyers"], "people": ["eve"]}}),
            &["weakens: Gate `g`: others may decide when nobody did (- → buyers or eve, after 1 hour)"],
        );
        changed(
            &json!({"escalate": {"after": "PT1H", "from": ["buyers"]}}),
            &json!({"escalate": {"after": "PT30M", "from": ["buyers", "all"]}}),
            &[
                "weakens: Gate `g`: others may decide earlier (1 hour → 30 minutes)",
                "weakens: Gate `g`: the group `all` may decide when nobody did",
            ],
        );
        changed(
            &json!({"escalate": {"after": "PT1H", "from": ["buyers"]}}),
            &json!({}),
            &["strengthens: Gate `g`: nobody else may decide (buyers, after 1 hour → -)"],
        );
    }

    #[test]
    fn how_people_decide_is_compared() {
        let check = |field: &str, weak: Value, strong: Value, weaker: &str, stronger: &str| {
            let [weak, strong] = [weak, strong].map(|value| json!({ field: value }));
            changed(&strong, &weak, &[&format!("weakens: Gate `g`: {weaker}")]);
            changed(&weak, &strong, &[&format!("strengthens: Gate `g`: {stronger}")]);
            changed(&strong, &json!({}), &[&format!("weakens: Gate `g`: {weaker}")]);
        };
        check(
            "on_expiry",
            json!("expire"),
            json!("reject"),
            "silence is no longer a no, the run expires",
            "silence is a no",
        );
        check(
            "reason",
            json!("optional"),
            json!("required"),
            "an approval may be given without a reason",
            "every decision needs a reason",
        );
        check(
            "risk",
            json!("standard"),
            json!("high"),
            "its risk is no longer high, so that no recent sign-in is asked for",
            "its risk is high: in the portal only, soon after signing in",
        );
        check(
            "distinct_groups",
            json!(false),
            json!(true),
            "approvals of one and the same group are enough",
            "each approval must be of another group",
        );
        changed(
            &json!({"channels": ["portal"]}),
            &json!({"channels": ["portal", "slack"]}),
            &["weakens: Gate `g` is decided by `slack`, too"],
        );
        changed(
            &json!({"channels": ["portal", "api"]}),
            &json!({"risk": "high"}),
            &[
                "strengthens: Gate `g` is no longer decided by `api`",
                "strengthens: Gate `g`: its risk is high: in the portal only, soon after signing in",
            ],
        );
    }

    #[test]
    fn when_a_gate_is_asked_is_compared_by_meaning() {
        let when =
            |rule: Value| json!({"when": {"properties": {"environment": rule}, "required": ["environment"]}});
        let [production, both] = [json!({"const": "production"}), json!({"enum": ["production", "staging"]})];
        changed(
            &json!({}),
            &when(production.clone()),
            &["weakens: Gate `g` is no longer always asked (always → when Environment is production)"],
        );
        changed(
            &when(both.clone()),
            &when(production.clone()),
            &["weakens: Gate `g` is not asked in every case in which it was \
               (when Environment is production or staging → when Environment is production)"],
        );
        changed(
            &when(production.clone()),
            &when(both),
            &["strengthens: Gate `g` is asked in more cases \
               (when Environment is production → when Environment is production or staging)"],
        );
        changed(
            &when(production.clone()),
            &json!({}),
            &["strengthens: Gate `g` is always asked (when Environment is production → always)"],
        );
        changed(
            &when(production.clone()),
            &when(json!({"enum": ["production"]})),
            &["changes: Gate `g` is asked in the same cases, in other words \
               (when Environment is production → when Environment is production)"],
        );
        let of = |team: &str| json!({"when_requester": {"not": {"properties": {"teams": {"contains": {"const": team}}}}}});
        changed(
            &of("a"),
            &of("b"),
            &["weakens: Gate `g` is not asked in every case in which it was \
               (when the requester is not of a → when the requester is not of b)"],
        );
    }

    #[test]
    fn the_order_of_gates_is_compared() {
        let [a, b] = ["a", "b"].map(|name| gate(name, &json!({})));
        let [beside_a, beside_b] = ["a", "b"].map(|name| gate(name, &json!({"alongside": true})));
        let together = "a and b at the same time";
        check(
            &json!([a, b]),
            &json!([a, beside_b]),
            &[&format!(
                "weakens: Gates are asked at the same time, no longer one after the other (a, then b → {together})"
            )],
        );
        check(
            &json!([a, beside_b]),
            &json!([a, b]),
            &[&format!("strengthens: Gates are asked one after the other ({together} → a, then b)")],
        );
        check(
            &json!([a, b]),
            &json!([b, a]),
            &["weakens: Gates are asked in another order (a, then b → b, then a)"],
        );
        check(
            &json!([a, beside_b]),
            &json!([b, beside_a]),
            &[&format!("changes: Gates are listed in another order ({together} → b and a at the same time)")],
        );
    }

    #[test]
    fn reminders_are_said_in_words() {
        changed(
            &json!({"remind": "PT5M"}),
            &json!({"remind": ["PT5M", "PT1H"]}),
            &[
                "changes: Gate `g` reminds people at other times (after 5 minutes → after 5 minutes and 1 hour)",
            ],
        );
        changed(
            &json!({"remind": "PT5M"}),
            &json!({}),
            &["changes: Gate `g` reminds people at other times (after 5 minutes → never)"],
        );
    }

    #[test]
    fn what_a_requester_chooses_is_a_widening() {
        changed(
            &json!({"from_parameter": "/who"}),
            &json!({"from_parameter": "/whom", "quorum_parameter": "/people"}),
            &[
                "weakens: Gate `g`: who decides is chosen by another parameter (/who → /whom)",
                "weakens: Gate `g`: how many must approve is chosen with each request (- → /people)",
            ],
        );
        changed(
            &json!({"from_parameter": "/who"}),
            &json!({}),
            &["changes: Gate `g`: who decides is no longer chosen with each request (/who → -)"],
        );
    }

    #[test]
    fn fields_that_no_rule_knows_are_said() {
        changed(
            &json!({}),
            &json!({"moon": "/people", "title": "G"}),
            &[
                "changes: `approvals.0.moon` is new (no rule knows what it means: read it) (- → /people)",
                "changes: Gate `g`: its `title` reads differently (g → G)",
            ],
        );
    }
}
