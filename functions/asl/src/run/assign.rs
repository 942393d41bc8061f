//! Works out what a state's fields say: selections, `Assign`, numbers and texts.

use std::sync::Arc;

use serde_json::{Value, json};

use super::Run;
use super::context::View;
use crate::data::jsonata::type_name;
use crate::data::jsonpath::Found;
use crate::data::template::not_found;
use crate::data::{Failure, Path, Template, too_deep};
use crate::definition::{Number, Selection, Text};

/// Variables to set when the state exits.
pub(super) type Assigned = Vec<(String, Arc<Value>)>;

impl Run<'_> {
    /// A template's value; `field` names it in messages.
    pub(super) fn evaluate(
        &self,
        frame: u64,
        template: &Template,
        view: View<'_>,
        field: &str,
    ) -> Result<Arc<Value>, Failure> {
        let value = self.look(frame, view, |scope| template.evaluate(scope, field))?;
        if too_deep(&value) {
            return Err(Failure::data_limit(self.state_of(frame).map_or("", |state| &state.name)));
        }
        Ok(Arc::new(value))
    }

    /// `InputPath` or `OutputPath` applied to a document.
    pub(super) fn select(
        &self,
        frame: u64,
        selection: &Selection,
        document: &Arc<Value>,
    ) -> Result<Arc<Value>, Failure> {
        match selection {
            Selection::Whole => Ok(Arc::clone(document)),
            Selection::Nothing => Ok(Arc::new(json!({}))),
            Selection::At(path) => self.look(frame, View::of(document), |scope| {
                path.get(scope).map(|found| Arc::new(found.into_value())).ok_or_else(|| {
                    let (source, why) = (&path.source, path.miss(scope));
                    Failure::runtime(format!("Invalid path '{source}' : {why}"))
                })
            }),
        }
    }

    /// Every variable's new value; none sees another one's. `place` leads to `Assign` where that is not
    /// the state's own.
    pub(super) fn assigned(
        &self,
        frame: u64,
        assign: &[(String, Template)],
        view: View<'_>,
        place: &str,
    ) -> Result<Assigned, Failure> {
        assign
            .iter()
            .map(|(name, template)| {
                let field = match template {
                    Template::Path(_) | Template::Call(_) => format!("{name}.$"),
                    _ => format!("{place}Assign/{name}"),
                };
                Ok((name.clone(), self.evaluate(frame, template, view, &field)?))
            })
            .collect()
    }

    /// The one place a path names, copied.
    pub(super) fn path_value(
        &self,
        frame: u64,
        path: &Path,
        view: View<'_>,
        field: &str,
    ) -> Result<Value, Failure> {
        self.look(frame, view, |scope| {
            path.get(scope).map(Found::into_value).ok_or_else(|| not_found(path, field, scope))
        })
    }

    /// A number that must be whole and not negative.
    pub(super) fn number(
        &self,
        frame: u64,
        number: &Number,
        view: View<'_>,
        field: &str,
    ) -> Result<f64, Failure> {
        // A text that spells a number will do, as on AWS.
        let whole = |value: &Value| {
            let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
            number.filter(|n| n.fract() == 0.0 && *n >= 0.0)
        };
        match number {
            Number::Fixed(number) => Ok(*number),
            Number::Path(path) => {
                let field = format!("{field}Path");
                let value = self.path_value(frame, path, view, &field)?;
                whole(&value).ok_or_else(|| {
                    let (source, shown) = (&path.source, shown(&value));
                    let negative = value.as_i64().is_some_and(|number| number < 0);
                    let what = if negative {
                        "references a negative value"
                    } else {
                        "cannot be parsed as a long value"
                    };
                    Failure::runtime(format!("The {field} parameter {what}: {source} == {shown}"))
                })
            }
            Number::Expression(template) => {
                let value = self.evaluate(frame, template, view, field)?;
                if !value.is_number() {
                    return Err(unexpected(template, field, "number", &value));
                }
                whole(&value).ok_or_else(|| {
                    let message =
                        format!("The {field} field cannot be parsed as a non-negative whole number: {value}");
                    Failure::query(message, Some(field))
                })
            }
        }
    }

    /// A text, if there is one; `suffixed` is the name of the field with a path.
    pub(super) fn text(
        &self,
        frame: u64,
        text: &Text,
        view: View<'_>,
        field: &str,
    ) -> Result<Option<String>, Failure> {
        let (value, field) = match text {
            Text::Absent => return Ok(None),
            Text::Fixed(text) => return Ok(Some(text.clone())),
            Text::Path(template) => {
                let field = format!("{field}Path");
                (self.evaluate(frame, template, view, &field)?, field)
            }
            Text::Expression(template) => (self.evaluate(frame, template, view, field)?, field.to_owned()),
        };
        match (&*value, text) {
            (Value::String(text), _) => Ok(Some(text.clone())),
            (other, Text::Expression(template)) => Err(unexpected(template, &field, "string", other)),
            (other, _) => {
                Err(Failure::runtime(format!("The {field} field must refer to a string but was: {other}")))
            }
        }
    }
}

/// A value as messages show it: a text without quotes.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// An expression has a value of another type than its field takes.
pub(super) fn unexpected(template: &Template, field: &str, wanted: &str, value: &Value) -> Failure {
    let what = match template {
        Template::Expression(expression) => {
            format!("JSONata expression '{}' specified for the field '{field}'", expression.source)
        }
        _ => format!("field '{field}'"),
    };
    let was = type_name(value);
    let message = format!(
        "The {what} returned an unexpected result type. Expected '{wanted}', but was '{was}' for value: {value}"
    );
    Failure::query(message, Some(field))
}
