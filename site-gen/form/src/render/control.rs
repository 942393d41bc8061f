//! Controls of one value: text, numbers, check boxes, constants and JSON text.

use std::fmt::Write as _;

use serde_json::Value;

use super::field::Described;
use super::{Painter, Place};
use crate::html;
use crate::label::spoken;
use crate::node::{Kind, Node, Number, Text, TextControl};

impl Painter<'_> {
    /// An input, text area or list.
    pub(super) fn control(&mut self, node: &Node, value: Option<&Value>, place: Place, described: Described) {
        match &node.kind {
            Kind::Text(text) => self.text_control(node, text, value, place, described),
            Kind::Number(number) => self.number_control(node, number, value, place, described),
            Kind::Choice(choice) => self.select(node, choice, value, place, described),
            _ => self.json(node, value, place, described),
        }
    }

    fn text_control(
        &mut self,
        node: &Node,
        text: &Text,
        value: Option<&Value>,
        place: Place,
        described: Described,
    ) {
        let typed = value.filter(|_| !node.secret).map(spoken).unwrap_or_default();
        if !node.secret && (text.control == TextControl::Area || typed.contains(['\n', '\r'])) {
            self.area(text, node, &typed, place, described);
            return;
        }
        let (kind, shown) = input_type(text.control, &typed);
        let kind = if node.secret { "password" } else { kind };
        self.raw("<input");
        html::attr(self.out, "type", kind);
        if matches!(kind, "datetime-local" | "time") {
            self.raw(" step=\"1\"");
        }
        self.common(place, described);
        self.lengths(text);
        if let Some(pattern) = &text.pattern {
            html::attr(self.out, "pattern", pattern);
        }
        if node.secret {
            self.raw(" autocomplete=\"new-password\" data-secret");
        } else {
            self.placeholder(node);
            if !shown.is_empty() {
                html::attr(self.out, "value", shown);
            }
        }
        self.datalist(node, &text.suggestions);
        if matches!(text.control, TextControl::DateTime | TextControl::Time) && kind != "text" {
            self.raw("<span class=\"unit\">UTC</span>");
        }
    }

    fn area(&mut self, text: &Text, node: &Node, typed: &str, place: Place, described: Described) {
        self.raw("<textarea rows=\"4\"");
        self.common(place, described);
        self.lengths(text);
        self.placeholder(node);
        // A text area loses its first line break.
        self.raw(">\n");
        self.text(typed);
        self.raw("</textarea>");
    }

    fn number_control(
        &mut self,
        node: &Node,
        number: &Number,
        value: Option<&Value>,
        place: Place,
        described: Described,
    ) {
        let typed = value.filter(|_| !node.secret).map(spoken).unwrap_or_default();
        // A number input shows nothing at all for what is not a number.
        let plain = value.is_none_or(Value::is_number);
        let kind = match (node.secret, plain) {
            (true, _) => "password",
            (false, true) => "number",
            (false, false) => "text",
        };
        self.raw("<input");
        html::attr(self.out, "type", kind);
        html::attr(self.out, "data-type", if number.integer { "integer" } else { "number" });
        html::attr(self.out, "inputmode", if number.integer { "numeric" } else { "decimal" });
        self.common(place, described);
        if kind == "number" {
            self.bounds(number, value);
        }
        if node.secret {
            self.raw(" autocomplete=\"new-password\" data-secret");
        } else {
            self.placeholder(node);
            if !typed.is_empty() {
                html::attr(self.out, "value", &typed);
            }
        }
        self.datalist(node, &[]);
    }

    fn bounds(&mut self, number: &Number, value: Option<&Value>) {
        for (name, bound) in [("min", number.min), ("max", number.max)] {
            if let Some(bound) = bound {
                // Writing to a String cannot fail.
                _ = write!(self.out, " {name}=\"{bound}\"");
            }
        }
        // Without a minimum, steps count from the value shown, which may itself be off.
        let off = |step: f64| {
            let times = value.and_then(Value::as_f64).unwrap_or(0.0) / step;
            number.min.is_none() && (times - times.round()).abs() > 1e-9
        };
        match number.multiple {
            Some(step) if off(step) => self.raw(" step=\"any\""),
            Some(step) => _ = write!(self.out, " step=\"{step}\""),
            None if number.integer && number.min.is_none() && off(1.0) => self.raw(" step=\"any\""),
            None if number.integer => self.raw(" step=\"1\""),
            None => self.raw(" step=\"any\""),
        }
    }

    /// Yes or no.
    pub(super) fn checkbox(&mut self, node: &Node, value: Option<&Value>, place: Place, when: &[Value]) {
        let messages = self.errors_here(true);
        let described = Described { help: node.help.is_some(), error: !messages.is_empty() };
        self.raw("<div class=\"field check");
        self.raw(if messages.is_empty() { "\"" } else { " has-error\"" });
        html::attr(self.out, "data-pointer", &self.pointer);
        self.id_attr("id", "field");
        let checked = match value {
            Some(value) => *value == Value::Bool(true),
            None => self.fresh && node.default == Some(Value::Bool(true)),
        } && !node.secret;
        if self.read_only {
            self.raw("><span class=\"label\">");
            self.title(node, place, when);
            self.raw("</span><output>");
            self.raw(if checked { "Yes" } else { "No" });
            self.raw("</output><input type=\"hidden\" data-type=\"boolean\"");
            self.name_attr();
            self.raw(if checked { " value=\"true\">" } else { " value=\"\">" });
        } else {
            self.raw("><label><input type=\"checkbox\" value=\"true\" data-type=\"boolean\"");
            self.id_attr("id", "input");
            self.name_attr();
            self.described_by(described);
            if checked {
                self.raw(" checked");
            }
            self.raw("> ");
            // An unticked box is an answer, so it is never marked as missing.
            self.title(node, Place { required: false, ..place }, when);
            self.raw("</label>");
        }
        self.help(node);
        self.messages(&messages);
        self.raw("</div>");
    }

    /// A value that cannot be changed: shown and posted, or offered when it may be left out.
    pub(super) fn constant(&mut self, node: &Node, constant: &Value, value: Option<&Value>, place: Place) {
        let code = constant.to_string();
        let messages = self.errors_here(true);
        self.raw("<div class=\"field constant\"");
        html::attr(self.out, "data-pointer", &self.pointer);
        self.id_attr("id", "field");
        if place.required {
            self.raw("><span class=\"label\">");
            self.text(&node.title);
            self.raw("</span> <output>");
            self.text(&spoken(constant));
            self.raw("</output><input type=\"hidden\" data-type=\"json\" data-faint");
        } else {
            self.raw("><label><input type=\"checkbox\" data-type=\"json\"");
            self.id_attr("id", "input");
        }
        self.name_attr();
        html::attr(self.out, "value", &code);
        let given = value.is_some() || (self.fresh && node.default.is_some());
        if !place.required && given {
            self.raw(" checked");
        }
        self.raw(">");
        if !place.required {
            self.raw(" ");
            self.text(&node.title);
            self.raw(": ");
            self.text(&spoken(constant));
            self.raw("</label>");
        }
        self.help(node);
        self.messages(&messages);
        self.raw("</div>");
    }

    /// JSON as text, for what has no control of its own.
    pub(super) fn json(&mut self, node: &Node, value: Option<&Value>, place: Place, described: Described) {
        self.raw("<textarea class=\"json\" rows=\"4\" spellcheck=\"false\" data-type=\"json\"");
        self.common(place, described);
        if node.secret {
            self.raw(" autocomplete=\"off\" data-secret></textarea>");
            return;
        }
        html::attr(self.out, "placeholder", node.examples.first().map_or("JSON", String::as_str));
        self.raw(">\n");
        let typed = match value {
            None => String::new(),
            // Text that is not JSON was typed here before; it is shown as it was.
            Some(Value::String(text))
                if described.error && !text.is_empty() && !crate::read::is_json(text) =>
            {
                text.clone()
            }
            Some(value) => serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string()),
        };
        self.text(&typed);
        self.raw("</textarea>");
    }

    /// Attributes of every input.
    pub(super) fn common(&mut self, place: Place, described: Described) {
        self.id_attr("id", "input");
        self.name_attr();
        self.required_attr(place);
        self.described_by(described);
        if self.read_only {
            self.raw(" readonly");
        }
    }

    fn lengths(&mut self, text: &Text) {
        for (name, bound) in [("minlength", text.min_length), ("maxlength", text.max_length)] {
            if let Some(bound) = bound {
                _ = write!(self.out, " {name}=\"{bound}\"");
            }
        }
    }

    fn placeholder(&mut self, node: &Node) {
        if let Some(example) = node.examples.first() {
            html::attr(self.out, "placeholder", example);
        }
    }

    /// Closes the input; several examples and suggestions become its list.
    fn datalist(&mut self, node: &Node, suggestions: &[String]) {
        let examples = if node.examples.len() > 1 { node.examples.as_slice() } else { &[] };
        if node.secret || (examples.is_empty() && suggestions.is_empty()) {
            self.raw(">");
            return;
        }
        self.id_attr("list", "list");
        self.raw("><datalist");
        self.id_attr("id", "list");
        self.raw(">");
        for option in suggestions.iter().chain(examples) {
            self.raw("<option");
            html::attr(self.out, "value", option);
            self.raw("></option>");
        }
        self.raw("</datalist>");
    }
}

/// The input type for a text, and how the text is spelled in it. What the browser's picker cannot
/// hold (another time zone, a fraction of a second, a wrong date) stays plain text.
fn input_type(control: TextControl, typed: &str) -> (&'static str, &str) {
    let utc = |shape: &str| typed.strip_suffix('Z').filter(|local| has_shape(local, shape) && exists(local));
    match control {
        TextControl::Email => (if typed.trim() == typed { "email" } else { "text" }, typed),
        TextControl::Url => (if typed.trim() == typed { "url" } else { "text" }, typed),
        TextControl::Date if typed.is_empty() || has_shape(typed, "0000-00-00") && exists(typed) => {
            ("date", typed)
        }
        TextControl::DateTime if typed.is_empty() => ("datetime-local", typed),
        TextControl::Time if typed.is_empty() => ("time", typed),
        TextControl::DateTime => {
            utc("0000-00-00T00:00:00").map_or(("text", typed), |local| ("datetime-local", local))
        }
        TextControl::Time => utc("00:00:00").map_or(("text", typed), |local| ("time", local)),
        TextControl::Line | TextControl::Area | TextControl::Date => ("text", typed),
    }
}

/// Whether the parts of a date, a time or both are within a calendar and a clock.
fn exists(text: &str) -> bool {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (Some(date), Some(time)),
        None if text.contains('-') => (Some(text), None),
        None => (None, Some(text)),
    };
    let numbers = |text: &str, sign: char| -> Vec<u32> {
        text.split(sign).filter_map(|part| part.parse().ok()).collect()
    };
    let on_calendar = |date: &str| {
        let [year, month, day] = numbers(date, '-')[..] else { return false };
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        year > 0 && (1..=days).contains(&day)
    };
    let on_clock = |time: &str| {
        let [hour, minute, second] = numbers(time, ':')[..] else { return false };
        hour < 24 && minute < 60 && second < 60
    };
    date.is_none_or(on_calendar) && time.is_none_or(on_clock)
}

/// Whether a text has digits and signs where the shape has zeros and signs.
pub(crate) fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(t, s)| if s == b'0' { t.is_ascii_digit() } else { t == s })
}
