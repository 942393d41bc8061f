//! Parameter schema to form to HTML, posted form to JSON, and one message for each field.
//!
//! 1. [`Schema::compile`] checks a JSON Schema (2020-12) and keeps it for [`Schema::validate`].
//! 2. [`Form::from_schema`] turns the same schema into a tree of fields.
//! 3. [`Form::render`] writes the fields as HTML that works without a script; [`blank`] does so at once.
//! 4. [`Form::read`] turns what the browser posts back into JSON, typed by the schema.
//! 5. [`Form::rows`] says a value in words, for previews and decisions; [`secrets()`] finds what must
//!    never be shown.
//!
//! Invariants: rendering a value, posting it unchanged and reading it gives the same JSON (secrets
//! and values of inactive branches excepted); a message never repeats what was submitted; a value
//! that a field cannot hold is shown again as it was typed, with an error, and never dropped.

mod build;
mod document;
mod eval;
mod form;
mod html;
mod html_pattern;
mod keywords;
mod label;
mod member;
mod merge;
mod node;
mod pointer;
mod read;
mod render;
mod rows;
mod schema;
mod secrets;

pub use form::{Form, blank};
pub use pointer::field_id;
pub use render::RenderOptions;
pub use rows::Row;
pub use schema::{FieldError, Schema, SchemaProblem};
pub use secrets::secrets;
