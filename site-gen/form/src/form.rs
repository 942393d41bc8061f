//! The form of a schema: what the other modules do, under one name.

use serde_json::{Map, Value};

use crate::document::Document;
use crate::node::{Kind, Node, Object};
use crate::render::RenderOptions;
use crate::rows::Row;
use crate::schema::FieldError;
use crate::{build, read, render, rows};

/// A schema as a tree of fields. Build it once and use it for every request.
#[derive(Debug, Clone)]
pub struct Form {
    pub(crate) document: Document<'static>,
    pub(crate) root: Node,
}

impl Form {
    /// Builds the form of a schema. What no control can hold becomes a field for JSON text, so this
    /// cannot fail; whether the schema itself is sound is what [`crate::Schema::compile`] says.
    pub fn from_schema(schema: &Value) -> Self {
        let document = Document::new(schema.clone());
        let root = build::build(&document);
        Self { document, root }
    }

    /// The fields as HTML, without the `<form>` around them.
    pub fn render(&self, options: &RenderOptions<'_>) -> String {
        let mut out = String::with_capacity(8 * 1024);
        self.render_into(&mut out, options);
        out
    }

    /// Appends the fields as HTML.
    pub fn render_into(&self, out: &mut String, options: &RenderOptions<'_>) {
        render::form(&self.document, &self.root, out, options);
    }

    /// What was posted, as JSON: typed by the schema, without the branches that are not active and
    /// without what was left blank. Text that is not of the field's type stays text, so that
    /// validation finds it and the form can show it again.
    pub fn read(&self, pairs: &[(String, String)]) -> Value {
        read::posted(self, pairs).0
    }

    /// As [`Form::read`], with an error for each field whose text could not be read at all, such as
    /// JSON with a missing bracket. Show these beside the errors of validation.
    pub fn read_with_errors(&self, pairs: &[(String, String)]) -> (Value, Vec<FieldError>) {
        read::posted(self, pairs)
    }

    /// The defaults with what a link's query gives on top. Secrets in a link are ignored: an
    /// address is kept in histories and logs.
    pub fn prefill(&self, pairs: &[(String, String)]) -> Value {
        read::prefilled(self, pairs)
    }

    /// The value of a form that nobody has filled in.
    pub fn defaults(&self) -> Value {
        defaults(&self.root)
    }

    /// A value in words, one line for each thing that was given.
    pub fn rows(&self, value: &Value) -> Vec<Row> {
        rows::rows(self, value)
    }
}

/// The fields of a form that nobody has filled in, as HTML: for pages that are written once, which need
/// nothing else of the form. As [`Form::render`], without a copy of the schema.
pub fn blank(schema: &Value) -> String {
    let document = Document::of(schema);
    let mut out = String::with_capacity(16 * 1024);
    render::form(&document, &build::build(&document), &mut out, &RenderOptions::default());
    out
}

/// The value of a form that nobody has filled in.
pub(crate) fn defaults(root: &Node) -> Value {
    default_of(root).unwrap_or_else(|| Value::Object(Map::new()))
}

/// The default of a field, with those of the fields inside it.
pub(crate) fn default_of(node: &Node) -> Option<Value> {
    if node.secret {
        return None;
    }
    let Kind::Object(object) = &node.kind else {
        return node.default.clone();
    };
    let mut members = match &node.default {
        Some(Value::Object(members)) => members.clone(),
        _ => Map::new(),
    };
    field_defaults(object, &mut members);
    (!members.is_empty() || node.default.is_some()).then_some(Value::Object(members))
}

fn field_defaults(object: &Object, members: &mut Map<String, Value>) {
    for field in &object.fields {
        if !members.contains_key(&field.name)
            && let Some(value) = default_of(&field.node)
        {
            members.insert(field.name.clone(), value);
        }
    }
}
