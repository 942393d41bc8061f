//! Whether one JSON Schema accepts everything that another one does.
//!
//! Nobody can decide that for every two schemas. Here "yes" is certain, and "no" also means "who knows": a change
//! that cannot be judged is shown to the reviewer rather than waved through.

use serde_json::{Map, Value};

/// Keywords that say something to people and nothing about values.
pub(super) const ANNOTATIONS: [&str; 8] =
    ["title", "description", "default", "examples", "$comment", "readOnly", "deprecated", "placeholder"];

const LOWER: [&str; 5] = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const UPPER: [&str; 5] = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

/// Whether `wide` accepts everything that `narrow` accepts.
pub(in crate::diff) fn covers(wide: &Value, narrow: &Value) -> bool {
    match (wide, narrow) {
        (Value::Bool(true), _) | (_, Value::Bool(false)) => true,
        (Value::Object(wide), Value::Object(narrow)) => objects(wide, narrow),
        (Value::Object(wide), Value::Bool(true)) => objects(wide, &Map::new()),
        _ => wide == narrow,
    }
}

fn objects(wide: &Map<String, Value>, narrow: &Map<String, Value>) -> bool {
    same(wide, narrow) || wide.iter().all(|(keyword, rule)| implied(keyword, rule, wide, narrow))
}

/// Whether they say the same of values.
fn same(wide: &Map<String, Value>, narrow: &Map<String, Value>) -> bool {
    let rules = |of: &Map<String, Value>| {
        of.iter().filter(|(keyword, _)| !annotation(keyword)).map(|(k, v)| (k.clone(), v.clone())).collect()
    };
    let [wide, narrow]: [Map<String, Value>; 2] = [rules(wide), rules(narrow)];
    wide == narrow
}

/// Whether what satisfies `narrow` satisfies this rule of `wide`.
fn implied(keyword: &str, rule: &Value, wide: &Map<String, Value>, narrow: &Map<String, Value>) -> bool {
    let narrower = narrow.get(keyword);
    match keyword {
        _ if annotation(keyword) => true,
        "const" | "enum" => values(wide, narrow),
        "required" => {
            let there = narrower.and_then(Value::as_array);
            rule.as_array()
                .is_some_and(|names| names.iter().all(|name| there.is_some_and(|t| t.contains(name))))
        }
        "type" => narrower.is_some_and(|narrower| types(rule).is_superset(&types(narrower))),
        "properties" => rule.as_object().is_some_and(|properties| {
            properties.iter().all(|(name, rule)| {
                covers(rule, narrower.and_then(|there| there.get(name)).unwrap_or(&Value::Bool(true)))
            })
        }),
        "contains" if alone(wide) && alone(narrow) => narrower.is_some_and(|narrower| covers(rule, narrower)),
        // Whoever refuses less accepts more.
        "not" => narrower.is_some_and(|narrower| covers(narrower, rule)),
        _ if LOWER.contains(&keyword) => bound(rule, narrower, |limit, other| other >= limit),
        _ if UPPER.contains(&keyword) => bound(rule, narrower, |limit, other| other <= limit),
        "pattern" | "format" | "multipleOf" | "uniqueItems" | "writeOnly" => narrower == Some(rule),
        // What these say depends on other keywords: only schemas that are the same as wholes are understood.
        _ => false,
    }
}

pub(super) fn annotation(keyword: &str) -> bool {
    ANNOTATIONS.contains(&keyword)
}

/// `contains` without keywords that count what it finds.
fn alone(schema: &Map<String, Value>) -> bool {
    !schema.contains_key("minContains") && !schema.contains_key("maxContains")
}

/// Whether each value that `narrow` lists is one that `wide` lists.
fn values(wide: &Map<String, Value>, narrow: &Map<String, Value>) -> bool {
    match (listed(wide), listed(narrow)) {
        (Some(wide), Some(narrow)) => narrow.iter().all(|value| wide.contains(value)),
        _ => false,
    }
}

/// The only values that a schema can accept, where it says so.
fn listed(schema: &Map<String, Value>) -> Option<Vec<&Value>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(only), _) => Some(vec![only]),
        (None, Some(some)) => Some(some.as_array()?.iter().collect()),
        (None, None) => None,
    }
}

/// The names of types; every whole number is a number.
pub(super) fn types(rule: &Value) -> std::collections::BTreeSet<&str> {
    let names = match rule {
        Value::String(one) => vec![one.as_str()],
        other => super::super::at::strings(Some(other)),
    };
    let whole = names.contains(&"number").then_some("integer");
    names.into_iter().chain(whole).collect()
}

fn bound(limit: &Value, other: Option<&Value>, within: fn(f64, f64) -> bool) -> bool {
    match (limit.as_f64(), other.and_then(Value::as_f64)) {
        (Some(limit), Some(other)) => within(limit, other),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::covers;

    #[test]
    fn yes_is_certain() {
        let check = |wide: Value, narrow: Value, expect: (bool, bool)| {
            assert_eq!((covers(&wide, &narrow), covers(&narrow, &wide)), expect, "{wide} {narrow}");
        };
        check(json!(true), json!({"const": 1}), (true, false));
        check(json!({}), json!(true), (true, true));
        check(json!(false), json!({}), (false, true));
        check(json!({"title": "a"}), json!({"title": "b"}), (true, true));
        check(json!({"enum": [1, 2]}), json!({"const": 1}), (true, false));
        check(json!({"const": 1, "title": "x"}), json!({"enum": [1]}), (true, true));
        check(json!({"minimum": 1}), json!({"minimum": 2}), (true, false));
        check(json!({"maximum": 2}), json!({"maximum": 1, "minimum": 0}), (true, false));
        check(json!({"type": ["string", "null"]}), json!({"type": "string"}), (true, false));
        check(json!({"type": "number"}), json!({"type": "integer"}), (true, false));
        check(json!({"pattern": "a"}), json!({"pattern": "b"}), (false, false));
        let one = |rule: Value| json!({"properties": {"a": rule}, "required": ["a"]});
        check(one(json!({"enum": [1, 2]})), one(json!({"const": 2})), (true, false));
        check(json!({"properties": {"a": {"const": 1}}}), one(json!({"const": 1})), (true, false));
        check(one(json!(true)), json!({"required": ["a", "b"]}), (true, false));
        check(json!({"not": {"const": 1}}), json!({"not": {"enum": [1, 2]}}), (true, false));
        check(json!({"contains": {"enum": [1, 2]}}), json!({"contains": {"const": 1}}), (true, false));
    }

    #[test]
    fn what_depends_on_other_keywords_is_not_guessed() {
        let check = |one: Value, other: Value| {
            assert!(covers(&one, &one), "{one}");
            assert!(!covers(&one, &other), "{one} {other}");
        };
        let closed = |properties: Value| json!({"properties": properties, "additionalProperties": false});
        check(closed(json!({"a": true})), closed(json!({"a": true, "b": true})));
        check(json!({"anyOf": [{"const": 1}]}), json!({"const": 1}));
        check(json!({"contains": {}, "maxContains": 2}), json!({"contains": {"const": 1}}));
    }
}
