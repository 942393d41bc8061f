//! Does a value satisfy a condition? The same keywords, in the same way, as `form.js` decides them,
//! so that what the browser hides is what the server drops.
//!
//! Not the validator: formats and `unevaluated…` say nothing here.

use regex::RegexBuilder;
use serde_json::{Map, Value};

use crate::document::Document;

const DEEPEST: usize = 48;

/// Whether `value` satisfies `schema`.
pub(crate) fn holds(document: &Document<'_>, schema: &Value, value: &Value) -> bool {
    check(document, schema, value, 0)
}

fn check(document: &Document<'_>, schema: &Value, value: &Value, depth: usize) -> bool {
    let map = match schema {
        Value::Bool(allowed) => return *allowed,
        Value::Object(map) => map,
        _ => return true,
    };
    if depth > DEEPEST {
        return true;
    }
    let sub = |schema: &Value, value: &Value| check(document, schema, value, depth + 1);
    if let Some(reference) = map.get("$ref").and_then(Value::as_str)
        && !document.resolve(reference).is_none_or(|target| sub(target, value))
    {
        return false;
    }
    any_type(map, value)
        && combinations(map, value, &sub)
        && match value {
            Value::String(text) => string(map, text),
            Value::Number(number) => number.as_f64().is_none_or(|number| numeric(map, number)),
            Value::Array(items) => array(map, items, &sub),
            Value::Object(members) => object(map, members, value, &sub),
            Value::Null | Value::Bool(_) => true,
        }
}

type Sub<'a> = dyn Fn(&Value, &Value) -> bool + 'a;

fn any_type(map: &Map<String, Value>, value: &Value) -> bool {
    map.get("const").is_none_or(|constant| same(constant, value))
        && list(map, "enum").is_none_or(|options| options.iter().any(|option| same(option, value)))
        && match map.get("type") {
            Some(Value::String(name)) => is_type(name, value),
            Some(Value::Array(names)) => {
                names.iter().filter_map(Value::as_str).any(|name| is_type(name, value))
            }
            _ => true,
        }
}

fn combinations(map: &Map<String, Value>, value: &Value, sub: &Sub<'_>) -> bool {
    let count = |all: &Vec<Value>| all.iter().filter(|schema| sub(schema, value)).count();
    list(map, "allOf").is_none_or(|all| count(all) == all.len())
        && list(map, "anyOf").is_none_or(|any| count(any) > 0)
        && list(map, "oneOf").is_none_or(|one| count(one) == 1)
        && map.get("not").is_none_or(|not| !sub(not, value))
        && map.get("if").is_none_or(|condition| {
            let branch = if sub(condition, value) { "then" } else { "else" };
            map.get(branch).is_none_or(|schema| sub(schema, value))
        })
}

fn string(map: &Map<String, Value>, text: &str) -> bool {
    let length = text.chars().count();
    bound(map, "minLength").is_none_or(|least| length >= least)
        && bound(map, "maxLength").is_none_or(|most| length <= most)
        && map.get("pattern").and_then(Value::as_str).is_none_or(|pattern| matches(pattern, text))
}

fn numeric(map: &Map<String, Value>, number: f64) -> bool {
    let limit = |key: &str| map.get(key).and_then(Value::as_f64);
    limit("minimum").is_none_or(|least| number >= least)
        && limit("maximum").is_none_or(|most| number <= most)
        && limit("exclusiveMinimum").is_none_or(|least| number > least)
        && limit("exclusiveMaximum").is_none_or(|most| number < most)
        && limit("multipleOf").is_none_or(|step| {
            let times = number / step;
            (times - times.round()).abs() < 1e-9
        })
}

fn array(map: &Map<String, Value>, items: &[Value], sub: &Sub<'_>) -> bool {
    let prefix = list(map, "prefixItems").map_or(&[][..], Vec::as_slice);
    let contained = map.get("contains").map(|schema| items.iter().filter(|item| sub(schema, item)).count());
    bound(map, "minItems").is_none_or(|least| items.len() >= least)
        && bound(map, "maxItems").is_none_or(|most| items.len() <= most)
        && contained.is_none_or(|found| {
            found >= bound(map, "minContains").unwrap_or(1)
                && bound(map, "maxContains").is_none_or(|most| found <= most)
        })
        && prefix.iter().zip(items).all(|(schema, item)| sub(schema, item))
        && map.get("items").is_none_or(|schema| items.iter().skip(prefix.len()).all(|item| sub(schema, item)))
        && (map.get("uniqueItems") != Some(&Value::Bool(true))
            || items.iter().enumerate().all(|(at, item)| !items[..at].iter().any(|other| same(other, item))))
}

fn object(map: &Map<String, Value>, members: &Map<String, Value>, value: &Value, sub: &Sub<'_>) -> bool {
    let properties = map.get("properties").and_then(Value::as_object);
    let patterns = map.get("patternProperties").and_then(Value::as_object);
    let has_all =
        |names: &Vec<Value>| names.iter().filter_map(Value::as_str).all(|n| members.contains_key(n));
    let dependents = |key: &str| {
        map.get(key)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter(|(name, _)| members.contains_key(*name))
            .all(|(_, needs)| match needs {
                Value::Array(names) => has_all(names),
                schema => sub(schema, value),
            })
    };
    let member = |(name, member): (&String, &Value)| {
        let declared = properties.and_then(|properties| properties.get(name));
        let matched: Vec<&Value> = patterns
            .into_iter()
            .flatten()
            .filter_map(|(pattern, schema)| matches(pattern, name).then_some(schema))
            .collect();
        let additional = match map.get("additionalProperties") {
            Some(schema) if declared.is_none() && matched.is_empty() => Some(schema),
            _ => None,
        };
        declared.into_iter().chain(matched).chain(additional).all(|schema| sub(schema, member))
    };
    list(map, "required").is_none_or(has_all)
        && members.iter().all(member)
        && ["dependentRequired", "dependentSchemas", "dependencies"].into_iter().all(dependents)
        && bound(map, "minProperties").is_none_or(|least| members.len() >= least)
        && bound(map, "maxProperties").is_none_or(|most| members.len() <= most)
        && map
            .get("propertyNames")
            .is_none_or(|schema| members.keys().all(|name| sub(schema, &Value::String(name.clone()))))
}

/// Equality of JSON Schema: 1 and 1.0 are the same number.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

/// Whether a value is of a JSON Schema type.
pub(crate) fn is_type(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => {
            value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        _ => false,
    }
}

/// Whether a pattern is found in a text; a pattern that cannot be compiled is found in none.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    RegexBuilder::new(pattern).size_limit(1 << 20).build().is_ok_and(|regex| regex.is_match(text))
}

fn list<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Vec<Value>> {
    map.get(key).and_then(Value::as_array)
}

fn bound(map: &Map<String, Value>, key: &str) -> Option<usize> {
    map.get(key).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok())
}
