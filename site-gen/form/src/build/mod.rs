//! Schema to fields.
//!
//! 1. `merge` folds `$ref` and `allOf`.
//! 2. Constants and lists become choices, whatever their type.
//! 3. One type becomes its control; several become a choice of kinds.
//! 4. Objects sort their conditions and alternatives into groups (`object`).
//! 5. What has no control becomes JSON text.

mod leaf;
mod object;
mod union;

use serde_json::Value;

use crate::document::Document;
use crate::keywords::Keywords;
use crate::label::{humanise, spoken};
use crate::merge::{Merged, merge, type_names};
use crate::node::{Array, Kind, Node};

/// A form with more fields than this is not one for people; the rest is JSON text.
const MOST_FIELDS: u32 = 1_500;
/// Fields nested deeper than this are JSON text.
const DEEPEST: usize = 24;

/// Builds the tree for a document.
pub(crate) fn build(document: &Document<'_>) -> Node {
    let mut builder = Builder { document, path: Vec::new(), fields: 0, ids: 0, depth: 0 };
    let mut root = builder.node(document.root(), "", None);
    // Parameters are an object even when there are none.
    if matches!(root.kind, Kind::Json) {
        root.kind = Kind::Object(Box::default());
    }
    root
}

/// What building needs to remember.
pub(crate) struct Builder<'a> {
    document: &'a Document<'a>,
    /// References being expanded.
    path: Vec<String>,
    fields: u32,
    ids: u32,
    depth: usize,
}

impl Builder<'_> {
    /// A number that no other branch of this form has.
    fn id(&mut self) -> u32 {
        self.ids += 1;
        self.ids
    }

    /// The field of a schema; `name` gives the label when the schema has no title.
    fn node(&mut self, schema: &Value, name: &str, title: Option<&str>) -> Node {
        self.fields += 1;
        self.depth += 1;
        let merged = merge(self.document, schema, &self.path);
        let length = self.path.len();
        self.path.extend(merged.refs.iter().cloned());
        let mut node = shell(&merged.map, name, title);
        node.kind = if merged.cut || self.fields > MOST_FIELDS || self.depth > DEEPEST {
            Kind::Json
        } else {
            self.kind(&merged, &mut node)
        };
        self.path.truncate(length);
        self.depth -= 1;
        if node.secret {
            make_secret(&mut node);
        }
        node
    }

    fn kind(&mut self, merged: &Merged<'_>, node: &mut Node) -> Kind {
        if let Some(kind) = leaf::fixed(&merged.map) {
            return kind;
        }
        if let Some(kind) = union::titled_constants(self.document, merged, &self.path, node) {
            return kind;
        }
        let types = self.types(merged, node);
        let [one] = types.as_slice() else {
            return self.several(merged, node, &types);
        };
        match one.as_str() {
            "object" => self.object(merged),
            "array" => self.array(&merged.map, node),
            "boolean" if node.nullable => leaf::three_states(),
            "boolean" => Kind::Bool,
            "string" => leaf::text(&merged.map, &union::suggestions(merged)),
            "integer" | "number" => leaf::number(&merged.map, one == "integer"),
            _ => Kind::Const(Value::Null),
        }
    }

    /// The types a value may have, without null, which makes the field nullable.
    fn types(&mut self, merged: &Merged<'_>, node: &mut Node) -> Vec<String> {
        let declared = merged.map.get("type").map(type_names).unwrap_or_default();
        if declared.len() > 1 && declared.contains(&"null") {
            node.nullable = true;
        }
        let mut types: Vec<String> = declared
            .iter()
            .filter(|name| declared.len() == 1 || **name != "null")
            .map(|name| (*name).to_owned())
            .collect();
        if types.is_empty() {
            types.extend(implied_type(&merged.map).map(str::to_owned));
        }
        if types.is_empty() && merged.unions.is_empty() && !merged.conditions.is_empty() {
            types.push("object".to_owned());
        }
        if types.is_empty() {
            types = union::common_type(self.document, merged, &self.path, node);
        }
        types
    }

    /// A value of several types, or of alternatives that differ in type.
    fn several(&mut self, merged: &Merged<'_>, node: &mut Node, types: &[String]) -> Kind {
        if types.is_empty() {
            return self.union(merged, node);
        }
        let alternatives: Vec<Value> = types
            .iter()
            .map(|name| {
                let mut map = merged.map.to_schema_without(&["description", "default", "examples"]);
                map.insert("type".to_owned(), Value::String(name.clone()));
                map.insert("title".to_owned(), Value::String(union::type_title(name).to_owned()));
                Value::Object(map)
            })
            .collect();
        self.chooser_of_kinds(&alternatives, &serde_json::Map::new())
    }

    fn array(&mut self, map: &Keywords<'_>, node: &Node) -> Kind {
        let items = map.get("items");
        let prefix: Vec<&Value> = match (map.get("prefixItems"), items) {
            (Some(Value::Array(prefix)), _) | (None, Some(Value::Array(prefix))) => prefix.iter().collect(),
            _ => Vec::new(),
        };
        let rest = if items.is_some_and(Value::is_array) { map.get("additionalItems") } else { items };
        let rest = rest.filter(|schema| schema.as_object().is_some_and(|map| !map.is_empty()));
        if rest.is_none() && prefix.is_empty() {
            return Kind::Json;
        }
        let title = node.title.clone();
        let items = rest.map(|schema| self.node(schema, "", Some(&title)));
        let count = |key: &str| map.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        if let (Some(Node { kind: Kind::Choice(choice), secret: false, .. }), true, true) =
            (&items, prefix.is_empty(), map.get("uniqueItems") == Some(&Value::Bool(true)))
        {
            return Kind::Many(choice.clone());
        }
        let mut prefix: Vec<Node> =
            prefix.into_iter().map(|schema| self.node(schema, "", Some(&title))).collect();
        // An item with an unticked box would look like no item.
        let mut items = items;
        for node in prefix.iter_mut().chain(&mut items).filter(|node| matches!(node.kind, Kind::Bool)) {
            node.kind = leaf::two_states();
        }
        let min = count("minItems").unwrap_or(0).min(100);
        Kind::Array(Box::new(Array { prefix, items, min, max: count("maxItems") }))
    }
}

/// A node with everything but its control.
fn shell(map: &Keywords<'_>, name: &str, title: Option<&str>) -> Node {
    let text = |key: &str| map.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let flag = |key: &str| map.get(key) == Some(&Value::Bool(true));
    let title = text("title").or(title).map_or_else(|| humanise(name), str::to_owned);
    let examples = match map.get("examples") {
        Some(Value::Array(examples)) => examples.iter().map(spoken).collect(),
        _ => Vec::new(),
    };
    Node {
        title,
        help: text("description").map(str::to_owned),
        examples,
        default: map.get("default").cloned(),
        read_only: flag("readOnly"),
        secret: flag("writeOnly") || text("format") == Some("password"),
        nullable: flag("nullable"),
        kind: Kind::Json,
    }
}

/// Everything inside a secret is secret.
fn make_secret(node: &mut Node) {
    node.secret = true;
    node.default = None;
    match &mut node.kind {
        Kind::Object(object) => secret_parts(object),
        Kind::Array(array) => {
            array.prefix.iter_mut().chain(&mut array.items).for_each(make_secret);
        }
        Kind::Union(chooser) => chooser.alternatives.iter_mut().for_each(|a| make_secret(&mut a.part)),
        _ => {}
    }
}

fn secret_parts(object: &mut crate::node::Object) {
    object.fields.iter_mut().for_each(|field| make_secret(&mut field.node));
    for group in &mut object.groups {
        match group {
            crate::node::Group::When(branch) => secret_parts(&mut branch.part),
            crate::node::Group::Choose(chooser) => {
                chooser.alternatives.iter_mut().for_each(|a| secret_parts(&mut a.part));
            }
        }
    }
    object.extra.editor.iter_mut().for_each(|node| make_secret(node));
    object.extra.patterns.iter_mut().for_each(|(_, node)| make_secret(node));
}

/// The type that other keywords speak of.
pub(crate) fn implied_type(map: &Keywords<'_>) -> Option<&'static str> {
    const SIGNS: [(&str, &[&str]); 4] = [
        (
            "object",
            &[
                "properties",
                "additionalProperties",
                "patternProperties",
                "required",
                "propertyNames",
                "minProperties",
                "maxProperties",
            ],
        ),
        ("array", &["items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"]),
        ("string", &["minLength", "maxLength", "pattern", "format", "contentMediaType", "contentEncoding"]),
        ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    ];
    SIGNS.iter().find(|(_, keys)| keys.iter().any(|key| map.has(key))).map(|(name, _)| *name)
}
