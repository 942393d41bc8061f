//! What a plain schema says of a value. None: it cannot be told here.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::{leaf, shape};
use crate::eval::{is_type, same};
use crate::member::member;

/// References that go deeper than this are left to the validator.
const DEEPEST: usize = 128;
/// So are schemas that would ask more often than this: references can multiply without end.
const MOST_SCHEMAS: usize = 1 << 20;

/// The verdict of a plain schema on a value without numbers beyond 2^53.
pub(super) fn of(schema: &Value, value: &Value) -> Option<bool> {
    let left = Cell::new(MOST_SCHEMAS);
    Judge { root: schema.as_object()?, depth: 0, left: &left }.schema(schema, value)
}

#[derive(Clone, Copy)]
struct Judge<'s> {
    root: &'s Map<String, Value>,
    depth: usize,
    left: &'s Cell<usize>,
}

impl Judge<'_> {
    fn schema(self, schema: &Value, value: &Value) -> Option<bool> {
        let left = self.left.get().checked_sub(1)?;
        self.left.set(left);
        match schema {
            Value::Bool(allowed) => Some(*allowed),
            Value::Object(map) if self.depth < DEEPEST => {
                let inner = Self { depth: self.depth + 1, ..self };
                every(map.iter().map(|(keyword, argument)| inner.keyword(map, keyword, argument, value)))
            }
            _ => None,
        }
    }

    fn keyword(
        self,
        map: &Map<String, Value>,
        keyword: &str,
        argument: &Value,
        value: &Value,
    ) -> Option<bool> {
        match keyword {
            "type" => Some(match argument {
                Value::String(name) => is_type(name, value),
                names => names.as_array()?.iter().filter_map(Value::as_str).any(|name| is_type(name, value)),
            }),
            "const" => Some(same(argument, value)),
            "enum" => Some(argument.as_array()?.iter().any(|option| same(option, value))),
            "$ref" => self.schema(shape::definition(argument.as_str()?, self.root)?, value),
            "allOf" => every(argument.as_array()?.iter().map(|schema| self.schema(schema, value))),
            "anyOf" => any(argument.as_array()?.iter().map(|schema| self.schema(schema, value))),
            "oneOf" => self.exactly_one(argument.as_array()?, value),
            "not" => self.schema(argument, value).map(|holds| !holds),
            "if" => {
                let branch = if self.schema(argument, value)? { "then" } else { "else" };
                member(map, branch).map_or(Some(true), |schema| self.schema(schema, value))
            }
            _ => match value {
                Value::String(text) => string(keyword, argument, value, text),
                Value::Number(_) => number(keyword, argument, value),
                Value::Array(items) => self.array(map, keyword, argument, items),
                Value::Object(members) => self.object(map, keyword, argument, members),
                Value::Null | Value::Bool(_) => Some(true),
            },
        }
    }

    fn exactly_one(self, schemas: &[Value], value: &Value) -> Option<bool> {
        let mut fitting = 0;
        for schema in schemas {
            fitting += usize::from(self.schema(schema, value)?);
        }
        Some(fitting == 1)
    }

    fn array(
        self,
        map: &Map<String, Value>,
        keyword: &str,
        argument: &Value,
        items: &[Value],
    ) -> Option<bool> {
        match keyword {
            "minItems" => Some(items.len() as u64 >= argument.as_u64()?),
            "maxItems" => Some(items.len() as u64 <= argument.as_u64()?),
            "prefixItems" => {
                every(argument.as_array()?.iter().zip(items).map(|(schema, item)| self.schema(schema, item)))
            }
            "items" => {
                let prefix = member(map, "prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                every(items.iter().skip(prefix).map(|item| self.schema(argument, item)))
            }
            // Long lists are left to the validator, which does not compare each with each.
            "uniqueItems" if *argument == Value::Bool(true) => (items.len() <= 64).then(|| {
                items.iter().enumerate().all(|(at, item)| !items[..at].iter().any(|other| same(other, item)))
            }),
            _ => Some(true),
        }
    }

    fn object(
        self,
        map: &Map<String, Value>,
        keyword: &str,
        argument: &Value,
        members: &Map<String, Value>,
    ) -> Option<bool> {
        match keyword {
            "properties" => every(argument.as_object()?.iter().map(|(name, schema)| {
                member(members, name).map_or(Some(true), |member| self.schema(schema, member))
            })),
            "additionalProperties" => {
                let declared = member(map, "properties").and_then(Value::as_object);
                let others =
                    members.iter().filter(|(name, _)| declared.is_none_or(|all| member(all, name).is_none()));
                every(others.map(|(_, member)| self.schema(argument, member)))
            }
            "propertyNames" => {
                every(members.keys().map(|name| self.schema(argument, &Value::String(name.clone()))))
            }
            "required" => Some(has_all(members, argument.as_array()?)),
            "dependentRequired" => every(argument.as_object()?.iter().map(|(name, needs)| {
                Some(member(members, name).is_none() || has_all(members, needs.as_array()?))
            })),
            "minProperties" => Some(members.len() as u64 >= argument.as_u64()?),
            "maxProperties" => Some(members.len() as u64 <= argument.as_u64()?),
            _ => Some(true),
        }
    }
}

fn string(keyword: &str, argument: &Value, value: &Value, text: &str) -> Option<bool> {
    match keyword {
        "minLength" => Some(text.chars().count() as u64 >= argument.as_u64()?),
        "maxLength" => Some(text.chars().count() as u64 <= argument.as_u64()?),
        "pattern" => leaf::accepts("pattern", argument, value),
        "format" => leaf::accepts("format", argument, value),
        _ => Some(true),
    }
}

/// Numbers here are within 2^53 on both sides, so doubles compare them exactly.
fn number(keyword: &str, argument: &Value, value: &Value) -> Option<bool> {
    let limit = |holds: fn(&f64, &f64) -> bool| Some(holds(&value.as_f64()?, &argument.as_f64()?));
    match keyword {
        "minimum" => limit(f64::ge),
        "maximum" => limit(f64::le),
        "exclusiveMinimum" => limit(f64::gt),
        "exclusiveMaximum" => limit(f64::lt),
        "multipleOf" => match (value.as_i64(), argument.as_i64()) {
            (Some(number), Some(step)) if step > 0 => Some(number % step == 0),
            _ => leaf::accepts("multipleOf", argument, value),
        },
        _ => Some(true),
    }
}

fn has_all(members: &Map<String, Value>, names: &[Value]) -> bool {
    names.iter().filter_map(Value::as_str).all(|name| member(members, name).is_some())
}

/// No as soon as one says no; otherwise only as certain as the least certain.
fn every(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for verdict in verdicts {
        match verdict {
            Some(false) => return verdict,
            None => all = None,
            Some(true) => {}
        }
    }
    all
}

fn any(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    every(verdicts.map(|verdict| verdict.map(|holds| !holds))).map(|none| !none)
}
