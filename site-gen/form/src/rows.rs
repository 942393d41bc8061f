//! A value in words: what previews, run pages and decisions show.

use serde_json::Value;

use crate::Form;
use crate::label::{humanise, spoken};
use crate::node::{Kind, Node, Object};
use crate::pointer;
use crate::render::{chosen_kind, fits};

/// One thing that was given.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Row {
    /// What it is called, with what it is part of: `Rollout › Strategy`.
    pub label: String,
    /// Where it is in the value.
    pub pointer: String,
    /// What was given; `set` for a secret.
    pub text: String,
    /// Whether it must not be shown.
    pub secret: bool,
    /// Whether it is what the form offered.
    pub is_default: bool,
    /// What the form offered, where that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// One row for each thing that was given, in the order of the form.
pub(crate) fn rows(form: &Form, value: &Value) -> Vec<Row> {
    let mut writer = Rows { form, rows: Vec::new() };
    match (&form.root.kind, value) {
        (Kind::Object(object), Value::Object(_)) => writer.members(object, value, "", ""),
        _ => writer.node(&form.root, value, &form.root.title, ""),
    }
    writer.rows
}

struct Rows<'a> {
    form: &'a Form,
    rows: Vec<Row>,
}

impl Rows<'_> {
    fn node(&mut self, node: &Node, value: &Value, label: &str, at: &str) {
        if node.secret {
            self.push(node, value, label, at, "set".to_owned());
            return;
        }
        match &node.kind {
            Kind::Object(object) if value.is_object() => {
                if value.as_object().is_some_and(serde_json::Map::is_empty) {
                    self.push(node, value, label, at, "(nothing set)".to_owned());
                } else {
                    self.members(object, value, label, at);
                }
            }
            Kind::Array(array) if value.is_array() => {
                let items = value.as_array().map_or(&[][..], Vec::as_slice);
                let other = Node::json("Item");
                let nodes = |index: usize| array.prefix.get(index).or(array.items.as_ref()).unwrap_or(&other);
                if items.iter().enumerate().all(|(index, item)| is_plain(nodes(index), item)) {
                    let texts: Vec<String> =
                        items.iter().enumerate().map(|(index, item)| plain(nodes(index), item)).collect();
                    let text = if texts.is_empty() { "(none)".to_owned() } else { texts.join(", ") };
                    self.push(node, value, label, at, text);
                    return;
                }
                for (index, item) in items.iter().enumerate() {
                    let number = (index + 1).to_string();
                    self.node(nodes(index), item, &format!("{label} {number}"), &format!("{at}/{index}"));
                }
            }
            Kind::Union(chooser) => {
                let chosen = chosen_kind(&self.form.document, chooser, value);
                self.node(&chooser.alternatives[chosen].part, value, label, at);
            }
            _ => self.push(node, value, label, at, plain(node, value)),
        }
    }

    fn members(&mut self, object: &Object, value: &Value, label: &str, at: &str) {
        let members = value.as_object().into_iter().flatten();
        let mut sorted: Vec<(usize, &String, &Value)> =
            members.map(|(name, member)| (object.place(name), name, member)).collect();
        sorted.sort_by_key(|(place, _, _)| *place);
        for (_, name, member) in sorted {
            let node = object.find_for(name, member).or_else(|| object.extra.node_for(name));
            let title = match node {
                Some(node) if object.knows(name) => node.title.clone(),
                _ => name.clone(),
            };
            let title = if title.is_empty() { humanise(name) } else { title };
            let label = if label.is_empty() { title } else { format!("{label} › {title}") };
            let other = Node::json(name);
            self.node(node.unwrap_or(&other), member, &label, &pointer::join(at, name));
        }
    }

    fn push(&mut self, node: &Node, value: &Value, label: &str, at: &str, text: String) {
        let offered = node.default.as_ref().filter(|_| !node.secret);
        let is_default = offered.is_some_and(|default| crate::eval::same(default, value));
        self.rows.push(Row {
            label: label.to_owned(),
            pointer: at.to_owned(),
            text,
            secret: node.secret,
            is_default,
            default: offered.filter(|_| !is_default).map(|default| in_words(node, default)),
        });
    }
}

/// A whole value in one line.
fn in_words(node: &Node, value: &Value) -> String {
    match value.as_array() {
        Some(items) if items.is_empty() => "(none)".to_owned(),
        Some(items) if !matches!(node.kind, Kind::Many(_)) && items.iter().all(|item| !item.is_object()) => {
            items.iter().map(spoken).collect::<Vec<_>>().join(", ")
        }
        _ => plain(node, value),
    }
}

/// Whether a value is said in one word among others.
fn is_plain(node: &Node, value: &Value) -> bool {
    !node.secret && !value.is_object() && !value.is_array()
}

fn plain(node: &Node, value: &Value) -> String {
    match &node.kind {
        Kind::Choice(choice) => {
            choice.find(value).map_or_else(|| spoken(value), |option| option.label.clone())
        }
        Kind::Many(choice) if fits(node, value) => {
            let items = value.as_array().into_iter().flatten();
            let labels: Vec<String> = items
                .map(|item| choice.find(item).map_or_else(|| spoken(item), |option| option.label.clone()))
                .collect();
            if labels.is_empty() { "(none)".to_owned() } else { labels.join(", ") }
        }
        _ => match value {
            Value::String(text) if text.is_empty() => "(empty)".to_owned(),
            other => spoken(other),
        },
    }
}
