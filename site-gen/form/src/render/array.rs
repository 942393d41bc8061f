//! Lists: fixed places first, then items that can be added and removed.

use serde_json::Value;

use super::{Painter, Place};
use crate::form::default_of;
use crate::html;
use crate::label;
use crate::node::{Array, Node};

const ITEM: Place = Place { required: true, mandatory: false, item: true };
/// A row for browsers without scripts: may stay blank.
const SPARE: Place = Place { required: true, mandatory: false, item: false };

impl Painter<'_> {
    pub(super) fn array(&mut self, node: &Node, array: &Array, value: Option<&Value>, place: Place) {
        let given = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let messages = self.errors_here(false);
        self.raw("<fieldset class=\"field array");
        self.raw(if messages.is_empty() { "\"" } else { " has-error\" aria-invalid=\"true\"" });
        html::attr(self.out, "data-pointer", &self.pointer);
        html::attr(self.out, "data-array", &self.name);
        if !place.required || place.item {
            self.raw(" data-optional");
        }
        self.limits(array);
        self.id_attr("id", "field");
        self.raw("><legend>");
        self.title(node, place, &[]);
        self.raw("</legend>");
        self.help(node);
        self.messages(&messages);
        self.raw("<div class=\"items\">");
        let least = if place.mandatory && given.is_empty() { array.min } else { 0 };
        let count = given.len().max(array.prefix.len()).max(least);
        for at in 0..count {
            let item = array.prefix.get(at).or(array.items.as_ref());
            let fixed = at < array.prefix.len();
            self.item(&at.to_string(), item.unwrap_or(&Node::json("Item")), given.get(at), fixed, ITEM);
        }
        self.raw("</div>");
        if let (Some(items), false) = (&array.items, self.read_only) {
            self.more(items, count);
        }
        self.raw("</fieldset>");
    }

    fn limits(&mut self, array: &Array) {
        let fixed = array.prefix.len();
        html::attr(self.out, "data-min", &array.min.max(fixed).to_string());
        if let Some(most) = array.max {
            html::attr(self.out, "data-max", &most.to_string());
        }
    }

    /// What it takes to add an item: with the script, and without.
    fn more(&mut self, items: &Node, count: usize) {
        let (template, conditional, fresh) = (self.template, self.conditional, self.fresh);
        self.template = true;
        self.fresh = true;
        self.raw("<template>");
        self.item("~n", items, None, false, ITEM);
        self.raw("</template><button type=\"button\" class=\"add\" data-add hidden>Add ");
        self.text(&label::in_sentence(&items.title));
        self.raw("</button>");
        // Templates nest; a browser without scripts needs a row only where it can see one.
        if !template {
            self.fresh = false;
            self.raw("<noscript>");
            self.item(&count.to_string(), items, None, false, SPARE);
            self.raw("</noscript>");
        }
        self.template = template;
        self.conditional = conditional;
        self.fresh = fresh;
    }

    fn item(&mut self, number: &str, node: &Node, value: Option<&Value>, fixed: bool, place: Place) {
        let conditional = self.conditional;
        self.conditional = true;
        self.raw("<div class=\"item\" data-item>");
        let (pointer, name) = (self.pointer.len(), self.name.len());
        for path in [&mut self.pointer, &mut self.name] {
            path.push('/');
            path.push_str(number);
        }
        let default = if self.fresh && value.is_none() { default_of(node) } else { None };
        self.numbered(node, value.or(default.as_ref()), place, number);
        self.pointer.truncate(pointer);
        self.name.truncate(name);
        if !fixed && !self.read_only {
            self.raw("<button type=\"button\" class=\"remove\" data-remove hidden aria-label=\"Remove ");
            self.text(&node.title);
            self.raw("\">Remove</button>");
        }
        self.raw("</div>");
        self.conditional = conditional;
    }

    /// An item's label carries its number, counted from one.
    fn numbered(&mut self, node: &Node, value: Option<&Value>, place: Place, number: &str) {
        self.number = Some(number.parse::<usize>().map_or_else(|_| String::new(), |at| (at + 1).to_string()));
        self.node(node, value, place, &[]);
        self.number = None;
    }
}
