//! Lists to pick from: radio buttons when they are few, a drop-down otherwise, check boxes for many.

use serde_json::Value;

use super::field::Described;
use super::{Painter, Place};
use crate::html;
use crate::label::spoken;
use crate::node::{Choice, Node, Opt};

/// As many options as can be taken in at a glance.
const FEW: usize = 3;

impl Painter<'_> {
    /// Radio buttons show every option at once; a drop-down is for more, and for secrets.
    pub(super) fn as_radios(&self, node: &Node, choice: &Choice, place: Place) -> bool {
        choice.options.len() <= FEW && place.required && !node.secret && !self.read_only
    }

    pub(super) fn radios(
        &mut self,
        choice: &Choice,
        value: Option<&Value>,
        place: Place,
        described: Described,
    ) {
        let other = Self::foreign(choice, value);
        for (at, option) in choice.options.iter().chain(&other).enumerate() {
            self.raw("<label class=\"option\"><input type=\"radio\"");
            self.option_id(at);
            self.name_attr();
            self.option_value(option, choice);
            if at == 0 {
                self.required_attr(place);
            }
            if described.error {
                self.raw(" aria-invalid=\"true\"");
            }
            if value.is_some_and(|value| crate::eval::same(value, &option.value)) {
                self.raw(" checked");
            }
            self.raw("> ");
            self.text(&option.label);
            self.raw("</label>");
        }
    }

    /// Every option as a check box. Those chosen come first, in their order, so that it is kept.
    pub(super) fn checkboxes(&mut self, choice: &Choice, value: Option<&Value>) {
        let chosen = value.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let first = chosen.iter().filter_map(|item| choice.find(item));
        let rest = choice
            .options
            .iter()
            .filter(|option| !chosen.iter().any(|item| crate::eval::same(item, &option.value)));
        for (at, option) in first.chain(rest).enumerate() {
            self.raw("<label class=\"option\"><input type=\"checkbox\" data-many");
            self.option_id(at);
            self.name_attr();
            self.option_value(option, choice);
            if at < chosen.len() {
                self.raw(" checked");
            }
            self.raw("> ");
            self.text(&option.label);
            self.raw("</label>");
        }
    }

    pub(super) fn select(
        &mut self,
        node: &Node,
        choice: &Choice,
        value: Option<&Value>,
        place: Place,
        described: Described,
    ) {
        let value = value.filter(|_| !node.secret);
        if self.read_only {
            self.chosen(choice, value);
            return;
        }
        self.raw("<select");
        if choice.json {
            self.raw(" data-type=\"json\"");
        }
        self.common(place, described);
        self.raw("><option value=\"\">");
        self.raw(if place.required { "Choose…" } else { "Not set" });
        self.raw("</option>");
        let other = Self::foreign(choice, value);
        for option in choice.options.iter().chain(&other) {
            self.raw("<option");
            html::attr(self.out, "value", &option.code);
            if value.is_some_and(|value| crate::eval::same(value, &option.value)) {
                self.raw(" selected");
            }
            self.raw(">");
            self.text(&option.label);
            self.raw("</option>");
        }
        self.raw("</select>");
    }

    /// A choice that cannot be changed: its label, and the value to post.
    fn chosen(&mut self, choice: &Choice, value: Option<&Value>) {
        let other = Self::foreign(choice, value);
        let option = value.and_then(|value| choice.find(value)).or(other.as_ref());
        self.raw("<output>");
        self.text(option.map_or("Not set", |option| option.label.as_str()));
        self.raw("</output><input type=\"hidden\"");
        if choice.json {
            self.raw(" data-type=\"json\"");
        }
        self.id_attr("id", "input");
        self.name_attr();
        html::attr(self.out, "value", option.map_or("", |option| option.code.as_str()));
        self.raw(">");
    }

    /// The option for a value that is not in the list: shown again, not lost.
    fn foreign(choice: &Choice, value: Option<&Value>) -> Option<Opt> {
        let value = value.filter(|value| choice.find(value).is_none())?;
        let code = match value {
            Value::String(text) if !choice.json => text.clone(),
            other => other.to_string(),
        };
        Some(Opt { value: value.clone(), label: format!("{} (not in the list)", spoken(value)), code })
    }

    fn option_id(&mut self, at: usize) {
        self.raw(" id=\"");
        // The first option is where a label or an error summary leads.
        self.id("input");
        if at > 0 {
            let number = at.to_string();
            self.raw("-option");
            self.raw(&number);
        }
        self.raw("\"");
    }

    fn option_value(&mut self, option: &Opt, choice: &Choice) {
        html::attr(self.out, "value", &option.code);
        if choice.json {
            self.raw(" data-type=\"json\"");
        }
    }
}
