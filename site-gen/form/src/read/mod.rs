//! A posted form as JSON.
//!
//! 1. `posted` sorts the pairs into a tree by pointer, each with the branch it stood in.
//! 2. Each field takes its own text and gives it its type (`scalar`); what cannot have the type
//!    stays text.
//! 3. Objects evaluate their conditions over what was read, until nothing changes, and drop the
//!    branches that are not active (`object`).
//! 4. What nobody filled in is absent.

mod array;
mod object;
mod posted;
mod scalar;

use serde_json::{Map, Value};

use crate::node::{Kind, Node};
use crate::schema::FieldError;
use crate::{Form, pointer};

pub(crate) use posted::Posted;
pub(crate) use scalar::{LARGEST, is_json};

/// Names the whole value, where its pointer is empty: a browser does not post an input without a
/// name.
pub(crate) const ROOT: &str = "~r";

/// Reads every pair.
pub(crate) fn posted(form: &Form, pairs: &[(String, String)]) -> (Value, Vec<FieldError>) {
    let tree = Posted::sort(pairs);
    let mut reader = Reader { form, errors: Vec::new(), pointer: String::new() };
    // A root without properties of its own has no pointer that an input could be named by.
    let got = reader.node(&form.root, tree.own(ROOT).unwrap_or(&tree), &[], true);
    let value = got.map_or_else(|| Value::Object(Map::new()), |got| got.value);
    (value, reader.errors)
}

/// The defaults, with what the pairs name on top.
pub(crate) fn prefilled(form: &Form, pairs: &[(String, String)]) -> Value {
    let mut value = form.defaults();
    let secret = |name: &str| is_secret(&form.root, &pointer::segments(name).collect::<Vec<_>>());
    let kept: Vec<_> =
        pairs.iter().filter(|(name, _)| name.starts_with('/') && !secret(name)).cloned().collect();
    if kept.is_empty() {
        return value;
    }
    let (given, _) = posted(form, &kept);
    overlay(&mut value, given, &Posted::sort(&kept));
    value
}

/// Takes over what was posted, and nothing that reading made up (such as unticked boxes).
fn overlay(target: &mut Value, given: Value, tree: &Posted) {
    match (target, given) {
        (Value::Object(target), Value::Object(given)) => {
            for (name, value) in given {
                let Some(child) = tree.child(&name) else { continue };
                match target.get_mut(&name) {
                    Some(there) if there.is_object() && value.is_object() => overlay(there, value, child),
                    _ => drop(target.insert(name, value)),
                }
            }
        }
        (target, given) => *target = given,
    }
}

/// Whether a name leads to a secret.
fn is_secret(node: &Node, path: &[String]) -> bool {
    if node.secret {
        return true;
    }
    let Some((first, rest)) = path.split_first() else { return false };
    match &node.kind {
        Kind::Object(object) => match object.find(first) {
            Some(node) => is_secret(node, rest),
            None => object.extra.node_for(first).is_some_and(|node| is_secret(node, rest)),
        },
        Kind::Array(array) => array.prefix.iter().chain(&array.items).any(|node| is_secret(node, rest)),
        Kind::Union(chooser) => chooser.alternatives.iter().any(|a| is_secret(&a.part, path)),
        _ => false,
    }
}

/// How surely a value was meant: an unticked box says less than a default, a default less than
/// something typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Faint,
    Default,
    Meant,
}

/// A value that was read.
#[derive(Debug, Clone, PartialEq)]
struct Got {
    value: Value,
    weight: Weight,
}

impl Got {
    fn meant(value: Value) -> Self {
        Self { value, weight: Weight::Meant }
    }

    fn faint(value: Value) -> Self {
        Self { value, weight: Weight::Faint }
    }
}

/// Reads one form.
struct Reader<'a> {
    form: &'a Form,
    /// Text that is not what its field needs, where the schema alone would not object.
    errors: Vec<FieldError>,
    pointer: String,
}

impl Reader<'_> {
    /// The value of a field, or nothing when it was left out. `scope` lists the branches around it.
    fn node(&mut self, node: &Node, at: &Posted, scope: &[u32], required: bool) -> Option<Got> {
        let got = match &node.kind {
            // The form showed JSON text, because the value was not one its control can show.
            _ if at.own("~j").and_then(|child| child.leaf(scope)).is_some() => self.json(at, scope),
            Kind::Object(object) => self.object(object, at, scope, required),
            Kind::Array(array) => self.array(array, at, scope, required),
            Kind::Union(chooser) => self.union(chooser, at, scope, required),
            _ => self.scalar(node, at, scope, required),
        };
        let mut got = match got {
            Some(got) if got.weight == Weight::Meant => got,
            other => blank(node, at, scope, required, other)?,
        };
        if node.default.as_ref() == Some(&got.value) && got.weight == Weight::Meant {
            got.weight = Weight::Default;
        }
        Some(got)
    }

    /// Runs one segment further down.
    fn at<T>(&mut self, segment: &str, run: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.pointer.len();
        pointer::push(&mut self.pointer, segment);
        let result = run(self);
        self.pointer.truncate(length);
        result
    }

    fn fault(&mut self, keyword: &str, message: &str) {
        self.errors.push(FieldError {
            pointer: self.pointer.clone(),
            keyword: keyword.to_owned(),
            message: message.to_owned(),
        });
    }
}

/// What a blank control stands for: what the form said it does, else null where null must be.
fn blank(node: &Node, at: &Posted, scope: &[u32], required: bool, got: Option<Got>) -> Option<Got> {
    match at.own("~b").and_then(|child| child.leaf(scope)) {
        Some("null") if got.as_ref().is_none_or(|got| got.weight == Weight::Faint) => {
            Some(Got::meant(Value::Null))
        }
        Some("\"\"") if got.is_none() => Some(Got::meant(Value::String(String::new()))),
        Some("[]") if got.as_ref().is_none_or(|got| got.weight == Weight::Faint) => match &node.kind {
            // Somebody removed every item of a list that need not be there.
            Kind::Array(array) if array.min > 0 && !required => None,
            _ => Some(Got::meant(Value::Array(Vec::new()))),
        },
        Some("{}") => got
            .map(|got| Got { weight: Weight::Meant, ..got })
            .or_else(|| Some(Got::meant(Value::Object(Map::new())))),
        _ if got.is_none() && node.nullable && required => Some(Got::faint(Value::Null)),
        _ => got,
    }
}
