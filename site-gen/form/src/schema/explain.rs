//! What is wrong with a value, at the field where it can be mended.
//!
//! 1. Every error of the validator, with its place.
//! 2. Of alternatives that all fail, the one the value was most likely meant for speaks.
//! 3. A missing property is an error of that property; so is an unexpected one.
//! 4. Whole numbers that do not survive JSON are errors of ours.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::exact::is_large;
use super::{FieldError, Judge, words};
use crate::label::humanise;
use crate::pointer;

/// Everything that is wrong.
pub(super) fn explain(judge: &Judge, value: &Value) -> Vec<FieldError> {
    let mut speaker = Speaker { judge, value, errors: Vec::new() };
    speaker.large(value, &mut String::new());
    if !judge.validator.is_valid(value) {
        for error in judge.validator.iter_errors(value) {
            speaker.error(&error);
        }
    }
    speaker.errors
}

struct Speaker<'a> {
    judge: &'a Judge,
    value: &'a Value,
    errors: Vec<FieldError>,
}

impl Speaker<'_> {
    fn error(&mut self, error: &ValidationError<'_>) {
        let at = error.instance_path().to_string();
        match error.kind() {
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                self.alternatives(error, &at, context);
            }
            Kind::Required { property } => {
                let at = pointer::join(&at, property.as_str().unwrap_or_default());
                let message = format!("{} is required", self.title(&at));
                self.push(at, "required", message);
            }
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                for name in unexpected {
                    self.push(pointer::join(&at, name), error.kind().keyword(), words::UNEXPECTED.to_owned());
                }
            }
            // With nothing but `false`, the validator speaks of the object as a whole.
            Kind::FalseSchema if forbids_all(error) => {
                let object = self.value.pointer(&at).and_then(Value::as_object);
                for name in object.into_iter().flat_map(serde_json::Map::keys) {
                    self.push(pointer::join(&at, name), "additionalProperties", words::UNEXPECTED.to_owned());
                }
            }
            Kind::PropertyNames { error: inner } => {
                let name = inner.instance().as_str().unwrap_or_default();
                let message = format!("This name is not allowed: {}", words::lower(&words::of(inner, None)));
                self.push(pointer::join(&at, name), "propertyNames", message);
            }
            _ => self.plain(error, at),
        }
    }

    fn plain(&mut self, error: &ValidationError<'_>, at: String) {
        // The schema beside the keyword has examples and titles for the message.
        let path = error.schema_path().to_string();
        let beside = path.rsplit_once('/').and_then(|(parent, _)| {
            if parent.is_empty() {
                Some(self.judge.document.root())
            } else {
                self.judge.document.root().pointer(parent)
            }
        });
        let message = words::of(error, beside);
        self.push(at, error.kind().keyword(), message);
    }

    /// The alternative that comes closest says what is missing; when all are constants, the list does.
    fn alternatives(
        &mut self,
        error: &ValidationError<'_>,
        at: &str,
        context: &[Vec<ValidationError<'static>>],
    ) {
        let keyword = error.kind().keyword();
        if let Some(message) = words::pick_one(context, &self.beside(error)) {
            self.push(at.to_owned(), keyword, message);
            return;
        }
        let closest =
            context.iter().filter(|errors| !errors.is_empty()).min_by_key(|errors| distance(errors, at));
        match closest {
            Some(errors) if !context.is_empty() && is_candidate(errors, at) => {
                for error in errors {
                    self.error(error);
                }
            }
            _ => self.push(at.to_owned(), keyword, words::NO_ALTERNATIVE.to_owned()),
        }
    }

    /// The alternatives, for their titles.
    fn beside(&self, error: &ValidationError<'_>) -> Vec<Value> {
        let list = self.judge.document.root().pointer(error.schema_path().as_str());
        list.and_then(Value::as_array).cloned().unwrap_or_default()
    }

    /// Whole numbers that other readers of JSON would change.
    fn large(&mut self, value: &Value, at: &mut String) {
        match value {
            // What the schema says matters only to numbers that are too large one way or the other.
            Value::Number(_) if is_large(value, true) || is_large(value, false) => {
                let whole = self.subschemas(at).iter().any(|schema| {
                    schema
                        .get("type")
                        .is_some_and(|names| crate::merge::type_names(names).contains(&"integer"))
                });
                if is_large(value, whole) {
                    self.push(at.clone(), "integer", words::TOO_LARGE.to_owned());
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let length = at.len();
                    pointer::push(at, &index.to_string());
                    self.large(item, at);
                    at.truncate(length);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let length = at.len();
                    pointer::push(at, name);
                    self.large(member, at);
                    at.truncate(length);
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, pointer: String, keyword: &str, message: String) {
        let error = FieldError { pointer, keyword: keyword.to_owned(), message };
        if !self.errors.iter().any(|other| other.pointer == error.pointer && other.message == error.message) {
            self.errors.push(error);
        }
    }

    /// What the value at a pointer is called.
    fn title(&self, at: &str) -> String {
        let schemas = self.subschemas(at);
        let title = schemas.iter().find_map(|schema| schema.get("title").and_then(Value::as_str));
        title.map_or_else(
            || {
                let last = pointer::segments(at).last().unwrap_or_default();
                if last.parse::<usize>().is_ok() { "This item".to_owned() } else { humanise(&last) }
            },
            str::to_owned,
        )
    }

    /// Every subschema that may speak of the value at a pointer.
    fn subschemas(&self, at: &str) -> Vec<&Value> {
        let mut here = self.applied(self.judge.document.root());
        for segment in pointer::segments(at) {
            let mut next: Vec<&Value> = Vec::new();
            for schema in here {
                let item = segment.parse::<usize>().ok();
                let declared = schema.get("properties").and_then(|properties| properties.get(&segment));
                let tuple = item.and_then(|index| schema.get("prefixItems")?.get(index));
                let items = item.and_then(|_| schema.get("items"));
                let other = schema.get("additionalProperties").filter(|_| declared.is_none());
                for schema in declared.into_iter().chain(tuple).chain(items).chain(other) {
                    next.extend(self.applied(schema));
                }
            }
            here = next;
        }
        here
    }

    /// A schema and those that apply in the same place.
    fn applied<'s>(&'s self, schema: &'s Value) -> Vec<&'s Value> {
        let mut all = vec![schema];
        let mut at = 0;
        while at < all.len() && all.len() < 256 {
            let schema = all[at];
            let target = schema.get("$ref").and_then(Value::as_str);
            let mut more: Vec<&Value> =
                target.and_then(|r| self.judge.document.resolve(r)).into_iter().collect();
            for key in ["allOf", "anyOf", "oneOf"] {
                more.extend(schema.get(key).and_then(Value::as_array).into_iter().flatten());
            }
            more.extend(["then", "else"].iter().filter_map(|key| schema.get(*key)));
            for key in ["dependentSchemas", "dependencies"] {
                more.extend(
                    schema.get(key).and_then(Value::as_object).into_iter().flat_map(|map| map.values()),
                );
            }
            for schema in more {
                if !all.iter().any(|seen| std::ptr::eq(*seen, schema)) {
                    all.push(schema);
                }
            }
            at += 1;
        }
        all
    }
}

/// Whether an object may have no property at all.
fn forbids_all(error: &ValidationError<'_>) -> bool {
    let path = error.schema_path().as_str();
    path.ends_with("/additionalProperties") && !path.ends_with("properties/additionalProperties")
}

/// How far a value is from an alternative: another type first, another constant next, then the
/// number of errors.
fn distance(errors: &[ValidationError<'static>], at: &str) -> (bool, usize, usize) {
    let elsewhere = errors.iter().any(|error| !is_candidate(std::slice::from_ref(error), at));
    let apart = errors
        .iter()
        .filter(|error| matches!(error.kind(), Kind::Constant { .. } | Kind::Enum { .. } | Kind::FalseSchema))
        .count();
    (elsewhere, apart, errors.len())
}

/// Whether errors are about parts of the value rather than about what it is altogether.
fn is_candidate(errors: &[ValidationError<'static>], at: &str) -> bool {
    !errors.iter().any(|error| {
        let here = error.instance_path().as_str() == at;
        here && matches!(
            error.kind(),
            Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. } | Kind::FalseSchema
        )
    })
}
