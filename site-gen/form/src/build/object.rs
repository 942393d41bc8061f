//! Objects: their properties, those that depend on the value, and those without a name.
//!
//! A branch (`then`, an alternative, a dependent schema) shows only what the object does not show
//! already; when it merely makes a property required, that property's marker depends on it.

use serde_json::{Value, json};

use super::Builder;
use crate::keywords::Keywords;
use crate::merge::{Condition, Merged, merge};
use crate::node::{Alternative, Branch, Chooser, Extra, Field, Group, Kind, Node, Object};

impl Builder<'_> {
    /// The control of an object.
    pub(super) fn object(&mut self, merged: &Merged<'_>) -> Kind {
        let object = self.part(merged, &Known::default(), &[], true);
        if object.is_empty() { Kind::Json } else { Kind::Object(Box::new(object)) }
    }

    /// The fields that a schema adds to those already known. `conditions` are those it is under.
    fn part(&mut self, merged: &Merged<'_>, known: &Known<'_>, conditions: &[Value], whole: bool) -> Object {
        let mut object = Object { fields: self.fields(merged, known), ..Object::default() };
        if whole {
            object.extra = self.extra(&merged.map);
        }
        let mut needs = Vec::new();
        for condition in &merged.conditions {
            self.condition(condition, known, conditions, &mut object, &mut needs);
        }
        for union in &merged.unions {
            self.alternatives(union, known, conditions, &mut object, &mut needs);
        }
        for (name, when) in needs {
            require(&mut object, &name, &when);
        }
        object
    }

    fn fields(&mut self, merged: &Merged<'_>, known: &Known<'_>) -> Vec<Field> {
        let required = required_names(&merged.map);
        let mut fields = Vec::new();
        for (name, schema) in merged.map.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let required = required.contains(&name.as_str());
            if *schema == Value::Bool(false) {
                continue;
            }
            let node = match known.find(name) {
                None => Some(self.node(schema, name, None)),
                Some(there) => self.addition(there, schema, name),
            };
            fields.extend(node.map(|node| Field {
                name: name.clone(),
                required,
                required_when: Vec::new(),
                node,
            }));
        }
        // A property that must be there although nothing says what it is.
        for name in required {
            if known.find(name).is_none() && !fields.iter().any(|field| field.name == name) && known.is_base()
            {
                let node = self.node(&Value::Bool(true), name, None);
                fields.push(Field { name: name.to_owned(), required: true, required_when: Vec::new(), node });
            }
        }
        fields
    }

    /// What a branch adds to a property that has a field already.
    fn addition(&mut self, there: &Node, schema: &Value, name: &str) -> Option<Node> {
        let Kind::Object(object) = &there.kind else { return None };
        let merged = merge(self.document, schema, &self.path);
        let mut part = self.part(&merged, &Known { objects: vec![object] }, &[], false);
        part.partial = true;
        (!part.is_empty()).then(|| {
            let mut node = super::shell(&Keywords::default(), name, Some(&there.title));
            node.kind = Kind::Object(Box::new(part));
            node
        })
    }

    fn condition(
        &mut self,
        condition: &Condition<'_>,
        known: &Known<'_>,
        conditions: &[Value],
        object: &mut Object,
        needs: &mut Vec<(String, Value)>,
    ) {
        let when = condition.when.clone();
        let merged = merge(self.document, &condition.schema, &self.path);
        self.branch(&merged, when, known, conditions, object, needs);
    }

    fn branch(
        &mut self,
        merged: &Merged<'_>,
        when: Value,
        known: &Known<'_>,
        conditions: &[Value],
        object: &mut Object,
        needs: &mut Vec<(String, Value)>,
    ) {
        let length = self.path.len();
        self.path.extend(merged.refs.iter().cloned());
        let mut outer = conditions.to_vec();
        outer.push(when.clone());
        for name in required_names(&merged.map) {
            let all = if let [one] = outer.as_slice() { one.clone() } else { json!({ "allOf": outer }) };
            needs.push((name.to_owned(), all));
        }
        let part = self.part(merged, &known.and(object), &outer, false);
        self.path.truncate(length);
        if !part.is_empty() {
            object.groups.push(Group::When(Branch { id: self.id(), condition: when, part }));
        }
    }

    /// Alternatives of an object: told apart by a property it has, or chosen by hand.
    fn alternatives(
        &mut self,
        union: &[Value],
        known: &Known<'_>,
        conditions: &[Value],
        object: &mut Object,
        needs: &mut Vec<(String, Value)>,
    ) {
        let document = self.document;
        let path = self.path.clone();
        let merged: Vec<Merged<'_>> = union.iter().map(|schema| merge(document, schema, &path)).collect();
        if let [only] = merged.as_slice() {
            self.branch(only, Value::Bool(true), known, conditions, object, needs);
            return;
        }
        let all = known.and(object);
        if let Some(name) = discriminator(&merged, &all) {
            for alternative in &merged {
                let schema = alternative.map.get("properties").and_then(|properties| properties.get(&name));
                let when = json!({ "properties": { &name: schema.map(told_apart) }, "required": [&name] });
                self.branch(alternative, when, known, conditions, object, needs);
            }
            return;
        }
        let mut alternatives = Vec::new();
        for (at, (schema, merged)) in union.iter().zip(&merged).enumerate() {
            let length = self.path.len();
            self.path.extend(merged.refs.iter().cloned());
            let mut part = self.part(merged, &all, &[], false);
            self.path.truncate(length);
            insist_on_constants(&mut part);
            let title = Self::alternative_title(merged, at);
            alternatives.push(Alternative { id: self.id(), title, test: schema.clone(), part });
        }
        if alternatives.iter().any(|alternative| !alternative.part.is_empty()) {
            object.groups.push(Group::Choose(Chooser { id: self.id(), alternatives }));
        }
    }

    fn extra(&mut self, map: &Keywords<'_>) -> Extra {
        let patterns: Vec<(String, Node)> = map
            .get("patternProperties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(pattern, schema)| (pattern.clone(), self.node(schema, "", Some("Value"))))
            .collect();
        let additional = map.get("additionalProperties").filter(|schema| schema.is_object());
        let editor = match additional {
            Some(schema) => Some(self.node(schema, "", Some("Value"))),
            None => patterns.first().map(|(_, node)| node.clone()),
        };
        Extra { editor: editor.map(Box::new), patterns }
    }
}

/// The objects whose fields are shown already.
#[derive(Default)]
struct Known<'a> {
    objects: Vec<&'a Object>,
}

impl<'a> Known<'a> {
    fn and(&self, object: &'a Object) -> Known<'a>
    where
        Self: 'a,
    {
        let mut objects: Vec<&'a Object> = self.objects.clone();
        objects.push(object);
        Known { objects }
    }

    fn find(&self, name: &str) -> Option<&'a Node> {
        let mut fields = self.objects.iter().flat_map(|object| &object.fields);
        fields.find(|field| field.name == name).map(|field| &field.node)
    }

    fn is_base(&self) -> bool {
        self.objects.is_empty()
    }
}

fn required_names<'k>(map: &'k Keywords<'_>) -> Vec<&'k str> {
    let names = map.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Marks a field, here or in a branch, as required under a condition.
fn require(object: &mut Object, name: &str, when: &Value) {
    for field in object.fields.iter_mut().filter(|field| field.name == name && !field.required) {
        if *when == Value::Bool(true) {
            field.required = true;
        } else {
            field.required_when.push(when.clone());
        }
    }
    for group in &mut object.groups {
        if let Group::When(branch) = group {
            require(&mut branch.part, name, when);
        }
    }
}

/// A property with a field whose constants tell every alternative apart.
fn discriminator(alternatives: &[Merged<'_>], known: &Known<'_>) -> Option<String> {
    let first = alternatives.first()?.map.get("properties")?.as_object()?;
    let names = first.keys().filter(|name| known.find(name).is_some());
    let mut candidates = names.filter(|name| {
        alternatives.iter().all(|alternative| {
            let schema = alternative.map.get("properties").and_then(|properties| properties.get(*name));
            schema.is_some_and(|schema| schema.get("const").is_some() || schema.get("enum").is_some())
        })
    });
    candidates.next().cloned()
}

fn told_apart(schema: &Value) -> Value {
    match schema.get("const") {
        Some(constant) => json!({ "const": constant }),
        None => json!({ "enum": schema["enum"] }),
    }
}

/// A constant distinguishes its alternative, so it is posted whether required or not.
fn insist_on_constants(part: &mut Object) {
    for field in &mut part.fields {
        if matches!(field.node.kind, Kind::Const(_)) {
            field.required = true;
        }
    }
}
