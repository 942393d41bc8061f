//! Where a value holds secrets.
//!
//! Every subschema that could apply counts, whether its condition holds or not: hiding too much is
//! a nuisance, hiding too little is a leak.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::document::Document;
use crate::{eval, pointer};

/// The pointers of the `writeOnly` values that are present in `value`.
pub fn secrets(schema: &Value, value: &Value) -> Vec<String> {
    let document = Document::of(schema);
    let mut search = Search { document: &document, seen: HashSet::new(), found: Vec::new() };
    search.schema(document.root(), value, "");
    search.found
}

struct Search<'a> {
    document: &'a Document<'a>,
    /// Subschema (by address) and pointer: each pair once, so that references may go in circles.
    seen: HashSet<(usize, String)>,
    found: Vec<String>,
}

const SAME_VALUE: [&str; 10] = [
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependencies",
    "$dynamicRef",
];

impl Search<'_> {
    fn schema(&mut self, schema: &Value, value: &Value, at: &str) {
        let Value::Object(map) = schema else { return };
        if !self.seen.insert((std::ptr::from_ref(schema).addr(), at.to_owned())) {
            return;
        }
        let hidden = map.get("writeOnly") == Some(&Value::Bool(true))
            || map.get("format").and_then(Value::as_str) == Some("password");
        if hidden {
            if !self.found.iter().any(|found| found == at) {
                self.found.push(at.to_owned());
            }
            return;
        }
        for key in ["$ref", "$dynamicRef"] {
            let document = self.document;
            if let Some(target) = map.get(key).and_then(Value::as_str).and_then(|r| document.resolve(r)) {
                self.schema(target, value, at);
            }
        }
        for key in SAME_VALUE {
            match map.get(key) {
                Some(Value::Array(all)) => all.iter().for_each(|schema| self.schema(schema, value, at)),
                Some(Value::Object(all)) if key.starts_with("depend") => {
                    all.values().for_each(|schema| self.schema(schema, value, at));
                }
                Some(schema) => self.schema(schema, value, at),
                None => {}
            }
        }
        match value {
            Value::Object(members) => self.members(map, members, at),
            Value::Array(items) => self.items(map, items, at),
            _ => {}
        }
    }

    fn members(&mut self, map: &Map<String, Value>, members: &Map<String, Value>, at: &str) {
        let properties = map.get("properties").and_then(Value::as_object);
        let patterns = map.get("patternProperties").and_then(Value::as_object);
        for (name, member) in members {
            let at = pointer::join(at, name);
            let declared = properties.and_then(|properties| properties.get(name));
            let matched = patterns.into_iter().flatten().filter(|(pattern, _)| eval::matches(pattern, name));
            let mut named = false;
            for schema in declared.into_iter().chain(matched.map(|(_, schema)| schema)) {
                named = true;
                self.schema(schema, member, &at);
            }
            for key in ["additionalProperties", "unevaluatedProperties"] {
                if let (false, Some(schema)) = (named, map.get(key)) {
                    self.schema(schema, member, &at);
                }
            }
        }
    }

    fn items(&mut self, map: &Map<String, Value>, items: &[Value], at: &str) {
        for (index, item) in items.iter().enumerate() {
            let at = format!("{at}/{index}");
            let tuple = map.get("prefixItems").or_else(|| map.get("items").filter(|items| items.is_array()));
            let fixed = tuple.and_then(|tuple| tuple.get(index));
            let rest =
                ["items", "additionalItems", "unevaluatedItems"].iter().filter_map(|key| map.get(*key));
            let rest = rest.filter(|schema| fixed.is_none() && schema.is_object());
            for schema in fixed.into_iter().chain(rest).chain(map.get("contains")) {
                self.schema(schema, item, &at);
            }
        }
    }
}
