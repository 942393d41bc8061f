//! Objects: their fields, the parts that depend on the value, and properties without a name.

use serde_json::{Map, Value};

use super::{Painter, Place};
use crate::form::default_of;
use crate::html;
use crate::node::{Branch, Chooser, Extra, Group, Kind, Node, Object, Union};

impl Painter<'_> {
    /// The outermost object: its fields without a frame.
    pub(super) fn root(&mut self, object: &Object, value: &Value) {
        let messages = self.errors_here(false);
        self.messages(&messages);
        let place = Place { required: true, mandatory: true, item: false };
        self.contents(object, value, place);
    }

    pub(super) fn object(&mut self, node: &Node, object: &Object, value: Option<&Value>, place: Place) {
        let messages = self.errors_here(false);
        self.raw("<fieldset class=\"field object\"");
        html::attr(self.out, "data-pointer", &self.pointer);
        html::attr(self.out, "data-object", &self.name);
        if !place.required || place.item {
            self.raw(" data-optional");
        }
        self.id_attr("id", "field");
        self.raw("><legend>");
        self.title(node, place, &[]);
        self.raw("</legend>");
        self.help(node);
        self.messages(&messages);
        let empty = Value::Object(Map::new());
        self.contents(object, value.unwrap_or(&empty), place);
        self.raw("</fieldset>");
    }

    /// Fields, groups and unnamed properties of one object.
    fn contents(&mut self, object: &Object, value: &Value, place: Place) {
        let shown_by_hand = self.part(object, value, place);
        let entries = unnamed(object, value, &shown_by_hand);
        if !object.partial && (object.extra.editor.is_some() || !entries.is_empty()) {
            self.entries(&object.extra, &entries);
        }
    }

    /// Fields and groups; returns the alternatives chosen, by id.
    fn part(&mut self, object: &Object, value: &Value, place: Place) -> Vec<u32> {
        let mut chosen = Vec::new();
        for field in &object.fields {
            let required = field.required;
            let inner =
                Place { required, mandatory: required && (place.mandatory || place.item), item: false };
            self.at(&field.name, |painter| {
                let given = value.get(&field.name);
                let default = if painter.fresh && given.is_none() { default_of(&field.node) } else { None };
                painter.node(&field.node, given.or(default.as_ref()), inner, &field.required_when);
            });
        }
        for group in &object.groups {
            match group {
                Group::When(branch) => chosen.extend(self.when(branch, value, place)),
                Group::Choose(chooser) => chosen.extend(self.choose(chooser, value, place)),
            }
        }
        chosen
    }

    /// Fields under a condition.
    fn when(&mut self, branch: &Branch, value: &Value, place: Place) -> Vec<u32> {
        let always = branch.condition == Value::Bool(true);
        let active = always || crate::eval::holds(self.document, &branch.condition, value);
        self.raw("<fieldset class=\"when\"");
        if !always {
            html::json_attr(self.out, "data-when", &branch.condition);
            html::attr(self.out, "data-at", &self.name);
        }
        if !active {
            self.raw(" data-inactive");
        }
        self.raw(">");
        let mut chosen = Vec::new();
        self.scope(branch.id, active, |painter| chosen = painter.part(&branch.part, value, place));
        self.raw("</fieldset>");
        chosen
    }

    /// Alternatives of which one is chosen by hand.
    fn choose(&mut self, chooser: &Chooser<Object>, value: &Value, place: Place) -> Vec<u32> {
        let chosen = chosen_part(self.document, chooser, value);
        self.chooser(chooser, chosen);
        let mut ids = vec![chooser.alternatives[chosen].id];
        for (at, alternative) in chooser.alternatives.iter().enumerate() {
            self.alternative(chooser.id, at, at == chosen, &alternative.title);
            let empty = Value::Object(Map::new());
            // What is given belongs to the alternative that was chosen.
            let given = if at == chosen { value } else { &empty };
            let mut inner = Vec::new();
            self.scope(alternative.id, at == chosen, |painter| {
                inner = painter.part(&alternative.part, given, place);
            });
            if at == chosen {
                ids.append(&mut inner);
            }
            self.raw("</fieldset>");
        }
        ids
    }

    /// A value of one of several kinds.
    pub(super) fn union(&mut self, node: &Node, chooser: &Union, value: Option<&Value>, place: Place) {
        let chosen = value.map_or(0, |value| chosen_kind(self.document, chooser, value));
        let messages = self.errors_here(false);
        self.raw("<fieldset class=\"field union\"");
        html::attr(self.out, "data-pointer", &self.pointer);
        self.raw("><legend>");
        self.title(node, place, &[]);
        self.raw("</legend>");
        self.help(node);
        self.messages(&messages);
        self.chooser(chooser, chosen);
        for (at, alternative) in chooser.alternatives.iter().enumerate() {
            self.alternative(chooser.id, at, at == chosen, &alternative.title);
            let given = value.filter(|_| at == chosen);
            self.scope(alternative.id, at == chosen, |painter| {
                let default =
                    if painter.fresh && given.is_none() { default_of(&alternative.part) } else { None };
                painter.node(&alternative.part, given.or(default.as_ref()), place, &[]);
            });
            self.raw("</fieldset>");
        }
        self.raw("</fieldset>");
    }

    /// The list that chooses an alternative.
    fn chooser<T>(&mut self, chooser: &Chooser<T>, chosen: usize) {
        let name = format!("{}/~c{}", self.name, chooser.id);
        self.raw("<div class=\"field chooser\"><label>Kind <select data-chooser");
        html::attr(self.out, "name", &name);
        self.raw(">");
        for (at, alternative) in chooser.alternatives.iter().enumerate() {
            self.raw("<option");
            html::attr(self.out, "value", &at.to_string());
            self.raw(if at == chosen { " selected>" } else { ">" });
            self.text(&alternative.title);
            self.raw("</option>");
        }
        self.raw("</select></label></div>");
    }

    /// Opens the frame of an alternative.
    fn alternative(&mut self, chooser: u32, at: usize, chosen: bool, title: &str) {
        let name = format!("{}/~c{chooser}", self.name);
        self.raw("<fieldset class=\"when\"");
        html::attr(self.out, "data-choice", &name);
        html::attr(self.out, "data-alternative", &at.to_string());
        self.raw(if chosen { "><legend>" } else { " data-inactive><legend>" });
        self.text(title);
        self.raw("</legend>");
    }

    /// Runs inside a branch: marks where it begins and ends for the server, and keeps ids apart.
    fn scope(&mut self, id: u32, active: bool, run: impl FnOnce(&mut Self)) {
        let (conditional, fresh, suffix) = (self.conditional, self.fresh, self.suffix.len());
        self.meta("/~s", &id.to_string());
        self.conditional = true;
        // A branch that was not there shows its defaults once it appears.
        self.fresh |= !active;
        if !active {
            self.suffix.push('.');
            self.suffix.push_str(&id.to_string());
        }
        run(self);
        self.conditional = conditional;
        self.fresh = fresh;
        self.suffix.truncate(suffix);
        self.meta("/~s", "");
    }

    /// The editor of properties without a name, and those that the schema does not expect.
    fn entries(&mut self, extra: &Extra, entries: &[(&String, &Value)]) {
        self.raw("<fieldset class=\"field entries\" data-entries");
        html::attr(self.out, "data-name", &format!("{}/~e", self.name));
        self.raw("><legend>More values</legend><div class=\"items\">");
        for (at, (key, value)) in entries.iter().enumerate() {
            let node = extra.node_for(key);
            self.entry(&at.to_string(), key, node.unwrap_or(&Node::json("Value")), Some(value));
        }
        self.raw("</div>");
        if let Some(editor) = &extra.editor
            && !self.read_only
        {
            let (template, conditional) = (self.template, self.conditional);
            self.raw("<template>");
            self.template = true;
            self.conditional = true;
            self.entry("~n", "", editor, None);
            self.template = template;
            self.raw("</template><button type=\"button\" class=\"add\" data-add hidden>Add a value</button>");
            self.raw("<noscript>");
            self.template = true;
            self.entry(&entries.len().to_string(), "", editor, None);
            self.template = template;
            self.conditional = conditional;
            self.raw("</noscript>");
        }
        self.raw("</fieldset>");
    }

    fn entry(&mut self, number: &str, key: &str, node: &Node, value: Option<&Value>) {
        let (pointer, name) = (self.pointer.len(), self.name.len());
        self.name.push_str("/~e/");
        self.name.push_str(number);
        self.raw("<div class=\"item entry\" data-item><label class=\"key\">Name <input type=\"text\" data-key name=\"");
        let key_name = format!("{}/~k", self.name);
        self.text(&key_name);
        self.raw("\"");
        if !key.is_empty() {
            html::attr(self.out, "value", key);
        }
        self.raw("></label>");
        crate::pointer::push(&mut self.pointer, key);
        self.name.push_str("/~v");
        self.node(node, value, Place { required: true, mandatory: false, item: false }, &[]);
        self.raw("<button type=\"button\" class=\"remove\" data-remove hidden>Remove</button></div>");
        self.pointer.truncate(pointer);
        self.name.truncate(name);
    }
}

/// Members that no field shows.
fn unnamed<'v>(object: &Object, value: &'v Value, chosen: &[u32]) -> Vec<(&'v String, &'v Value)> {
    let members = value.as_object().into_iter().flatten();
    members.filter(|(name, _)| !covers(object, name, chosen)).collect()
}

fn covers(object: &Object, name: &str, chosen: &[u32]) -> bool {
    object.fields.iter().any(|field| field.name == name)
        || object.groups.iter().any(|group| match group {
            Group::When(branch) => covers(&branch.part, name, chosen),
            Group::Choose(chooser) => chooser.alternatives.iter().any(|alternative| {
                chosen.contains(&alternative.id) && covers(&alternative.part, name, chosen)
            }),
        })
}

/// The alternative that an object is of: one that it satisfies, and that shows most of it.
pub(crate) fn chosen_part(
    document: &crate::document::Document<'_>,
    chooser: &Chooser<Object>,
    value: &Value,
) -> usize {
    let known = |part: &Object| {
        let members = value.as_object().into_iter().flatten();
        members.filter(|(name, member)| part.find(name).is_some_and(|node| suits(node, member))).count()
    };
    best(chooser, |test, part| (crate::eval::holds(document, test, value), known(part)))
}

/// The kind that a value is of.
pub(crate) fn chosen_kind(
    document: &crate::document::Document<'_>,
    chooser: &Chooser<Node>,
    value: &Value,
) -> usize {
    best(chooser, |test, node| (crate::eval::holds(document, test, value), usize::from(suits(node, value))))
}

fn best<T>(chooser: &Chooser<T>, score: impl Fn(&Value, &T) -> (bool, usize)) -> usize {
    let mut best = (0, (false, 0));
    for (at, alternative) in chooser.alternatives.iter().enumerate() {
        let score = score(&alternative.test, &alternative.part);
        if score > best.1 {
            best = (at, score);
        }
    }
    best.0
}

/// Whether a field is surely meant for a value.
fn suits(node: &Node, value: &Value) -> bool {
    match &node.kind {
        Kind::Text(_) => value.is_string(),
        Kind::Number(_) => value.is_number(),
        Kind::Choice(choice) => choice.find(value).is_some(),
        _ => super::fits(node, value),
    }
}
