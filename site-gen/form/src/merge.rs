//! One schema out of many: `$ref` and `allOf` folded together, with what depends on the value
//! (conditions) and what is a choice (unions) set aside.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::keywords::Keywords;

/// A schema without `$ref` and `allOf`.
#[derive(Debug, Default)]
pub(crate) struct Merged<'a> {
    /// The keywords that always apply.
    pub(crate) map: Keywords<'a>,
    /// Schemas that apply while a condition holds.
    pub(crate) conditions: Vec<Condition<'a>>,
    /// `oneOf` and `anyOf`.
    pub(crate) unions: Vec<&'a [Value]>,
    /// The references that were followed, for the bound on recursion.
    pub(crate) refs: Vec<String>,
    /// A reference led nowhere or too deep: only JSON text can hold the value.
    pub(crate) cut: bool,
    /// Nothing is valid.
    pub(crate) never: bool,
}

/// A schema that applies while the value satisfies `when`.
#[derive(Debug, Clone)]
pub(crate) struct Condition<'a> {
    pub(crate) when: Value,
    pub(crate) schema: Cow<'a, Value>,
}

/// How often one reference may be inside itself before a form stops following it.
const RECURSIONS: usize = 2;
const ANNOTATIONS: [&str; 5] = ["title", "description", "default", "examples", "$comment"];
/// Folds a schema. `path` lists the references being expanded around it.
pub(crate) fn merge<'a>(document: &'a Document<'_>, schema: &'a Value, path: &[String]) -> Merged<'a> {
    let mut merged = Merged::default();
    fold(document, schema, path, &mut merged, 0);
    merged
}

fn fold<'a>(
    document: &'a Document<'_>,
    schema: &'a Value,
    path: &[String],
    merged: &mut Merged<'a>,
    depth: usize,
) {
    let Value::Object(map) = schema else {
        merged.never |= *schema == Value::Bool(false);
        return;
    };
    if depth > 32 {
        merged.cut = true;
        return;
    }
    if map.keys().any(|key| is_set_aside(key)) {
        set_aside(document, map, path, merged, depth);
    }
    merged.map.reserve(map.len());
    let fresh = merged.map.is_empty();
    for (key, value) in map.iter().filter(|(key, _)| !is_set_aside(key)) {
        if fresh {
            merged.map.push(key, Cow::Borrowed(value));
        } else {
            combine(&mut merged.map, key, Cow::Borrowed(value), depth == 0);
        }
    }
}

fn is_set_aside(keyword: &str) -> bool {
    matches!(
        keyword,
        "$ref"
            | "allOf"
            | "oneOf"
            | "anyOf"
            | "if"
            | "then"
            | "else"
            | "dependentRequired"
            | "dependentSchemas"
            | "dependencies"
    )
}

/// Everything but the plain keywords: other schemas, conditions and unions.
fn set_aside<'a>(
    document: &'a Document<'_>,
    map: &'a Map<String, Value>,
    path: &[String],
    merged: &mut Merged<'a>,
    depth: usize,
) {
    if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
        follow(document, reference, path, merged, depth);
    }
    for part in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        fold(document, part, path, merged, depth + 1);
    }
    set_conditions_aside(document, map, merged);
    for key in ["oneOf", "anyOf"] {
        if let Some(Value::Array(alternatives)) = map.get(key) {
            merged.unions.push(alternatives);
        }
    }
}

fn follow<'a>(
    document: &'a Document<'_>,
    reference: &str,
    path: &[String],
    merged: &mut Merged<'a>,
    depth: usize,
) {
    let seen = path.iter().chain(&merged.refs).filter(|seen| *seen == reference).count();
    let Some(target) = document.resolve(reference).filter(|_| seen <= RECURSIONS) else {
        merged.cut = true;
        return;
    };
    merged.refs.push(reference.to_owned());
    // Folded by itself first: what it says yields to what stands around the reference.
    let mut own = Merged { refs: std::mem::take(&mut merged.refs), ..Merged::default() };
    fold(document, target, path, &mut own, depth + 1);
    merged.refs = own.refs;
    merged.cut |= own.cut;
    merged.never |= own.never;
    merged.conditions.extend(own.conditions);
    merged.unions.extend(own.unions);
    for (key, value) in own.map {
        combine(&mut merged.map, key, value, false);
    }
}

fn set_conditions_aside<'a>(document: &Document<'_>, map: &'a Map<String, Value>, merged: &mut Merged<'a>) {
    let mut add = |when: Value, schema: Cow<'a, Value>| {
        if !matches!(*schema, Value::Bool(true)) {
            merged.conditions.push(Condition { when, schema });
        }
    };
    if let Some(condition) = map.get("if") {
        // A condition that goes in circles cannot be told to the browser: its fields stay visible.
        let when = document.inlined(condition).unwrap_or(Value::Bool(true));
        if let Some(schema) = map.get("then") {
            add(when.clone(), Cow::Borrowed(schema));
        }
        if let Some(schema) = map.get("else") {
            add(json!({ "not": when }), Cow::Borrowed(schema));
        }
    }
    for key in ["dependentRequired", "dependentSchemas", "dependencies"] {
        for (name, needs) in map.get(key).and_then(Value::as_object).into_iter().flatten() {
            let when = json!({ "required": [name] });
            match needs {
                Value::Array(names) => add(when, Cow::Owned(json!({ "required": names }))),
                schema => add(when, Cow::Borrowed(schema)),
            }
        }
    }
}

/// Adds one keyword to those already there: both must hold.
fn combine<'a>(map: &mut Keywords<'a>, key: &'a str, value: Cow<'a, Value>, outermost: bool) {
    let Some(old) = map.get_mut(key) else {
        map.push(key, value);
        return;
    };
    match key {
        _ if ANNOTATIONS.contains(&key) && outermost => *old = value,
        "properties" | "patternProperties" => both_members(old.to_mut(), &value),
        "required" => {
            if let (Value::Array(old), Value::Array(new)) = (old.to_mut(), &*value) {
                let more: Vec<_> = new.iter().filter(|name| !old.contains(name)).cloned().collect();
                old.extend(more);
            }
        }
        "type" => *old = Cow::Owned(common_types(old, &value)),
        "enum" => {
            if let (Value::Array(old), Value::Array(new)) = (old.to_mut(), &*value) {
                old.retain(|option| new.iter().any(|other| crate::eval::same(option, other)));
            }
        }
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => {
            tighten(old, value, |new, old| new > old);
        }
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
            tighten(old, value, |new, old| new < old);
        }
        "items" | "additionalProperties" | "propertyNames" => *old = Cow::Owned(both(old, &value)),
        "readOnly" | "writeOnly" | "uniqueItems" | "deprecated" => {
            *old = Cow::Owned(Value::Bool(**old == Value::Bool(true) || *value == Value::Bool(true)));
        }
        // Of two patterns, formats or steps the control can show one; the validator knows both.
        _ => {}
    }
}

fn tighten<'a>(old: &mut Cow<'a, Value>, new: Cow<'a, Value>, tighter: fn(f64, f64) -> bool) {
    if let (Some(there), Some(limit)) = (old.as_f64(), new.as_f64())
        && tighter(limit, there)
    {
        *old = new;
    }
}

fn both_members(old: &mut Value, new: &Value) {
    if let (Value::Object(old), Value::Object(new)) = (old, new) {
        for (name, schema) in new {
            match old.get_mut(name) {
                Some(there) => *there = both(there, schema),
                None => drop(old.insert(name.clone(), schema.clone())),
            }
        }
    }
}

fn both(old: &Value, new: &Value) -> Value {
    match (old, new) {
        (Value::Bool(true), other) | (other, Value::Bool(true)) => other.clone(),
        (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
        (old, new) if old == new => old.clone(),
        (old, new) => json!({ "allOf": [old, new] }),
    }
}

fn common_types(old: &Value, new: &Value) -> Value {
    let (old, new) = (type_names(old), type_names(new));
    let has = |names: &[&str], name: &str| {
        names.contains(&name) || (name == "integer" && names.contains(&"number"))
    };
    let mut common: Vec<&str> = old.iter().copied().filter(|name| has(&new, name)).collect();
    common.extend(new.iter().copied().filter(|name| has(&old, name) && !old.contains(name)));
    match common.as_slice() {
        [one] => json!(one),
        many => json!(many),
    }
}

/// The names in a `type` keyword.
pub(crate) fn type_names(value: &Value) -> Vec<&str> {
    match value {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
