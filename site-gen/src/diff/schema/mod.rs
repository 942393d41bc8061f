//! What is filled in and what comes back: JSON Schemas, compared keyword by keyword.
//!
//! The same difference means another thing on either side of a workflow. A requester who may fill in more is a
//! widening, and one who may fill in less is refused; a caller that gets something else breaks.

mod covers;
mod keywords;
mod values;

use serde_json::Value;

use super::at::{At, object};
use super::finding::Severity::{self, Breaks, Changes, Weakens};
use super::report::Report;
use super::say::quoted;

pub(super) use covers::covers;

/// Which side of a workflow a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// What a requester fills in.
    Asked,
    /// What a caller gets.
    Returned,
}

impl Direction {
    /// When more values are allowed.
    fn looser(self) -> Severity {
        if self == Self::Asked { Weakens } else { Breaks }
    }

    /// When fewer values are allowed.
    fn stricter(self) -> Severity {
        if self == Self::Asked { Breaks } else { Changes }
    }

    /// What a member of the object is called.
    fn noun(self) -> &'static str {
        if self == Self::Asked { "Parameter" } else { "Result" }
    }
}

/// Compares the schema of a whole object.
pub(super) fn compare(at: &At<'_>, direction: Direction, report: &mut Report<'_>) {
    match (at.before, at.after) {
        (None, _) => report.sentence(Changes, at, "What a run returns is said now"),
        (_, None) => {
            report.sentence(Breaks, at, "What a run returns is no longer said: callers cannot rely on it");
        }
        _ => Walk { direction, path: Vec::new() }.schema(at, report),
    }
}

/// Where in the described object a schema is.
#[derive(Debug, Clone)]
struct Walk {
    direction: Direction,
    path: Vec<String>,
}

impl Walk {
    /// "Parameter `rollout.pause_minutes`", or what the whole is called.
    fn subject(&self) -> String {
        match (self.path.as_slice(), self.direction) {
            ([], Direction::Asked) => "What is filled in".to_owned(),
            ([], Direction::Returned) => "What comes back".to_owned(),
            (path, direction) => format!("{} {}", direction.noun(), quoted(&path.join("."))),
        }
    }

    fn into(&self, name: &str) -> Self {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        Self { path, ..self.clone() }
    }

    /// Two schemas of the same thing.
    fn schema(&self, at: &At<'_>, report: &mut Report<'_>) {
        if object(at.before).is_none() || object(at.after).is_none() {
            return report.rule(at, |at, report| self.rewritten(at, report));
        }
        report.members(at, |keyword, member, report| keywords::compare(self, keyword, member, at, report));
    }

    /// A schema that may be absent on one side, where nothing is asked of a value without it.
    fn part(&self, at: &At<'_>, report: &mut Report<'_>) {
        let subject = self.subject();
        match (at.before, at.after) {
            (Some(_), Some(_)) => self.schema(at, report),
            (None, _) => report.say(self.direction.stricter(), at, format!("{subject}: a further rule")),
            (_, None) => report.say(self.direction.looser(), at, format!("{subject}: a rule is gone")),
        }
    }

    /// What can only be compared as a whole.
    fn rewritten(&self, at: &At<'_>, report: &mut Report<'_>) {
        let everything = &Value::Bool(true);
        let (was, is) = (at.before.unwrap_or(everything), at.after.unwrap_or(everything));
        let subject = self.subject();
        let (severity, message) = match (covers(is, was), covers(was, is)) {
            (true, true) => (Changes, "the same rule in other words"),
            (true, false) => (self.direction.looser(), "more is accepted"),
            (false, true) => (self.direction.stricter(), "less is accepted"),
            (false, false) => (self.direction.looser(), "another rule, which may accept more"),
        };
        report.say(severity, at, format!("{subject}: {message}"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Direction, compare};
    use crate::diff::report::tests::said;

    fn check(direction: Direction, before: &Value, after: &Value, expect: &[&str]) {
        let found = said("workflow.json", before, after, |at, report| compare(at, direction, report));
        assert_eq!(found, expect, "{before} {after}");
    }

    fn object(properties: impl Into<Value>, required: &[&str]) -> Value {
        json!({"type": "object", "properties": properties.into(), "required": required})
    }

    #[test]
    fn parameters_come_go_and_are_required() {
        let before = object(json!({"a": {"type": "string"}, "b": {"type": "string"}}), &["a"]);
        let check = |after: Value, expect: &[&str]| check(Direction::Asked, &before, &after, expect);
        check(before.clone(), &[]);
        check(object(json!({"a": {"type": "string"}}), &["a"]), &["breaks: Parameter `b` is gone"]);
        check(
            object(
                json!({"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}}),
                &["a"],
            ),
            &["changes: Parameter `c` is new, and optional"],
        );
        check(
            object(
                json!({"a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string"}}),
                &["a", "c"],
            ),
            &["breaks: Parameter `c` is new, and required"],
        );
        check(
            object(json!({"a": {"type": "string"}, "b": {"type": "string"}}), &["b"]),
            &["weakens: Parameter `a` is no longer required", "breaks: Parameter `b` is required now"],
        );
        check(object(json!({"b": {"type": "string"}, "a": {"type": "string"}}), &["a"]), &[]);
        let anything = |more: Value| object(json!({"a": true, "b": false, "c": more}), &[]);
        self::check(
            Direction::Asked,
            &anything(json!(true)),
            &anything(json!({"type": "string"})),
            &["breaks: Parameter `c`: less is accepted (true → {\"type\":\"string\"})"],
        );
    }

    #[test]
    fn what_a_parameter_accepts_is_compared() {
        let check = |before: Value, after: Value, expect: &[&str]| {
            let [before, after] =
                [before, after].map(|rule| object(json!({"a": {"properties": {"b": rule}}}), &[]));
            check(Direction::Asked, &before, &after, expect);
        };
        check(
            json!({"type": "string", "maxLength": 5}),
            json!({"type": "integer", "maxLength": 9}),
            &[
                "weakens: Parameter `a.b` accepts more (maxLength 5 → maxLength 9)",
                "breaks: Parameter `a.b` has another type (string → integer)",
            ],
        );
        check(
            json!({"type": "integer"}),
            json!({"type": "number"}),
            &["weakens: Parameter `a.b` accepts further types (integer → number)"],
        );
        check(
            json!({"minimum": 1, "pattern": "a"}),
            json!({"minimum": 2, "pattern": "b"}),
            &[
                "weakens: Parameter `a.b` accepts other values than before (pattern a → pattern b)",
                "breaks: Parameter `a.b` accepts less (minimum 1 → minimum 2)",
            ],
        );
        check(
            json!({"writeOnly": true, "title": "B"}),
            json!({"title": "C"}),
            &[
                "weakens: Parameter `a.b` is no longer secret: its value is shown and logged",
                "changes: Parameter `a.b`: its `title` reads differently (B → C)",
            ],
        );
        check(
            json!({"additionalProperties": false}),
            json!({}),
            &["weakens: Parameter `a.b` accepts more (additionalProperties false → -)"],
        );
        check(
            json!({}),
            json!({"unevaluatedProperties": false, "x": 1}),
            &[
                "breaks: Parameter `a.b` accepts less (- → unevaluatedProperties false)",
                "changes: `properties.a.properties.b.x` is new (- → 1)",
            ],
        );
    }

    #[test]
    fn values_to_choose_from_are_named() {
        let check = |before: Value, after: Value, expect: &[&str]| {
            let [before, after] = [before, after].map(|rule| object(json!({"a": rule}), &[]));
            check(Direction::Asked, &before, &after, expect);
        };
        check(
            json!({"enum": ["x", "y"]}),
            json!({"enum": ["y", "z"]}),
            &["weakens: Parameter `a` accepts `z`, too", "breaks: Parameter `a` no longer accepts `x`"],
        );
        let one_of = |values: &[&str], title: &str| -> Value {
            let values: Vec<Value> = values.iter().map(|v| json!({"const": v, "title": title})).collect();
            json!({"oneOf": values})
        };
        check(
            one_of(&["x", "y"], "T"),
            one_of(&["y", "z"], "T"),
            &["weakens: Parameter `a` accepts `z`, too", "breaks: Parameter `a` no longer accepts `x`"],
        );
        check(
            one_of(&["x"], "T"),
            one_of(&["x"], "U"),
            &["changes: `properties.a.oneOf.0.title` changed (T → U)"],
        );
        check(
            json!({"$ref": "#/$defs/a"}),
            json!({"$ref": "#/$defs/b"}),
            &["weakens: Parameter `a`: another `$ref`, which may accept more (#/$defs/a → #/$defs/b)"],
        );
        check(json!({"enum": ["x"]}), json!({}), &["weakens: Parameter `a` accepts any value (x → -)"]);
    }

    #[test]
    fn conditions_are_walked_into() {
        let conditional = |then: Value, if_: Value| json!({"type": "object", "if": if_, "then": then});
        let production = json!({"properties": {"e": {"const": "production"}}});
        let ticket = json!({"required": ["ticket"]});
        let before = conditional(ticket.clone(), production.clone());
        let check = |after: Value, expect: &[&str]| check(Direction::Asked, &before, &after, expect);
        check(
            conditional(json!({"required": []}), production.clone()),
            &["weakens: Parameter `ticket` is no longer required"],
        );
        check(
            conditional(ticket, json!({"properties": {"e": {"const": "dev"}}})),
            &["weakens: What is filled in: another rule, which may accept more \
               ({\"properties\":{\"e\":{\"const\":\"production\"}}} → {\"properties\":{\"e\":{\"const\":\"dev\"}}})"],
        );
        check(
            json!({"type": "object", "if": production}),
            &["weakens: What is filled in: a rule is gone ({\"required\":[\"ticket\"]} → -)"],
        );
    }

    #[test]
    fn callers_rely_on_what_comes_back() {
        let before = object(json!({"a": {"type": "string"}, "b": {"type": "string"}}), &["a"]);
        let check = |after: Value, expect: &[&str]| check(Direction::Returned, &before, &after, expect);
        check(object(json!({"a": {"type": "string"}}), &["a"]), &["breaks: Result `b` is gone"]);
        check(
            object(json!({"a": {"type": "integer"}, "b": {"type": "string"}}), &[]),
            &[
                "breaks: Result `a` has another type (string → integer)",
                "breaks: Result `a` is not always there",
            ],
        );
        check(
            object(json!({"a": {"type": "string"}, "b": {"type": "string"}, "c": true}), &["a", "b"]),
            &["changes: Result `c` is new, and optional", "changes: Result `b` is always there now"],
        );
    }
}
