//! A schema document: its references, resolved inside it and nowhere else.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value};

/// A schema and what its references name.
#[derive(Debug, Clone)]
pub(crate) struct Document<'s> {
    root: Cow<'s, Value>,
    /// Pointers of subschemas by `$anchor` (with `#`) and `$id`.
    names: HashMap<String, String>,
}

/// Deeper than any schema written by hand; keeps recursion off the end of the stack.
const DEEPEST: usize = 64;

impl Document<'static> {
    /// Takes the schema and notes its anchors and identifiers.
    pub(crate) fn new(root: Value) -> Self {
        Self { names: names(&root), root: Cow::Owned(root) }
    }
}

impl<'s> Document<'s> {
    /// The same for a schema that outlives the document.
    pub(crate) fn of(root: &'s Value) -> Self {
        Self { names: names(root), root: Cow::Borrowed(root) }
    }

    /// The whole schema.
    pub(crate) fn root(&self) -> &Value {
        &self.root
    }

    /// What a reference names, when that is inside this document.
    pub(crate) fn resolve(&self, reference: &str) -> Option<&Value> {
        let own = self.root.get("$id").and_then(Value::as_str).map(|id| id.trim_end_matches('#'));
        let local = match own {
            Some(id) if !id.is_empty() => reference.strip_prefix(id).unwrap_or(reference),
            _ => reference,
        };
        if local.is_empty() || local == "#" {
            return Some(&self.root);
        }
        if let Some(pointer) = local.strip_prefix("#/") {
            return self.root.pointer(&format!("/{}", percent_decoded(pointer)));
        }
        let pointer = self.names.get(local).or_else(|| self.names.get(reference)).or_else(|| {
            // `$id`s and references relative to the document's own address.
            let (base, _) = own?.rsplit_once('/')?;
            self.names.get(reference.strip_prefix(base)?.trim_start_matches('/'))
        })?;
        self.root.pointer(pointer)
    }

    /// A copy without references, or nothing when they go in circles.
    pub(crate) fn inlined(&self, schema: &Value) -> Option<Value> {
        self.inline(schema, 0)
    }

    fn inline(&self, schema: &Value, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        match schema {
            Value::Array(items) => {
                items.iter().map(|item| self.inline(item, depth + 1)).collect::<Option<_>>().map(Value::Array)
            }
            Value::Object(map) => {
                let mut out = Map::new();
                for (key, value) in map {
                    match value.as_str() {
                        Some(reference) if key == "$ref" => {
                            let target = self.inline(self.resolve(reference)?, depth + 8)?;
                            match out.get_mut("allOf").and_then(Value::as_array_mut) {
                                Some(all) => all.push(target),
                                None => drop(out.insert("allOf".to_owned(), Value::Array(vec![target]))),
                            }
                        }
                        _ if matches!(key.as_str(), "const" | "enum") => {
                            out.insert(key.clone(), value.clone());
                        }
                        _ if matches!(key.as_str(), "title" | "description" | "default" | "examples") => {}
                        _ => merge_key(&mut out, key, self.inline(value, depth + 1)?),
                    }
                }
                Some(Value::Object(out))
            }
            plain => Some(plain.clone()),
        }
    }
}

/// `$ref` became an `allOf`; a sibling `allOf` joins it.
fn merge_key(out: &mut Map<String, Value>, key: &str, value: Value) {
    match (out.get_mut(key), value) {
        (Some(Value::Array(all)), Value::Array(more)) if key == "allOf" => all.extend(more),
        (_, value) => drop(out.insert(key.to_owned(), value)),
    }
}

fn names(root: &Value) -> HashMap<String, String> {
    let mut names = HashMap::new();
    // Few schemas name parts of themselves; for the others no pointer has to be written.
    if has_names(root) {
        collect_names(root, &mut String::new(), &mut names, 0);
    }
    names
}

fn has_names(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => map.iter().any(|(key, value)| {
            matches!(key.as_str(), "$anchor" | "$dynamicAnchor" | "$id") || has_names(value)
        }),
        Value::Array(items) => items.iter().any(has_names),
        _ => false,
    }
}

fn collect_names(schema: &Value, at: &mut String, names: &mut HashMap<String, String>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    match schema {
        Value::Object(map) => {
            for key in ["$anchor", "$dynamicAnchor"] {
                if let Some(Value::String(name)) = map.get(key) {
                    names.entry(format!("#{name}")).or_insert_with(|| at.clone());
                }
            }
            if let (Some(Value::String(id)), false) = (map.get("$id"), at.is_empty()) {
                names.entry(id.clone()).or_insert_with(|| at.clone());
            }
            for (key, value) in map {
                if value.is_object() || value.is_array() {
                    let length = at.len();
                    crate::pointer::push(at, key);
                    collect_names(value, at, names, depth + 1);
                    at.truncate(length);
                }
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate().filter(|(_, value)| value.is_object()) {
                let length = at.len();
                crate::pointer::push(at, &index.to_string());
                collect_names(value, at, names, depth + 1);
                at.truncate(length);
            }
        }
        _ => {}
    }
}

fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
