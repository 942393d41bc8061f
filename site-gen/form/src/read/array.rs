//! Lists and kinds of value.

use serde_json::Value;

use super::scalar::loose;
use super::{Got, Posted, Reader, Weight};
use crate::node::{Array, Chooser, Kind, Node};

impl Reader<'_> {
    /// A list: its items by number, without the blank ones.
    pub(super) fn array(&mut self, array: &Array, at: &Posted, scope: &[u32], required: bool) -> Option<Got> {
        if let Some(text) = at.leaf(scope).filter(|text| !text.trim().is_empty()) {
            return Some(Got::meant(loose(text)));
        }
        let mut numbers: Vec<usize> = at.names().filter_map(|name| name.parse().ok()).collect();
        numbers.sort_unstable();
        let mut items = Vec::new();
        let mut weight = Weight::Faint;
        let other = Node::json("Item");
        for number in numbers {
            let Some(child) = at.child(&number.to_string()) else { continue };
            let node = array.prefix.get(number).or(array.items.as_ref()).unwrap_or(&other);
            // The item's pointer is the one it gets, not the one it came with.
            let got = self.at(&items.len().to_string(), |reader| reader.item(node, child, scope));
            if let Some(got) = got {
                weight = weight.max(got.weight);
                items.push(got.value);
            }
        }
        if items.is_empty() && !required {
            return None;
        }
        Some(Got { value: Value::Array(items), weight })
    }

    fn item(&mut self, node: &Node, at: &Posted, scope: &[u32]) -> Option<Got> {
        let got = self.node(node, at, scope, false)?;
        let constant = matches!(node.kind, Kind::Const(_)) && at.leaf(scope).is_some();
        (got.weight > Weight::Faint || constant).then_some(Got { weight: Weight::Meant, ..got })
    }

    /// A value of the kind that was chosen, or of the first kind that something was posted for.
    pub(super) fn union(
        &mut self,
        chooser: &Chooser<Node>,
        at: &Posted,
        scope: &[u32],
        required: bool,
    ) -> Option<Got> {
        let name = format!("~c{}", chooser.id);
        let picked =
            at.own(&name).and_then(|child| child.leaf(scope)).and_then(|text| text.parse::<usize>().ok());
        if let Some(alternative) = picked.and_then(|picked| chooser.alternatives.get(picked)) {
            let mut inner = scope.to_vec();
            inner.push(alternative.id);
            return self.node(&alternative.part, at, &inner, required);
        }
        let errors = self.errors.len();
        let mut first = None;
        for alternative in &chooser.alternatives {
            let mut inner = scope.to_vec();
            inner.push(alternative.id);
            let got = self.node(&alternative.part, at, &inner, required);
            let fits = got.as_ref().is_some_and(|got| {
                got.weight > Weight::Faint
                    && crate::eval::holds(&self.form.document, &alternative.test, &got.value)
            });
            if fits {
                self.errors.truncate(errors);
                return got;
            }
            first = first.or(got);
        }
        first
    }
}
