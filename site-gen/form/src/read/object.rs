//! Objects: fields, active branches, and properties without a name.

use serde_json::{Map, Value};

use super::scalar::loose;
use super::{Got, Posted, Reader, Weight};
use crate::eval::holds;
use crate::node::{Chooser, Group, Kind, Object};

/// Conditions that depend on each other settle in a few rounds; those that never do stop here.
const ROUNDS: usize = 8;

/// What reading an object gathers.
struct Gathered {
    members: Map<String, Value>,
    weight: Weight,
    /// A required property is missing.
    lacking: bool,
}

impl Reader<'_> {
    pub(super) fn object(
        &mut self,
        object: &Object,
        at: &Posted,
        scope: &[u32],
        required: bool,
    ) -> Option<Got> {
        if let Some(text) = at.leaf(scope).filter(|text| !text.trim().is_empty()) {
            return Some(Got::meant(loose(text)));
        }
        if !required && !at.any(scope) {
            return None;
        }
        let gathered = self.settle(object, at, scope);
        let weight = gathered.weight;
        // Defaults alone do not bring back an object that would then lack something.
        let left_out = weight == Weight::Faint || (weight == Weight::Default && gathered.lacking);
        if left_out && !required {
            let said = at.own("~b").and_then(|child| child.leaf(scope)) == Some("{}");
            return said.then_some(Got { value: Value::Object(gathered.members), weight });
        }
        Some(Got { value: Value::Object(gathered.members), weight })
    }

    /// Reads until the active branches are those that the value asks for.
    fn settle(&mut self, object: &Object, at: &Posted, scope: &[u32]) -> Gathered {
        let errors = self.errors.len();
        let mut whole = Value::Null;
        for round in 0..ROUNDS {
            self.errors.truncate(errors);
            let mut gathered = Gathered { members: Map::new(), weight: Weight::Faint, lacking: false };
            self.part(object, at, scope, &whole, &mut gathered);
            self.unnamed(object, at, scope, &mut gathered);
            let settled = object.groups.is_empty()
                || round + 1 == ROUNDS
                || whole.as_object() == Some(&gathered.members);
            if settled {
                return gathered;
            }
            whole = Value::Object(gathered.members);
        }
        Gathered { members: Map::new(), weight: Weight::Faint, lacking: false }
    }

    /// Fields, and groups that are active for `whole` (none is before the first round).
    fn part(&mut self, object: &Object, at: &Posted, scope: &[u32], whole: &Value, gathered: &mut Gathered) {
        let nothing = Posted::default();
        for field in &object.fields {
            let child = at.child(&field.name).unwrap_or(&nothing);
            let got = self.at(&field.name, |reader| reader.node(&field.node, child, scope, field.required));
            match got {
                Some(got) => {
                    gathered.weight = gathered.weight.max(got.weight);
                    add(&mut gathered.members, &field.name, got.value);
                }
                None => gathered.lacking |= field.required,
            }
        }
        for group in &object.groups {
            let (id, part) = match group {
                Group::When(branch) => {
                    if whole.is_null() || !holds(&self.form.document, &branch.condition, whole) {
                        continue;
                    }
                    (branch.id, &branch.part)
                }
                Group::Choose(chooser) => {
                    let picked = picked(chooser, at, scope);
                    (chooser.alternatives[picked].id, &chooser.alternatives[picked].part)
                }
            };
            let mut inner = scope.to_vec();
            inner.push(id);
            self.part(part, at, &inner, whole, gathered);
        }
    }

    /// Entries of the key/value editor, and names that no field has.
    fn unnamed(&mut self, object: &Object, at: &Posted, scope: &[u32], gathered: &mut Gathered) {
        if object.partial {
            return;
        }
        for name in at.names().filter(|name| !object.knows(name)) {
            if let Some(child) = at.child(name) {
                self.entry(object, name, child, scope, false, gathered);
            }
        }
        let Some(entries) = at.own("~e") else { return };
        let mut numbers: Vec<usize> = entries.names().filter_map(|name| name.parse().ok()).collect();
        numbers.sort_unstable();
        for number in numbers {
            let Some(entry) = entries.child(&number.to_string()) else { continue };
            let key = entry.own("~k").and_then(|child| child.leaf(scope)).unwrap_or_default();
            let nothing = Posted::default();
            let child = entry.own("~v").unwrap_or(&nothing);
            self.entry(object, key, child, scope, true, gathered);
        }
    }

    fn entry(
        &mut self,
        object: &Object,
        key: &str,
        at: &Posted,
        scope: &[u32],
        edited: bool,
        gathered: &mut Gathered,
    ) {
        let got = self.at(key, |reader| match object.extra.node_for(key) {
            Some(node) => reader.node(node, at, scope, !key.is_empty()),
            None => reader.json(at, scope),
        });
        // A name given twice keeps both values: nothing is lost, and validation or a look shows it.
        let mut name = key.to_owned();
        let mut copy = 2;
        while gathered.members.contains_key(&name) {
            name = format!("{key} ({copy})");
            copy += 1;
        }
        // A name without a value: an empty text where text is asked for, else an error to mend.
        let got = got.or_else(|| match object.extra.node_for(key).map(|node| &node.kind) {
            _ if key.is_empty() || !edited => None,
            Some(Kind::Text(_)) => Some(Got::meant(Value::String(String::new()))),
            _ => Some(Got::meant(Value::Null)),
        });
        if let Some(got) = got.filter(|got| !key.is_empty() || got.weight > Weight::Faint) {
            gathered.weight = Weight::Meant;
            gathered.members.insert(name, got.value);
        }
    }
}

/// A branch adds to what is there already.
fn add(members: &mut Map<String, Value>, name: &str, value: Value) {
    match (members.get_mut(name), value) {
        (Some(Value::Object(there)), Value::Object(more)) => {
            for (name, value) in more {
                add(there, &name, value);
            }
        }
        (_, value) => drop(members.insert(name.to_owned(), value)),
    }
}

/// The alternative that was chosen; without a choice, the one that most was posted for.
fn picked(chooser: &Chooser<Object>, at: &Posted, scope: &[u32]) -> usize {
    let name = format!("~c{}", chooser.id);
    let said = at.own(&name).and_then(|child| child.leaf(scope)).and_then(|text| text.parse::<usize>().ok());
    if let Some(said) = said.filter(|said| *said < chooser.alternatives.len()) {
        return said;
    }
    let posted = |part: &Object| {
        let names =
            part.fields.iter().filter(|field| at.child(&field.name).is_some_and(|child| child.any(scope)));
        names.count()
    };
    let counts = chooser.alternatives.iter().enumerate().map(|(index, a)| (posted(&a.part), index));
    // Of those with as much, the first.
    counts.max_by_key(|(count, index)| (*count, usize::MAX - index)).map_or(0, |(_, index)| index)
}
