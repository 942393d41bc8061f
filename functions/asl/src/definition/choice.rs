//! `Choices`: rules with a JSONPath comparison tree or a JSONata condition.

use serde_json::Value;

use super::fields::Fields;
use super::pointer::Pointer;
use super::{Kind, Language, state};
use crate::data::{Path, Template, jsonata, timestamp};
use crate::diagnostic::Diagnostic;

/// One rule of a Choice.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) condition: Condition,
    pub(crate) next: String,
    pub(crate) assign: Vec<(String, Template)>,
    pub(crate) output: Option<Template>,
}

/// When a rule holds.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Test {
        variable: Path,
        test: Test,
    },
    Jsonata(Template),
    /// A rule that could not be read; the definition has a finding.
    Invalid,
}

/// A comparison of one value.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    Is(Shape, bool),
    Matches(String),
    Compare(Type, Relation, Operand),
}

/// What `IsString` and the like ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Null,
    Present,
    Numeric,
    String,
    Boolean,
    Timestamp,
}

/// Type of both sides of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    String,
    Numeric,
    Boolean,
    Timestamp,
}

/// How both sides must relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    Equals,
    LessThan,
    GreaterThan,
    LessThanEquals,
    GreaterThanEquals,
}

/// The right side of a comparison.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Value(Value),
    Path(Path),
}

/// Reads a Choice state.
pub(super) fn read(fields: &mut Fields<'_, '_>, language: Language) -> Kind {
    let pointer = fields.at("Choices");
    let list = fields.required_list("Choices");
    let mut rules = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        rules.extend(rule(value, language, &pointer.item(index), fields.diagnostics()));
    }
    Kind::Choice { rules, default: fields.text("Default").map(str::to_owned) }
}

fn rule(
    value: &Value,
    language: Language,
    pointer: &Pointer<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Rule> {
    let mut fields = Fields::open(value, pointer, diagnostics)?;
    let next = fields.required_text("Next").unwrap_or_default().to_owned();
    let assign = state::assign(&mut fields, language);
    let (condition, output) = match language {
        Language::Jsonata => (jsonata_condition(&mut fields), fields.jsonata("Output")),
        Language::JsonPath => (comparison(&mut fields), None),
    };
    fields.get("Comment");
    fields.close(|name| state::foreign(name, language));
    Some(Rule { condition, next, assign, output })
}

fn jsonata_condition(fields: &mut Fields<'_, '_>) -> Condition {
    fields.require("Condition");
    match fields.get("Condition") {
        None | Some(Value::Bool(_)) => {}
        Some(Value::String(text)) if jsonata::delimited(text).is_some() => {}
        Some(_) => fields.wrong("Condition", "JSONata string must start with {% and end with %}"),
    }
    fields.jsonata("Condition").map_or(Condition::Invalid, Condition::Jsonata)
}

/// Reads a comparison, or a combination of comparisons.
fn comparison(fields: &mut Fields<'_, '_>) -> Condition {
    for name in ["And", "Or"] {
        if !fields.has(name) {
            continue;
        }
        let pointer = fields.at(name);
        let list = fields.required_list(name);
        let parts: Vec<_> = list
            .iter()
            .enumerate()
            .filter_map(|(index, value)| inner(value, &pointer.item(index), fields.diagnostics()))
            .collect();
        return if name == "And" { Condition::And(parts) } else { Condition::Or(parts) };
    }
    let pointer = fields.at("Not");
    if let Some(value) = fields.get("Not") {
        let part = inner(value, &pointer, fields.diagnostics());
        return part.map_or(Condition::Invalid, |part| Condition::Not(Box::new(part)));
    }
    test(fields)
}

fn inner(value: &Value, pointer: &Pointer<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Condition> {
    let mut fields = Fields::open(value, pointer, diagnostics)?;
    let condition = comparison(&mut fields);
    fields.get("Comment");
    fields.close(|name| state::foreign(name, Language::JsonPath));
    Some(condition)
}

fn test(fields: &mut Fields<'_, '_>) -> Condition {
    if !fields.has("Variable") {
        fields.wrong_here(
            "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]",
        );
    }
    let variable = fields.reference("Variable");
    let given: Vec<_> = OPERATORS.into_iter().filter(|operator| fields.has(operator)).collect();
    if given.len() != 1 {
        fields.exactly_one(&OPERATORS);
    }
    let mut test = None;
    for operator in given {
        if let Some(value) = fields.get(operator) {
            test = parsed(operator, value, fields);
        }
    }
    match (variable, test) {
        (Some(variable), Some(test)) => Condition::Test { variable, test },
        _ => Condition::Invalid,
    }
}

/// Every operator of the language.
const OPERATORS: [&str; 39] = [
    "StringEquals",
    "StringEqualsPath",
    "StringLessThan",
    "StringLessThanPath",
    "StringGreaterThan",
    "StringGreaterThanPath",
    "StringLessThanEquals",
    "StringLessThanEqualsPath",
    "StringGreaterThanEquals",
    "StringGreaterThanEqualsPath",
    "StringMatches",
    "NumericEquals",
    "NumericEqualsPath",
    "NumericLessThan",
    "NumericLessThanPath",
    "NumericGreaterThan",
    "NumericGreaterThanPath",
    "NumericLessThanEquals",
    "NumericLessThanEqualsPath",
    "NumericGreaterThanEquals",
    "NumericGreaterThanEqualsPath",
    "BooleanEquals",
    "BooleanEqualsPath",
    "TimestampEquals",
    "TimestampEqualsPath",
    "TimestampLessThan",
    "TimestampLessThanPath",
    "TimestampGreaterThan",
    "TimestampGreaterThanPath",
    "TimestampLessThanEquals",
    "TimestampLessThanEqualsPath",
    "TimestampGreaterThanEquals",
    "TimestampGreaterThanEqualsPath",
    "IsNull",
    "IsPresent",
    "IsNumeric",
    "IsString",
    "IsBoolean",
    "IsTimestamp",
];

fn parsed(operator: &'static str, value: &Value, fields: &mut Fields<'_, '_>) -> Option<Test> {
    if let Some(shape) = operator.strip_prefix("Is").and_then(shape) {
        let wanted = value.as_bool();
        if wanted.is_none() {
            fields.wrong(operator, "Expected value of type Boolean");
        }
        return wanted.map(|wanted| Test::Is(shape, wanted));
    }
    if operator == "StringMatches" {
        return fields.text(operator).map(|pattern| Test::Matches(pattern.to_owned()));
    }
    let (kind, rest) = kind(operator)?;
    if let Some(relation) = rest.strip_suffix("Path") {
        return Some(Test::Compare(kind, relation_of(relation)?, Operand::Path(fields.reference(operator)?)));
    }
    if !kind.holds(value) {
        fields.wrong(operator, kind.wanted());
        return None;
    }
    Some(Test::Compare(kind, relation_of(rest)?, Operand::Value(value.clone())))
}

impl Type {
    /// What is said of a value that is not of the type.
    fn wanted(self) -> &'static str {
        match self {
            Self::String => "Expected value of type String",
            Self::Numeric => "Expected value of type Number",
            Self::Boolean => "Expected value of type Boolean",
            Self::Timestamp => "String does not match RFC3339 timestamp",
        }
    }

    /// Whether a value is of the type.
    pub(crate) fn holds(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Numeric => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Timestamp => value.as_str().is_some_and(|text| timestamp::parse(text).is_some()),
        }
    }
}

fn shape(name: &str) -> Option<Shape> {
    Some(match name {
        "Null" => Shape::Null,
        "Present" => Shape::Present,
        "Numeric" => Shape::Numeric,
        "String" => Shape::String,
        "Boolean" => Shape::Boolean,
        "Timestamp" => Shape::Timestamp,
        _ => return None,
    })
}

fn kind(operator: &str) -> Option<(Type, &str)> {
    let kinds = [
        ("String", Type::String),
        ("Numeric", Type::Numeric),
        ("Boolean", Type::Boolean),
        ("Timestamp", Type::Timestamp),
    ];
    kinds.into_iter().find_map(|(name, kind)| Some((kind, operator.strip_prefix(name)?)))
}

fn relation_of(name: &str) -> Option<Relation> {
    Some(match name {
        "Equals" => Relation::Equals,
        "LessThan" => Relation::LessThan,
        "GreaterThan" => Relation::GreaterThan,
        "LessThanEquals" => Relation::LessThanEquals,
        "GreaterThanEquals" => Relation::GreaterThanEquals,
        _ => return None,
    })
}
