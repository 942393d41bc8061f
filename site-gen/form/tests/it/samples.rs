//! Values for schemas: a few for each, in different shapes, from a seed.

use serde_json::{Map, Value, json};

/// A value that a schema probably accepts; check it before use.
pub(crate) fn sample(root: &Value, schema: &Value, seed: u64, depth: usize) -> Value {
    let Value::Object(map) = schema else { return json!("anything") };
    if let Some(constant) = map.get("const") {
        return constant.clone();
    }
    if let Some(Value::Array(options)) = map.get("enum") {
        return pick(options, seed).cloned().unwrap_or(Value::Null);
    }
    if let Some(target) = map.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null);
        return sample(root, target, seed, depth + 1);
    }
    let mut value = of_type(root, map, seed, depth);
    let alternatives = ["oneOf", "anyOf"].iter().filter_map(|key| map.get(*key)?.as_array());
    let all = map.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let parts: Vec<&Value> = alternatives.filter_map(|list| pick(list, seed)).chain(all).collect();
    let branches = ["then", "else"].iter().filter_map(|key| map.get(*key));
    for part in parts.into_iter().chain(branches.filter(|_| seed.is_multiple_of(2))) {
        value = merged(value, sample(root, part, seed / 2, depth + 1));
    }
    value
}

fn pick(list: &[Value], seed: u64) -> Option<&Value> {
    let length = u64::try_from(list.len()).ok().filter(|length| *length > 0)?;
    list.get(usize::try_from(seed % length).ok()?)
}

fn merged(a: Value, b: Value) -> Value {
    match (a, b) {
        (Value::Object(mut a), Value::Object(b)) => {
            a.extend(b);
            Value::Object(a)
        }
        (Value::Null, b) => b,
        (a, _) => a,
    }
}

fn of_type(root: &Value, map: &Map<String, Value>, seed: u64, depth: usize) -> Value {
    let names = match map.get("type") {
        Some(Value::Array(names)) => pick(names, seed).and_then(Value::as_str),
        Some(Value::String(name)) => Some(name.as_str()),
        _ if map.contains_key("properties") || map.contains_key("additionalProperties") => Some("object"),
        _ if map.contains_key("items") => Some("array"),
        _ => None,
    };
    match names {
        Some("object") => object(root, map, seed, depth),
        Some("array") => {
            let count = map.get("minItems").and_then(Value::as_u64).unwrap_or(seed % 3);
            let count = if depth > 8 { 0 } else { count };
            let anything = json!({});
            let items = map.get("items").unwrap_or(&anything);
            (0..count).map(|at| sample(root, items, seed + at, depth + 1)).collect()
        }
        Some("string") => string(map, seed),
        Some("integer") => json!(whole(number(map, seed))),
        Some("number") => json!(number(map, seed)),
        Some("boolean") => json!(seed.is_multiple_of(2)),
        _ => Value::Null,
    }
}

fn object(root: &Value, map: &Map<String, Value>, seed: u64, depth: usize) -> Value {
    let required = map.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|other| other == name));
    let mut members = Map::new();
    for (at, (name, schema)) in
        map.get("properties").and_then(Value::as_object).into_iter().flatten().enumerate()
    {
        let chance = (seed >> (at % 8)) & 1 == 1 && depth < 8;
        if is_required(name) || chance {
            members.insert(name.clone(), sample(root, schema, seed + at as u64, depth + 1));
        }
    }
    if let Some(schema) = map.get("additionalProperties").filter(|schema| schema.is_object()) {
        for at in 0..seed % 3 {
            members.insert(format!("key {at}/~"), sample(root, schema, seed + at, depth + 1));
        }
    }
    Value::Object(members)
}

fn string(map: &Map<String, Value>, seed: u64) -> Value {
    let text = match map.get("format").and_then(Value::as_str) {
        Some("date") => "2027-03-31",
        Some("date-time") => {
            ["2027-03-31T14:30:00Z", "2027-03-31T14:30:05.25+02:00"][usize::from(seed.is_multiple_of(2))]
        }
        Some("time") => "14:30:00Z",
        Some("email") => "ada@example.com",
        Some("uri") => "https://example.com/a?b=c&d",
        Some("uuid") => "123e4567-e89b-12d3-a456-426614174000",
        Some("ipv4") => "192.0.2.1",
        Some("hostname") => "db.example.com",
        _ => [
            "plain",
            "with \"quotes\" & <tags>",
            "two\nlines",
            "\n leading",
            "ünïcödé 🎉",
            "42",
            "true",
            "null",
        ][usize::try_from(seed % 8).unwrap_or(0)],
    };
    if let Some(example) = map.get("examples").and_then(|examples| examples.get(0)) {
        return example.clone();
    }
    let mut text = text.to_owned();
    let least = map.get("minLength").and_then(Value::as_u64).unwrap_or(0);
    while text.chars().count() < usize::try_from(least).expect("a length") {
        text.push('x');
    }
    Value::String(text)
}

fn number(map: &Map<String, Value>, seed: u64) -> f64 {
    let limit = |key: &str| map.get(key).and_then(Value::as_f64);
    let least = limit("minimum")
        .or(limit("exclusiveMinimum").map(|bound| bound + 1.0))
        .unwrap_or(f64::from(u32::try_from(seed).expect("seeds are small")));
    match limit("multipleOf") {
        Some(step) => (least / step).ceil() * step,
        None => least + if map.get("type").is_some_and(|name| name == "number") { 0.25 } else { 0.0 },
    }
}

/// The next whole number, without a fraction in its JSON.
fn whole(number: f64) -> Value {
    serde_json::from_str(&format!("{}", number.ceil())).expect("a number")
}
