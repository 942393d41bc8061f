//! Choice: the first rule that holds says where to go.

use std::cmp::Ordering;

use serde_json::Value;

use super::Step;
use crate::data::jsonpath::Found;
use crate::data::{Failure, Path, Scope, timestamp};
use crate::definition::choice::{Condition, Operand, Relation, Shape, Test, Type};
use crate::definition::{Language, Rule, State};
use crate::run::Run;
use crate::run::assign::unexpected;
use crate::run::context::View;
use crate::run::flow::Exit;

impl Run<'_> {
    pub(super) fn choice(
        &self,
        frame: u64,
        state: &State,
        rules: &[Rule],
        default: Option<&str>,
    ) -> Result<Step, Failure> {
        let input = self.input_of(frame);
        let selected = self.select(frame, &state.input_path, &input)?;
        let view = View::of(&input).rooted(&selected);
        for (index, rule) in rules.iter().enumerate() {
            let field = format!("Choices[{index}]/Condition");
            if !self.look(frame, view, |scope| holds(&rule.condition, scope, &field))? {
                continue;
            }
            let place = format!("Choices[{index}]/");
            let mut exit = Exit {
                assigned: self.assigned(frame, &rule.assign, view, &place)?,
                output: self.select(frame, &state.output_path, &selected)?,
                next: Some(rule.next.clone()),
            };
            if let (Some(template), Language::Jsonata) = (&rule.output, state.language) {
                exit.output = self.evaluate(frame, template, view, &format!("{place}Output"))?;
            }
            return Ok(Step::Exit(exit));
        }
        if let Some(next) = default {
            return self.through(frame, state, Some(next.to_owned())).map(Step::Exit);
        }
        let message = "Failed to transition out of the state. The state does not point to a next state.";
        let error = Some("States.NoChoiceMatched".to_owned());
        Err(Failure { error, ..Failure::runtime(message) })
    }
}

fn holds(condition: &Condition, scope: &Scope<'_>, field: &str) -> Result<bool, Failure> {
    match condition {
        Condition::And(parts) => {
            for part in parts {
                if !holds(part, scope, field)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Condition::Or(parts) => {
            for part in parts {
                if holds(part, scope, field)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Condition::Not(part) => holds(part, scope, field).map(|held| !held),
        Condition::Test { variable, test } => passes(variable, test, scope),
        Condition::Jsonata(template) => match template.evaluate(scope, field)? {
            Value::Bool(held) => Ok(held),
            other => Err(unexpected(template, field, "boolean", &other)),
        },
        Condition::Invalid => Ok(false),
    }
}

fn passes(variable: &Path, test: &Test, scope: &Scope<'_>) -> Result<bool, Failure> {
    let found = variable.get(scope);
    if let Test::Is(Shape::Present, wanted) = test {
        return Ok(found.is_some() == *wanted);
    }
    let left = found.ok_or_else(|| invalid(variable))?;
    let left = value_of(&left);
    match test {
        Test::Is(shape, wanted) => Ok(is(*shape, left) == *wanted),
        Test::Matches(pattern) => Ok(left.as_str().is_some_and(|text| like(text, pattern))),
        Test::Compare(kind, relation, Operand::Value(right)) => Ok(compare(*kind, *relation, left, right)),
        Test::Compare(kind, relation, Operand::Path(path)) => {
            let right = path.get(scope).ok_or_else(|| invalid(path))?;
            Ok(compare(*kind, *relation, left, value_of(&right)))
        }
    }
}

fn invalid(path: &Path) -> Failure {
    Failure::runtime(format!(
        "Invalid path '{}': The choice state's condition path references an invalid value.",
        path.source
    ))
}

/// What a comparison looks at: of many, the only one.
fn value_of<'v>(found: &Found<'v>) -> &'v Value {
    match found {
        Found::One(value) => value,
        Found::Many(values) => values.first().copied().unwrap_or(&Value::Null),
    }
}

fn is(shape: Shape, value: &Value) -> bool {
    match shape {
        Shape::Null => value.is_null(),
        Shape::Present => true,
        Shape::Numeric => Type::Numeric.holds(value),
        Shape::String => Type::String.holds(value),
        Shape::Boolean => Type::Boolean.holds(value),
        Shape::Timestamp => Type::Timestamp.holds(value),
    }
}

/// Values of another type compare as unequal, in every relation.
fn compare(kind: Type, relation: Relation, left: &Value, right: &Value) -> bool {
    let order = match kind {
        Type::String => left.as_str().zip(right.as_str()).map(|(l, r)| l.cmp(r)),
        Type::Numeric => left.as_f64().zip(right.as_f64()).and_then(|(l, r)| l.partial_cmp(&r)),
        Type::Boolean => left.as_bool().zip(right.as_bool()).map(|(l, r)| l.cmp(&r)),
        Type::Timestamp => {
            let at = |value: &Value| value.as_str().and_then(timestamp::parse);
            at(left).zip(at(right)).map(|(l, r)| l.cmp(&r))
        }
    };
    order.is_some_and(|order| match relation {
        Relation::Equals => order == Ordering::Equal,
        Relation::LessThan => order == Ordering::Less,
        Relation::GreaterThan => order == Ordering::Greater,
        Relation::LessThanEquals => order != Ordering::Greater,
        Relation::GreaterThanEquals => order != Ordering::Less,
    })
}

/// `StringMatches`: `*` stands for any text, `\*` for itself. Linear in the text for each `*`.
fn like(text: &str, pattern: &str) -> bool {
    let parts = literal_parts(pattern);
    let Some((first, rest)) = parts.split_first() else { return text.is_empty() };
    let Some(mut remaining) = text.strip_prefix(first.as_str()) else { return false };
    let Some((last, middle)) = rest.split_last() else { return remaining.is_empty() };
    for part in middle {
        let Some(at) = remaining.find(part.as_str()) else { return false };
        remaining = &remaining[at + part.len()..];
    }
    remaining.ends_with(last.as_str())
}

/// The texts between the stars.
fn literal_parts(pattern: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        let literal = match character {
            '*' => {
                parts.push(String::new());
                continue;
            }
            '\\' => characters.next().unwrap_or('\\'),
            other => other,
        };
        if let Some(part) = parts.last_mut() {
            part.push(literal);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        let check =
            |text: &str, pattern: &str, want: bool| assert_eq!(like(text, pattern), want, "{text} {pattern}");
        check("log-2026.txt", "log-*.txt", true);
        check("log-.txt", "log-*.txt", true);
        check("log.txt", "log-*.txt", false);
        check("abcab", "*ab", true);
        check("ab", "ab*ab", false);
        check("a*b", "a\\*b", true);
        check("axb", "a\\*b", false);
        check("", "*", true);
        check("", "", true);
        check("aXbYc", "a*b*c", true);
    }
}
