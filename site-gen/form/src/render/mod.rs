//! Fields as HTML, written straight into one string.
//!
//! Each field is `<div class="field" data-pointer id>` with label, help, control and error; groups
//! are `<fieldset>`s. Conditional parts are all there, with their condition as data: a browser
//! without scripts shows them and the server decides, `form.js` hides what does not apply.

mod array;
mod choice;
mod control;
mod field;
mod object;

use serde_json::Value;

pub(crate) use control::has_shape;
pub(crate) use object::chosen_kind;

use crate::document::Document;
use crate::node::{Kind, Node};
use crate::schema::FieldError;
use crate::{html, pointer};

/// What to show in the fields.
#[derive(Debug, Clone, Copy, Default)]
pub struct RenderOptions<'a> {
    /// The value to show; the defaults when absent.
    pub values: Option<&'a Value>,
    /// Errors to show at their fields.
    pub errors: &'a [FieldError],
}

/// Writes a form's fields.
pub(crate) fn form(document: &Document<'_>, root: &Node, out: &mut String, options: &RenderOptions<'_>) {
    let defaults;
    let value = if let Some(value) = options.values {
        value
    } else {
        defaults = crate::form::defaults(root);
        &defaults
    };
    let start = out.len();
    let mut painter = Painter {
        document,
        out,
        errors: options.errors,
        shown: vec![false; options.errors.len()],
        pointer: String::new(),
        name: String::new(),
        suffix: String::new(),
        conditional: false,
        fresh: options.values.is_none(),
        read_only: false,
        template: false,
        number: None,
    };
    match &root.kind {
        Kind::Object(object) if value.is_object() => painter.root(object, value),
        _ => {
            painter.name = format!("/{}", crate::read::ROOT);
            let place = Place { required: true, mandatory: true, item: false };
            painter.node(root, Some(value), place, &[]);
        }
    }
    painter.unplaced(start);
}

/// Where a field stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Its object or list must have it.
    required: bool,
    /// So must every object around it: leaving it blank is an error.
    mandatory: bool,
    /// An item of a list, there because somebody added it.
    item: bool,
}

/// Writes and remembers where it is.
#[expect(clippy::struct_excessive_bools, reason = "each is a separate fact about the place")]
struct Painter<'a> {
    document: &'a Document<'a>,
    out: &'a mut String,
    errors: &'a [FieldError],
    shown: Vec<bool>,
    /// The value's pointer.
    pointer: String,
    /// The control's name: the pointer, except inside a key/value editor.
    name: String,
    /// Keeps ids apart while several branches hold the same field.
    suffix: String,
    /// Inside a branch: the script decides what is required.
    conditional: bool,
    /// Absent values show their default.
    fresh: bool,
    read_only: bool,
    /// Inside a `<template>`.
    template: bool,
    /// The number of the item whose label comes next.
    number: Option<String>,
}

impl Painter<'_> {
    /// Goes one segment down, runs, and comes back.
    fn at(&mut self, segment: &str, run: impl FnOnce(&mut Self)) {
        let (pointer, name) = (self.pointer.len(), self.name.len());
        pointer::push(&mut self.pointer, segment);
        pointer::push(&mut self.name, segment);
        run(self);
        self.pointer.truncate(pointer);
        self.name.truncate(name);
    }

    /// Appends `prefix`, the encoded pointer and what keeps it apart: an id without quotes.
    fn id(&mut self, prefix: &str) {
        self.out.push_str(prefix);
        // Inside an editor the name is unique where the pointer is not known yet.
        pointer::encode(self.out, &self.name);
        self.out.push_str(&self.suffix);
    }

    fn id_attr(&mut self, attribute: &str, prefix: &str) {
        self.out.push(' ');
        self.out.push_str(attribute);
        self.out.push_str("=\"");
        self.id(prefix);
        self.out.push('"');
    }

    fn name_attr(&mut self) {
        html::attr(self.out, "name", &self.name);
    }

    fn text(&mut self, raw: &str) {
        html::text(self.out, raw);
    }

    fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// A hidden input under this field's name and a segment of the form's own.
    fn meta(&mut self, segment: &str, value: &str) {
        self.raw("<input type=\"hidden\" name=\"");
        html::text(self.out, &self.name);
        self.raw(segment);
        self.raw("\"");
        html::attr(self.out, "value", value);
        self.raw(">");
    }

    /// Messages for the value here, and for what is inside it when `deep`.
    fn errors_here(&mut self, deep: bool) -> Vec<String> {
        let mut messages = Vec::new();
        if self.template {
            return messages;
        }
        for (at, error) in self.errors.iter().enumerate() {
            let Some(rest) = error.pointer.strip_prefix(self.pointer.as_str()) else { continue };
            let inside = deep && rest.starts_with('/');
            // A message belongs to one field, unless branches repeat it.
            if !(rest.is_empty() || inside) || (self.shown[at] && self.suffix.is_empty() && inside) {
                continue;
            }
            self.shown[at] = true;
            let message =
                if inside { format!("{}: {}", &rest[1..], error.message) } else { error.message.clone() };
            if !messages.contains(&message) {
                messages.push(message);
            }
        }
        messages
    }

    /// Errors that no field has shown go first: nothing is lost.
    fn unplaced(&mut self, start: usize) {
        if self.shown.iter().all(|shown| *shown) {
            return;
        }
        let mut list = String::new();
        for (error, _) in self.errors.iter().zip(&self.shown).filter(|(_, shown)| !**shown) {
            list.push_str("<p class=\"field-error\"");
            html::attr(&mut list, "data-pointer", &error.pointer);
            list.push('>');
            html::text(&mut list, &error.message);
            list.push_str("</p>");
        }
        self.out.insert_str(start, &list);
    }
}

/// Whether a field of this kind can show a value, or needs JSON text for it.
pub(crate) fn fits(node: &Node, value: &Value) -> bool {
    match &node.kind {
        Kind::Object(_) => value.is_object(),
        Kind::Array(_) => value.is_array(),
        Kind::Many(choice) => value.as_array().is_some_and(|items| {
            items.iter().enumerate().all(|(at, item)| {
                choice.find(item).is_some() && !items[..at].iter().any(|other| crate::eval::same(item, other))
            })
        }),
        Kind::Bool => value.is_boolean(),
        Kind::Const(constant) => crate::eval::same(constant, value),
        Kind::Text(_) | Kind::Number(_) => !value.is_object() && !value.is_array() && !value.is_boolean(),
        Kind::Choice(_) | Kind::Union(_) | Kind::Json => true,
    }
}
