//! The state machine: which states are new, gone and changed, wherever they are nested.

use serde_json::Value;

use super::at::{At, list, object};
use super::finding::Severity::{self, Changes, Weakens};
use super::report::{Known, Report};
use super::say::{inert, quoted, quoted_all, short};

/// Compares two state machines.
pub(super) fn compare(at: &At<'_>, report: &mut Report<'_>) {
    machine(at, "", report);
}

/// Whom the states of a new workflow run as, where that is not the steps' own role.
pub(super) fn new_roles(at: &At<'_>, report: &mut Report<'_>) {
    let mut found = Vec::new();
    if at.before.is_none() {
        roles(at.after, "", &mut found);
    }
    for (name, role) in found {
        let message = format!("Its state {} runs as another role", quoted(&name));
        report.words(Changes, at, message, None, Some(short(role)));
    }
}

fn roles<'v>(machine: Option<&'v Value>, inside: &str, found: &mut Vec<(String, &'v Value)>) {
    let states = object(machine.and_then(|machine| machine.get("States")));
    for (name, state) in states.into_iter().flatten() {
        let name = format!("{inside}{name}");
        found.extend(role(Some(state)).map(|role| (name.clone(), role)));
        let nested = [state.get("ItemProcessor"), state.get("Iterator")].into_iter().flatten();
        for machine in nested.chain(list(state.get("Branches"))) {
            roles(Some(machine), &format!("{name}/"), found);
        }
    }
}

/// `inside`: the names of the states around the machine.
fn machine(at: &At<'_>, inside: &str, report: &mut Report<'_>) {
    report.members(at, |key, member, report| {
        if key == "States" {
            for name in member.keys() {
                report.rule(&member.member(name), |at, report| state(at, &format!("{inside}{name}"), report));
            }
        } else {
            let whose = if inside.is_empty() { String::new() } else { format!(" of {}", quoted(inside)) };
            report.say(Changes, member, format!("The machine's `{}`{whose} changed", inert(key)));
        }
        Known::Yes
    });
}

fn state(at: &At<'_>, name: &str, report: &mut Report<'_>) {
    match (at.before, at.after) {
        (Some(_), Some(_)) => changed(at, name, report),
        (None, Some(new)) => {
            let severity = if role(Some(new)).is_some() { Weakens } else { Changes };
            report.words(severity, at, format!("State {} is new", quoted(name)), None, Some(summary(new)));
        }
        (Some(gone), None) => {
            report.words(Changes, at, format!("State {} is gone", quoted(name)), Some(summary(gone)), None);
        }
        (None, None) => {}
    }
}

/// A state that is on both sides. What it calls and as whom is said by itself, the rest together.
fn changed(at: &At<'_>, name: &str, report: &mut Report<'_>) {
    let inside = format!("{name}/");
    let mut rest = Vec::new();
    for key in at.keys() {
        let member = at.member(key);
        match key {
            _ if !member.differs() => {}
            "Credentials" => other(&member, Weakens, name, "runs as another role", report),
            "Resource" => other(&member, Changes, name, "calls something else", report),
            "ItemProcessor" | "Iterator" => report.rule(&member, |at, report| machine(at, &inside, report)),
            "Branches" => report.rule(&member, |at, report| branches(at, &inside, report)),
            _ => rest.push(key),
        }
    }
    match rest.as_slice() {
        [] => {}
        [only] => {
            report.say(
                Changes,
                &at.member(only),
                format!("State {} changed its `{}`", quoted(name), inert(only)),
            );
        }
        several => {
            let message =
                format!("State {} changed its {}", quoted(name), quoted_all(several.iter().copied()));
            report.sentence(Changes, at, message);
        }
    }
}

fn other(at: &At<'_>, severity: Severity, name: &str, what: &str, report: &mut Report<'_>) {
    report.say(severity, at, format!("State {} {what}", quoted(name)));
}

/// Branches have no names: those at the same place are compared.
fn branches(at: &At<'_>, inside: &str, report: &mut Report<'_>) {
    for index in 0..list(at.before).len().max(list(at.after).len()) {
        let there = |side: Option<&Value>| (index < list(side).len()).then_some(index);
        let branch = at.items(there(at.before), there(at.after));
        report.rule(&branch, |at, report| machine(at, inside, report));
    }
}

/// What sort of state it is, what it calls, and as whom.
fn summary(state: &Value) -> String {
    let words = [state.get("Type"), state.get("Resource")].into_iter().flatten().filter_map(Value::as_str);
    let words: Vec<String> = words.map(inert).collect();
    let role = role(Some(state)).map_or_else(String::new, |role| format!(" as {}", inert(&role.to_string())));
    format!("{}{role}", words.join(" "))
}

/// Whom a state runs as, where that is not the steps' own role.
fn role(state: Option<&Value>) -> Option<&Value> {
    state?.get("Credentials")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{compare, new_roles};
    use crate::diff::report::tests::said;

    fn check(before: &Value, after: &Value, expect: &[&str]) {
        assert_eq!(said("steps.asl.json", before, after, compare), expect, "{before} {after}");
    }

    #[test]
    fn states_are_named_wherever_they_are() {
        let machine = |states: Value| json!({"StartAt": "A", "States": states});
        let nested = |inner: Value| {
            machine(json!({
                "A": {"Type": "Map", "ItemProcessor": {"StartAt": "B", "States": inner}},
                "P": {"Type": "Parallel", "Branches": [machine(json!({"Q": {"Type": "Pass", "Next": "R"}}))]},
            }))
        };
        let before = nested(json!({"B": {"Type": "Task", "Resource": "r:1", "TimeoutSeconds": 1}}));
        check(&before, &before, &[]);
        check(
            &before,
            &nested(
                json!({"B": {"Type": "Task", "Resource": "r:2", "TimeoutSeconds": 2}, "C": {"Type": "Wait"}}),
            ),
            &[
                "changes: State `A/B` calls something else (r:1 → r:2)",
                "changes: State `A/B` changed its `TimeoutSeconds` (1 → 2)",
                "changes: State `A/C` is new (- → Wait)",
            ],
        );
        let mut after = before.clone();
        after["States"]["P"]["Branches"][0]["States"]["Q"] = json!({"Type": "Wait", "Next": "S"});
        after["StartAt"] = json!("P");
        check(
            &before,
            &after,
            &[
                "changes: The machine's `StartAt` changed (A → P)",
                "changes: State `P/Q` changed its `Type` and `Next`",
            ],
        );
    }

    #[test]
    fn another_role_is_a_widening() {
        let machine = |state: Value| json!({"States": {"A": state}});
        let as_role =
            |role: &str| machine(json!({"Type": "Task", "Resource": "r", "Credentials": {"RoleArn": role}}));
        check(
            &as_role("a"),
            &as_role("b"),
            &["weakens: State `A` runs as another role ({\"RoleArn\":\"a\"} → {\"RoleArn\":\"b\"})"],
        );
        check(
            &json!({"States": {}}),
            &as_role("b"),
            &["weakens: State `A` is new (- → Task r as {\"RoleArn\":\"b\"})"],
        );
        let inner = as_role("b");
        let new = json!({"steps": {"States": {"M": {"Type": "Map", "ItemProcessor": inner}}}});
        let found = said("steps.asl.json", &json!({}), &new, |root, report| {
            new_roles(&root.member("steps"), report);
        });
        assert_eq!(found, ["changes: Its state `M/A` runs as another role (- → {\"RoleArn\":\"b\"})"]);
    }
}
