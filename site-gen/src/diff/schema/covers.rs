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
    let some = schema.get("enum").map(|some| some.as_array().map_or(&[][..], Vec::as_slice));
    match (schema.get("const"), some) {
        (Some(only), Some(some)) => Some(some.iter().filter(|value| *value == only).collect()),
        (Some(only), None) => Some(vec![only]),
        (None, Some(some)) => Some(some.iter().collect()),
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

    /// Every pair of some hundred schemas, against every value that tells them apart.
    #[test]
    fn whatever_is_covered_is_accepted() {
        let rules = [
            json!({"const": 1}),
            json!({"enum": [1, 2]}),
            json!({"enum": []}),
            json!({"minimum": 1}),
            json!({"exclusiveMinimum": 1}),
            json!({"maximum": 1.5}),
            json!({"type": "integer"}),
            json!({"type": ["number", "string"]}),
            json!({"maxLength": 1}),
            json!({"pattern": "a"}),
            json!({"not": {"const": 1}}),
            json!({"not": {"enum": [1, "a"]}}),
            json!({"anyOf": [{"const": 1}, {"const": 2}]}),
        ];
        let mut schemas = vec![json!(true), json!(false), json!({})];
        for (index, one) in rules.iter().enumerate() {
            for other in &rules[index..] {
                let mut both = one.as_object().expect("an object").clone();
                both.extend(other.as_object().expect("an object").clone());
                schemas.push(Value::Object(both));
            }
        }
        let values: Vec<Value> =
            serde_json::from_str(r#"[0, 1, 1.5, 2, 3, "", "a", "ab", null, [1]]"#).expect("JSON");
        let accepts = |schema: &Value| -> Vec<bool> {
            let schema = form::Schema::compile(schema).expect("it is a schema");
            values.iter().map(|value| schema.validate(value).is_empty()).collect()
        };
        let accepted: Vec<Vec<bool>> = schemas.iter().map(accepts).collect();
        for (wide, by_wide) in schemas.iter().zip(&accepted) {
            for (narrow, by_narrow) in schemas.iter().zip(&accepted) {
                let sound = by_narrow.iter().zip(by_wide).all(|(narrow, wide)| *wide || !narrow);
                assert!(sound || !covers(wide, narrow), "{wide} does not cover {narrow}");
                let [wide, narrow] =
                    [wide, narrow].map(|rule| json!({"properties": {"a": rule}, "required": ["a"]}));
                assert!(sound || !covers(&wide, &narrow), "{wide} does not cover {narrow}");
            }
        }
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
