//! One keyword of a schema on both sides.

use std::collections::BTreeSet;

use serde_json::Value;

use super::covers::{annotation, types};
use super::{Direction, Walk, values};
use crate::diff::at::{At, list, strings};
use crate::diff::finding::Severity::{Breaks, Changes, Strengthens, Weakens};
use crate::diff::report::{Known, Report};
use crate::diff::say::short;

/// Compares what a keyword says in two schemas, which are at `whole`. Silence means that only the values are known.
pub(super) fn compare(
    walk: &Walk,
    keyword: &str,
    at: &At<'_>,
    whole: &At<'_>,
    report: &mut Report<'_>,
) -> Known {
    match keyword {
        _ if annotation(keyword) => {
            report.say(Changes, at, format!("{}: its `{keyword}` reads differently", walk.subject()));
        }
        "properties" | "$defs" => properties(walk, at, whole, report),
        "required" => return required(walk, at, whole, report),
        "type" => kind(walk, at, report),
        "enum" | "const" => values::listed(walk, at, report),
        "oneOf" | "anyOf" if values::are_listed(at) => values::listed(walk, at, report),
        "oneOf" | "anyOf" | "if" | "not" | "contains" => walk.rewritten(at, report),
        "allOf" => each(walk, at, report),
        "$ref" | "$dynamicRef" | "patternProperties" | "prefixItems" | "dependentRequired"
        | "dependentSchemas" => {
            let message = format!("{}: another `{keyword}`, which may accept more", walk.subject());
            report.say(walk.direction.looser(), at, message);
        }
        "then" | "else" | "items" | "propertyNames" => walk.part(at, report),
        "writeOnly" => secret(walk, at, report),
        "pattern" | "format" | "multipleOf" => other_values(walk, keyword, at, report),
        "additionalProperties" | "unevaluatedProperties" | "uniqueItems" => {
            bounded(walk, keyword, at, report);
        }
        _ if keyword.starts_with("min") || keyword.starts_with("max") || keyword.starts_with("exclusive") => {
            bounded(walk, keyword, at, report);
        }
        _ => {}
    }
    Known::Yes
}

fn properties(walk: &Walk, at: &At<'_>, whole: &At<'_>, report: &mut Report<'_>) {
    let required = strings(whole.after.and_then(|schema| schema.get("required")));
    for name in at.keys() {
        let (member, inner) = (at.member(name), walk.into(name));
        let subject = inner.subject();
        match (member.before, member.after) {
            (Some(_), Some(_)) => inner.schema(&member, report),
            (_, None) => report.sentence(Breaks, &member, format!("{subject} is gone")),
            (None, _) if walk.direction == Direction::Asked && required.contains(&name) => {
                report.sentence(Breaks, &member, format!("{subject} is new, and required"));
            }
            (None, _) => report.sentence(Changes, &member, format!("{subject} is new, and optional")),
        }
    }
}

/// Of a property that is new or gone it was said already.
fn required(walk: &Walk, at: &At<'_>, whole: &At<'_>, report: &mut Report<'_>) -> Known {
    let has = |side: Option<&Value>, name: &str| {
        side.and_then(|schema| schema.get("properties")).is_some_and(|all| all.get(name).is_some())
    };
    let on_one_side = |name: &str| has(whole.before, name) != has(whole.after, name);
    let asked = walk.direction == Direction::Asked;
    let [before, after] =
        [at.before, at.after].map(|names| strings(names).into_iter().collect::<BTreeSet<_>>());
    let gained = if asked { "is required now" } else { "is always there now" };
    let lost = if asked { "is no longer required" } else { "is not always there" };
    let mut known = Known::Yes;
    let mut say = |name: &str, severity, what: &str| {
        if on_one_side(name) {
            known = Known::Elsewhere;
        } else {
            report.sentence(severity, at, format!("{} {what}", walk.into(name).subject()));
        }
    };
    after.difference(&before).for_each(|name| say(name, walk.direction.stricter(), gained));
    before.difference(&after).for_each(|name| say(name, walk.direction.looser(), lost));
    known
}

fn kind(walk: &Walk, at: &At<'_>, report: &mut Report<'_>) {
    let any = Value::from(["array", "boolean", "integer", "null", "number", "object", "string"].as_slice());
    let (before, after) = (types(at.before.unwrap_or(&any)), types(at.after.unwrap_or(&any)));
    let (severity, what) = match (after.is_superset(&before), before.is_superset(&after)) {
        (true, true) => return,
        (true, false) => (walk.direction.looser(), "accepts further types"),
        (false, true) => (walk.direction.stricter(), "accepts fewer types"),
        (false, false) => (Breaks, "has another type"),
    };
    report.say(severity, at, format!("{} {what}", walk.subject()));
}

fn secret(walk: &Walk, at: &At<'_>, report: &mut Report<'_>) {
    let subject = walk.subject();
    let is = |side: Option<&Value>| side.and_then(Value::as_bool).unwrap_or_default();
    match (is(at.before), is(at.after)) {
        (true, false) => {
            report.sentence(
                Weakens,
                at,
                format!("{subject} is no longer secret: its value is shown and logged"),
            );
        }
        (false, true) => report.sentence(Strengthens, at, format!("{subject} is secret now")),
        _ => {}
    }
}

/// Rules of which it is not known which one accepts more.
fn other_values(walk: &Walk, keyword: &str, at: &At<'_>, report: &mut Report<'_>) {
    let (severity, what) = match (at.before, at.after) {
        (None, _) => (walk.direction.stricter(), "accepts less"),
        (_, None) => (walk.direction.looser(), "accepts more"),
        _ => (walk.direction.looser(), "accepts other values than before"),
    };
    spelt(walk, severity, keyword, what, at, report);
}

/// Rules that let through more or less.
fn bounded(walk: &Walk, keyword: &str, at: &At<'_>, report: &mut Report<'_>) {
    let rule =
        |side: Option<&Value>| side.map_or(Value::Bool(true), |value| serde_json::json!({ keyword: value }));
    let (was, is) = (rule(at.before), rule(at.after));
    let (severity, what) = match (super::covers(&is, &was), super::covers(&was, &is)) {
        (true, true) => return,
        (true, false) => (walk.direction.looser(), "accepts more"),
        (false, true) => (walk.direction.stricter(), "accepts less"),
        (false, false) => return other_values(walk, keyword, at, report),
    };
    spelt(walk, severity, keyword, what, at, report);
}

fn spelt(
    walk: &Walk,
    severity: crate::diff::finding::Severity,
    keyword: &str,
    what: &str,
    at: &At<'_>,
    report: &mut Report<'_>,
) {
    let spelt = |side: Option<&Value>| side.map(|value| format!("{keyword} {}", short(value)));
    let message = format!("{} {what}", walk.subject());
    report.words(severity, at, message, spelt(at.before), spelt(at.after));
}

/// Schemas that must all hold. Those that are on both sides are found again wherever they stand.
fn each(walk: &Walk, at: &At<'_>, report: &mut Report<'_>) {
    let (before, after) = (list(at.before), list(at.after));
    let mut gone: Vec<usize> = (0..before.len()).filter(|index| !after.contains(&before[*index])).collect();
    let new: Vec<usize> = (0..after.len()).filter(|index| !before.contains(&after[*index])).collect();
    let mut free = gone.drain(..).collect::<std::collections::VecDeque<_>>();
    for index in new {
        walk.part(&at.items(free.pop_front(), Some(index)), report);
    }
    for index in free {
        walk.part(&at.items(Some(index), None), report);
    }
}
