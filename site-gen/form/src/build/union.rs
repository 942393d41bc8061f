//! `oneOf`, `anyOf` and several types: a list to pick from, or kinds of value to choose between.

use serde_json::{Map, Value, json};

use super::{Builder, implied_type, leaf};
use crate::document::Document;
use crate::keywords::Keywords;
use crate::merge::{Merged, merge, type_names};
use crate::node::{Alternative, Choice, Chooser, Kind, Node};

/// `oneOf: [{const, title}, …]` as a list, also with a null beside it.
pub(super) fn titled_constants(
    document: &Document<'_>,
    merged: &Merged<'_>,
    path: &[String],
    node: &mut Node,
) -> Option<Kind> {
    let [union] = merged.unions.as_slice() else { return None };
    let mut labelled: Vec<(Value, String)> = Vec::new();
    let mut nullable = false;
    for alternative in *union {
        let alternative = merge(document, alternative, path);
        let map = &alternative.map;
        let title = map.get("title").or_else(|| map.get("description")).and_then(Value::as_str);
        let mut add = |value: &Value, title: Option<&str>| {
            let label = title.map_or_else(|| leaf::option_label(value), str::to_owned);
            labelled.push((value.clone(), label));
        };
        match (map.get("const"), map.get("enum")) {
            (Some(value), _) => add(value, title),
            (None, Some(Value::Array(values))) => {
                let title = title.filter(|_| values.len() == 1);
                for value in values {
                    add(value, title);
                }
            }
            _ if is_null(map) => nullable = true,
            _ => return None,
        }
    }
    if labelled.is_empty() {
        return None;
    }
    node.nullable |= nullable;
    Some(Kind::Choice(Choice::new(labelled)))
}

/// The type that every alternative has, when one control can hold them all.
pub(super) fn common_type(
    document: &Document<'_>,
    merged: &Merged<'_>,
    path: &[String],
    node: &mut Node,
) -> Vec<String> {
    let mut common: Option<String> = None;
    let mut nullable = false;
    let mut count = 0;
    for alternative in merged.unions.iter().flat_map(|union| union.iter()) {
        let alternative = merge(document, alternative, path);
        if is_null(&alternative.map) {
            nullable = true;
            continue;
        }
        count += 1;
        let Some(name) = type_of(&alternative) else { return Vec::new() };
        if common.as_ref().is_some_and(|common| *common != name) {
            return Vec::new();
        }
        common = Some(name);
    }
    match common.as_deref() {
        Some("array") | None => Vec::new(),
        // One alternative brings its own constraints.
        Some(name) if count == 1 && name != "object" => Vec::new(),
        Some(name) => {
            node.nullable |= nullable;
            vec![name.to_owned()]
        }
    }
}

fn type_of(merged: &Merged<'_>) -> Option<String> {
    let named = merged.map.get("type").map(type_names).unwrap_or_default();
    match named.as_slice() {
        [one] => Some((*one).to_owned()),
        [] if !merged.map.has("type") => {
            let constant = merged.map.get("const").or_else(|| merged.map.get("enum")?.get(0));
            let by_value = constant.and_then(|constant| match constant {
                Value::String(_) => Some("string"),
                Value::Number(_) => Some("number"),
                Value::Object(_) => Some("object"),
                _ => None,
            });
            by_value.or_else(|| implied_type(&merged.map)).map(str::to_owned)
        }
        _ => None,
    }
}

fn is_null(map: &Keywords<'_>) -> bool {
    map.get("type").and_then(Value::as_str) == Some("null") || map.get("const") == Some(&Value::Null)
}

/// Texts that alternatives name beside free text.
pub(super) fn suggestions(merged: &Merged<'_>) -> Vec<String> {
    let alternatives = merged.unions.iter().flat_map(|union| union.iter());
    let values = alternatives.flat_map(|alternative| {
        let several = alternative.get("enum").and_then(Value::as_array).into_iter().flatten();
        alternative.get("const").into_iter().chain(several)
    });
    values.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// How a type is called when it is one of several.
pub(super) fn type_title(name: &str) -> &'static str {
    match name {
        "string" => "Text",
        "integer" => "Whole number",
        "number" => "Number",
        "boolean" => "Yes or no",
        "array" => "List",
        "object" => "Group of fields",
        _ => "None",
    }
}

impl Builder<'_> {
    /// Alternatives that differ in type: one that is left, a choice of kinds, or JSON text.
    pub(super) fn union(&mut self, merged: &Merged<'_>, node: &mut Node) -> Kind {
        let [union] = merged.unions.as_slice() else { return Kind::Json };
        let mut left = Vec::new();
        for alternative in *union {
            if is_null(&merge(self.document, alternative, &self.path).map) {
                node.nullable = true;
            } else {
                left.push(alternative.clone());
            }
        }
        let own = ["title", "description", "default", "examples", "$defs", "definitions"];
        let base = merged.map.to_schema_without(&own);
        match left.as_slice() {
            [] => Kind::Const(Value::Null),
            [one] => {
                let mut whole = base;
                whole.insert("allOf".to_owned(), json!([one]));
                let inner = self.node(&Value::Object(whole), "", Some(&node.title));
                node.help = node.help.take().or(inner.help);
                node.default = node.default.take().or(inner.default);
                node.secret |= inner.secret;
                if node.examples.is_empty() {
                    node.examples = inner.examples;
                }
                inner.kind
            }
            many => self.chooser_of_kinds(many, &base),
        }
    }

    /// A choice between whole values.
    pub(super) fn chooser_of_kinds(&mut self, alternatives: &[Value], base: &Map<String, Value>) -> Kind {
        let id = self.id();
        let alternatives = alternatives
            .iter()
            .enumerate()
            .map(|(at, schema)| {
                let merged = merge(self.document, schema, &self.path);
                let title = Self::alternative_title(&merged, at);
                let mut whole = base.clone();
                whole.insert("allOf".to_owned(), json!([schema]));
                let part = self.node(&Value::Object(whole), "", Some(&title));
                Alternative { id: self.id(), title, test: schema.clone(), part }
            })
            .collect();
        Kind::Union(Box::new(Chooser { id, alternatives }))
    }

    /// What an alternative is called: its title, what distinguishes it, or its type.
    pub(super) fn alternative_title(merged: &Merged<'_>, at: usize) -> String {
        let map = &merged.map;
        if let Some(title) = map.get("title").and_then(Value::as_str) {
            return title.to_owned();
        }
        if let Some(constant) = map.get("const") {
            return leaf::option_label(constant);
        }
        let properties = map.get("properties").and_then(Value::as_object);
        let constant = properties.into_iter().flatten().find_map(|(_, schema)| {
            let value = schema.get("const").or_else(|| match schema.get("enum")?.as_array()?.as_slice() {
                [one] => Some(one),
                _ => None,
            })?;
            Some(crate::label::humanise(&leaf::option_label(value)))
        });
        let names = || {
            let titles = properties.into_iter().flatten().map(|(name, schema)| {
                let title = schema.get("title").and_then(Value::as_str);
                title.map_or_else(|| crate::label::humanise(name), str::to_owned)
            });
            let joined = titles.take(3).collect::<Vec<_>>().join(", ");
            (!joined.is_empty()).then_some(joined)
        };
        let kind = || type_of(merged).map(|name| type_title(&name).to_owned());
        constant.or_else(names).or_else(kind).unwrap_or_else(|| format!("Option {}", at + 1))
    }
}
