//! What every field has around its control: label, marker, help and errors.

use serde_json::Value;

use super::{Painter, Place, fits};
use crate::node::{Kind, Node};

/// How a control refers to its help and errors.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Described {
    pub(super) help: bool,
    pub(super) error: bool,
}

impl Painter<'_> {
    /// A field of any kind.
    pub(super) fn node(&mut self, node: &Node, value: Option<&Value>, place: Place, required_when: &[Value]) {
        let outer = self.read_only;
        self.read_only |= node.read_only;
        // Null is blank, except where the control can say null.
        let shown = value.filter(|value| !value.is_null() || offers_null(node));
        let json = matches!(node.kind, Kind::Json) || shown.is_some_and(|value| !fits(node, value));
        match &node.kind {
            _ if json => self.framed(node, place, required_when, |painter, described| {
                painter.json(node, shown, place, described);
            }),
            Kind::Object(object) => self.object(node, object, shown, place),
            Kind::Array(array) => self.array(node, array, shown, place),
            Kind::Union(chooser) => self.union(node, chooser, shown, place),
            Kind::Choice(choice) if self.as_radios(node, choice, place) => {
                self.grouped(node, place, required_when, |painter, described| {
                    painter.radios(choice, shown, place, described);
                });
            }
            Kind::Many(choice) => self.grouped(node, place, required_when, |painter, _| {
                painter.checkboxes(choice, shown);
            }),
            Kind::Bool => self.checkbox(node, shown, place, required_when),
            Kind::Const(constant) => self.constant(node, constant, shown, place),
            _ => self.framed(node, place, required_when, |painter, described| {
                painter.control(node, shown, place, described);
            }),
        }
        if json && !matches!(node.kind, Kind::Json) {
            self.meta("/~j", "json");
        }
        self.blank(node, value, place);
        self.read_only = outer;
    }

    /// What a blank control stands for, when that is not simply "absent".
    fn blank(&mut self, node: &Node, value: Option<&Value>, place: Place) {
        if self.template || node.secret {
            return;
        }
        let meaning = match (value, &node.kind) {
            (Some(Value::Null), _) if offers_null(node) => return,
            (Some(Value::Null), _) => "null",
            (Some(Value::String(text)), Kind::Text(_)) if text.is_empty() => "\"\"",
            (Some(Value::Array(_)), Kind::Array(_) | Kind::Many(_)) if !place.required || node.nullable => {
                "[]"
            }
            (Some(Value::Array(_)), Kind::Array(_) | Kind::Many(_)) if place.item || !place.mandatory => "[]",
            (Some(Value::Object(_)), Kind::Object(_)) if !place.mandatory && !self.fresh => "{}",
            (None, Kind::Bool) if !self.fresh && !place.required => "absent",
            _ => return,
        };
        if meaning == "{}" && value.is_some_and(|value| !faint(value, node)) {
            return;
        }
        self.meta("/~b", meaning);
    }

    /// A field with a label of its own.
    pub(super) fn framed(
        &mut self,
        node: &Node,
        place: Place,
        required_when: &[Value],
        control: impl FnOnce(&mut Self, Described),
    ) {
        let messages = self.errors_here(true);
        self.raw("<div class=\"field");
        self.raw(if messages.is_empty() { "\"" } else { " has-error\"" });
        crate::html::attr(self.out, "data-pointer", &self.pointer);
        self.id_attr("id", "field");
        self.raw("><label");
        self.id_attr("for", "input");
        self.raw(">");
        self.title(node, place, required_when);
        self.raw("</label>");
        let described = Described { help: self.help(node), error: !messages.is_empty() };
        control(self, described);
        self.messages(&messages);
        self.raw("</div>");
    }

    /// A field that is several controls.
    pub(super) fn grouped(
        &mut self,
        node: &Node,
        place: Place,
        required_when: &[Value],
        controls: impl FnOnce(&mut Self, Described),
    ) {
        let messages = self.errors_here(true);
        self.raw("<fieldset class=\"field");
        self.raw(if messages.is_empty() { "\"" } else { " has-error\"" });
        crate::html::attr(self.out, "data-pointer", &self.pointer);
        self.id_attr("id", "field");
        let described = Described { help: node.help.is_some(), error: !messages.is_empty() };
        self.described_by(described);
        self.raw("><legend>");
        self.title(node, place, required_when);
        self.raw("</legend>");
        self.help(node);
        controls(self, described);
        self.messages(&messages);
        self.raw("</fieldset>");
    }

    /// Label text and the marker of a required field.
    pub(super) fn title(&mut self, node: &Node, place: Place, required_when: &[Value]) {
        self.text(&node.title);
        if let Some(number) = self.number.take() {
            self.raw(" <span data-number>");
            self.text(&number);
            self.raw("</span>");
            return;
        }
        if place.required {
            self.raw(" <span class=\"required\" title=\"Required\" aria-hidden=\"true\">*</span>");
        } else if !required_when.is_empty() {
            let any = match required_when {
                [one] => one.clone(),
                many => serde_json::json!({ "anyOf": many }),
            };
            let parent = self.name.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
            self.raw(" <span class=\"required\" title=\"Required\" aria-hidden=\"true\" hidden");
            crate::html::json_attr(self.out, "data-required-when", &any);
            crate::html::attr(self.out, "data-at", &parent);
            self.raw(">*</span>");
        }
    }

    /// The description; tells whether there is one.
    pub(super) fn help(&mut self, node: &Node) -> bool {
        let Some(help) = &node.help else { return false };
        self.raw("<p class=\"field-help\"");
        self.id_attr("id", "help");
        self.raw(">");
        self.text(help);
        self.raw("</p>");
        true
    }

    pub(super) fn messages(&mut self, messages: &[String]) {
        if messages.is_empty() {
            return;
        }
        self.raw("<p class=\"field-error\"");
        self.id_attr("id", "error");
        self.raw(">");
        for (at, message) in messages.iter().enumerate() {
            if at > 0 {
                self.raw("<br>");
            }
            self.text(message);
        }
        self.raw("</p>");
    }

    /// `aria-describedby` and `aria-invalid`.
    pub(super) fn described_by(&mut self, described: Described) {
        if described.help || described.error {
            self.raw(" aria-describedby=\"");
            if described.help {
                self.id("help");
            }
            if described.error {
                self.raw(if described.help { " " } else { "" });
                self.id("error");
            }
            self.raw("\"");
        }
        if described.error {
            self.raw(" aria-invalid=\"true\"");
        }
    }

    /// `required`, where leaving the field blank is surely an error.
    pub(super) fn required_attr(&mut self, place: Place) {
        if (place.mandatory || place.item) && !self.read_only {
            self.raw(if self.conditional { " data-required" } else { " required" });
        }
    }
}

/// Whether a control shows null as a value of its own.
fn offers_null(node: &Node) -> bool {
    match &node.kind {
        Kind::Choice(choice) => choice.find(&Value::Null).is_some(),
        Kind::Const(_) | Kind::Json => true,
        _ => false,
    }
}

/// Whether a value posts nothing that would bring its object back.
fn faint(value: &Value, node: &Node) -> bool {
    if node.default.as_ref() == Some(value) {
        return true;
    }
    match (value, &node.kind) {
        (Value::Null, _) | (Value::Bool(false), Kind::Bool) => true,
        (value, Kind::Const(constant)) => crate::eval::same(value, constant),
        (Value::String(text), _) => text.is_empty(),
        (Value::Array(items), _) => items.is_empty(),
        (Value::Object(members), Kind::Object(object)) => {
            members.iter().all(|(name, member)| object.find(name).is_some_and(|node| faint(member, node)))
        }
        _ => false,
    }
}
