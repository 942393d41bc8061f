//! Payload templates: JSON with `"x.$": "path"` (JSONPath) or `"{% … %}"` (JSONata) in it.
//!
//! A template is compiled once; parts without an expression are kept whole.

use std::fmt::{Display, Write as _};

use serde_json::{Map, Value};

use super::failure::Failure;
use super::intrinsics::Call;
use super::jsonata::{self, Expression, Offered};
use super::jsonpath::{Found, Path};
use super::scope::Scope;
use crate::definition::pointer_token;

/// A compiled template.
#[derive(Debug, Clone)]
pub(crate) enum Template {
    Constant(Value),
    Object(Vec<(String, Template)>),
    Array(Vec<Template>),
    Path(Path),
    Call(Call),
    Expression(Expression),
}

/// The code of mistakes in a template's form.
const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";

/// A mistake in a template: of what kind, where below it, and what.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) code: &'static str,
    pub(crate) pointer: String,
    pub(crate) message: String,
}

impl Template {
    /// Compiles a JSONPath template.
    pub(crate) fn jsonpath(value: &Value, mistakes: &mut Vec<Mistake>) -> Self {
        compile(
            value,
            &mut String::new(),
            mistakes,
            &|name, value, mistakes, at| {
                let plain = name.strip_suffix(".$")?;
                let template =
                    value.as_str().ok_or(()).and_then(|text| Self::path_or_call(text).map_err(drop));
                Some((plain.to_owned(), template.unwrap_or_else(|()| {
                let message =
                    format!("The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call");
                mistakes.push(Mistake { code: SCHEMA, pointer: at.to_owned(), message });
                Self::Constant(Value::Null)
            })))
            },
            false,
        )
    }

    /// Compiles a JSONata template.
    pub(crate) fn jsonata(value: &Value, mistakes: &mut Vec<Mistake>) -> Self {
        compile(value, &mut String::new(), mistakes, &|_, _, _, _| None, true)
    }

    /// What its expressions read that is not offered where they stand: pointers below it, and messages.
    pub(crate) fn complaints(&self, offered: Offered) -> Vec<(String, String)> {
        match self {
            Self::Constant(_) | Self::Path(_) | Self::Call(_) => Vec::new(),
            Self::Expression(expression) => {
                expression.complaints(offered).into_iter().map(|message| (String::new(), message)).collect()
            }
            Self::Array(items) => {
                let items = items.iter().enumerate();
                items.flat_map(|(index, item)| below(index, item.complaints(offered))).collect()
            }
            Self::Object(members) => {
                let found = members.iter().map(|(name, member)| (name, member.complaints(offered)));
                found.flat_map(|(name, found)| below(pointer_token(name), found)).collect()
            }
        }
    }

    /// Reads a path or a call of an intrinsic function.
    pub(crate) fn path_or_call(text: &str) -> Result<Self, String> {
        if text.starts_with("States.") {
            Call::parse(text).map(Self::Call)
        } else {
            Path::parse(text).map(Self::Path)
        }
    }

    /// Works the template out; `field` names it in messages.
    pub(crate) fn evaluate(&self, scope: &Scope<'_>, field: &str) -> Result<Value, Failure> {
        match self {
            Self::Constant(value) => Ok(value.clone()),
            Self::Path(path) => {
                path.get(scope).map(Found::into_value).ok_or_else(|| not_found(path, field, scope))
            }
            Self::Call(call) => call.evaluate(scope).map_err(Failure::runtime),
            Self::Expression(expression) => expression.evaluate(scope, field),
            Self::Array(items) => {
                let items = items.iter().enumerate();
                items.map(|(index, item)| item.evaluate(scope, &format!("{field}[{index}]"))).collect()
            }
            Self::Object(members) => {
                let mut object = Map::with_capacity(members.len());
                for (name, member) in members {
                    let value = match member {
                        // AWS takes a place past the end of an array for null here, and only here.
                        Self::Path(path) if path.ends_past_an_array(scope) => Value::Null,
                        _ => member.evaluate(scope, &member.field(field, name))?,
                    };
                    object.insert(name.clone(), value);
                }
                Ok(Value::Object(object))
            }
        }
    }

    /// Adds the names of the variables it refers to.
    pub(crate) fn variables(&self, names: &mut std::collections::BTreeSet<String>) {
        match self {
            Self::Constant(_) => {}
            Self::Path(path) => names.extend(path.variable().map(str::to_owned)),
            Self::Call(call) => call.variables(names),
            Self::Expression(expression) => expression.variables(names),
            Self::Array(items) => {
                for item in items {
                    item.variables(names);
                }
            }
            Self::Object(members) => {
                for (_, member) in members {
                    member.variables(names);
                }
            }
        }
    }

    /// How messages name a member: JSONata by its place, JSONPath by its name.
    fn field(&self, parent: &str, name: &str) -> String {
        match self {
            Self::Path(_) | Self::Call(_) => format!("{name}.$"),
            _ => format!("{parent}/{name}"),
        }
    }
}

/// What AWS says when a path names nothing: what was looked at is the context object, or the input.
pub(crate) fn not_found(path: &Path, field: &str, scope: &Scope<'_>) -> Failure {
    let (path, input) = (path.within(), if path.is_of_context() { scope.context() } else { scope.root });
    Failure::runtime(format!(
        "The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{input}'"
    ))
}

/// What was found in a part, told of the whole.
fn below(token: impl Display, found: Vec<(String, String)>) -> Vec<(String, String)> {
    found.into_iter().map(|(at, message)| (format!("/{token}{at}"), message)).collect()
}

/// Mistakes in a member with a special name are reported at the object, as AWS does.
type Special<'s> = dyn Fn(&str, &Value, &mut Vec<Mistake>, &str) -> Option<(String, Template)> + 's;

fn compile(
    value: &Value,
    at: &mut String,
    mistakes: &mut Vec<Mistake>,
    special: &Special<'_>,
    expressions: bool,
) -> Template {
    let below = |token: &dyn Display, value: &Value, at: &mut String, mistakes: &mut Vec<Mistake>| {
        let length = at.len();
        // Writing to a String cannot fail.
        _ = write!(at, "/{token}");
        let template = compile(value, at, mistakes, special, expressions);
        at.truncate(length);
        template
    };
    match value {
        Value::Object(members) => {
            let mut compiled = Vec::with_capacity(members.len());
            for (name, member) in members {
                compiled.push(match special(name, member, mistakes, at) {
                    Some(done) => done,
                    None => (name.clone(), below(&pointer_token(name), member, at, mistakes)),
                });
            }
            object_or_constant(compiled, value)
        }
        Value::Array(items) => {
            let items: Vec<_> =
                items.iter().enumerate().map(|(index, item)| below(&index, item, at, mistakes)).collect();
            let constant = items.iter().all(|item| matches!(item, Template::Constant(_)));
            if constant { Template::Constant(value.clone()) } else { Template::Array(items) }
        }
        Value::String(text) if expressions => expression(text, at, mistakes),
        _ => Template::Constant(value.clone()),
    }
}

fn object_or_constant(members: Vec<(String, Template)>, value: &Value) -> Template {
    let constant = members.iter().all(|(_, member)| matches!(member, Template::Constant(_)));
    if constant { Template::Constant(value.clone()) } else { Template::Object(members) }
}

fn expression(text: &str, at: &str, mistakes: &mut Vec<Mistake>) -> Template {
    let mut wrong = |code, message: String| mistakes.push(Mistake { code, pointer: at.to_owned(), message });
    if let Some(source) = jsonata::delimited(text) {
        match Expression::parse(source) {
            Ok(expression) => return Template::Expression(expression),
            Err(message) => wrong("INVALID_JSONATA_EXPRESSION", message),
        }
    } else if text.starts_with("{%") || text.ends_with("%}") {
        wrong(SCHEMA, "JSONata string must start with {% and end with %}".to_owned());
    }
    Template::Constant(Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::data::scope::tests::with_scope;

    #[test]
    fn jsonpath_templates_fill_members_that_end_in_dollar() {
        let mut mistakes = Vec::new();
        let source = json!({"a.$": "$.x", "b": [{"c.$": "States.Format('{}!', $.x)"}], "d": "$.x"});
        let template = Template::jsonpath(&source, &mut mistakes);
        let got = with_scope(&json!({"x": 1}), &[].into(), |scope| template.evaluate(scope, "Parameters"));
        assert!(mistakes.is_empty());
        assert_eq!(got, Ok(json!({"a": 1, "b": [{"c": "1!"}], "d": "$.x"})));
    }

    #[test]
    fn jsonata_templates_fill_delimited_texts() {
        let mut mistakes = Vec::new();
        let source = json!({"a": "{% $states.input.x + 1 %}", "b": ["{% 'y' %}", "plain"]});
        let template = Template::jsonata(&source, &mut mistakes);
        let got = with_scope(&json!({"x": 1}), &[].into(), |scope| template.evaluate(scope, "Output"));
        assert_eq!(got, Ok(json!({"a": 2, "b": ["y", "plain"]})));
    }

    #[test]
    fn mistakes_have_places() {
        let mut mistakes = Vec::new();
        Template::jsonata(&json!({"a": [1, "{% ( %}"], "b": "{% 1"}), &mut mistakes);
        Template::jsonpath(&json!({"c": {"d.$": "no path"}}), &mut mistakes);
        let places: Vec<_> = mistakes.iter().map(|m| m.pointer.as_str()).collect();
        assert_eq!(places, ["/a/1", "/b", "/c"]);
    }
}
