//! Filters of paths: `?(@.price < 10 && @.name =~ /^a/i)`.

use regex::Regex;
use serde_json::Value;

use super::Step;
use super::parse::Reader;
use super::select::Walk;

/// A parsed filter.
#[derive(Debug, Clone)]
pub(crate) enum Filter {
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Vec<Step>),
    Compare(Operand, &'static str, Operand),
    Matches(Vec<Step>, Regex),
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Here(Vec<Step>),
    Literal(Value),
}

impl Filter {
    /// Whether a candidate stays.
    pub(super) fn accepts(&self, candidate: &Value, walk: &Walk) -> bool {
        match self {
            Self::And(all) => all.iter().all(|f| f.accepts(candidate, walk)),
            Self::Or(any) => any.iter().any(|f| f.accepts(candidate, walk)),
            Self::Not(inner) => !inner.accepts(candidate, walk),
            Self::Exists(steps) => !walk.many(candidate, steps).is_empty(),
            Self::Matches(steps, pattern) => walk
                .many(candidate, steps)
                .first()
                .and_then(|v| v.as_str())
                .is_some_and(|text| pattern.is_match(text)),
            Self::Compare(left, operator, right) => {
                match (left.value(candidate, walk), right.value(candidate, walk)) {
                    (Some(left), Some(right)) => compare(left, operator, right),
                    _ => false,
                }
            }
        }
    }
}

impl Operand {
    fn value<'v>(&'v self, candidate: &'v Value, walk: &Walk) -> Option<&'v Value> {
        match self {
            Self::Here(steps) => walk.many(candidate, steps).first().copied(),
            Self::Literal(value) => Some(value),
        }
    }
}

fn compare(left: &Value, operator: &str, right: &Value) -> bool {
    let order = match (left, right) {
        (Value::Number(l), Value::Number(r)) => l.as_f64().partial_cmp(&r.as_f64()),
        (Value::String(l), Value::String(r)) => Some(l.cmp(r)),
        _ => None,
    };
    match operator {
        "==" => order.map_or(left == right, std::cmp::Ordering::is_eq),
        "!=" => order.map_or(left != right, std::cmp::Ordering::is_ne),
        "<" => order.is_some_and(std::cmp::Ordering::is_lt),
        "<=" => order.is_some_and(std::cmp::Ordering::is_le),
        ">" => order.is_some_and(std::cmp::Ordering::is_gt),
        ">=" => order.is_some_and(std::cmp::Ordering::is_ge),
        "in" => right.as_array().is_some_and(|items| items.contains(left)),
        "nin" => right.as_array().is_some_and(|items| !items.contains(left)),
        _ => false,
    }
}

/// Reads a filter up to its closing parenthesis.
pub(super) fn parse(reader: &mut Reader<'_>) -> Result<Filter, String> {
    reader.deeper(disjunction)
}

fn disjunction(reader: &mut Reader<'_>) -> Result<Filter, String> {
    let mut any = vec![conjunction(reader)?];
    while eat(reader, "||") {
        any.push(conjunction(reader)?);
    }
    Ok(if any.len() == 1 { any.remove(0) } else { Filter::Or(any) })
}

fn conjunction(reader: &mut Reader<'_>) -> Result<Filter, String> {
    let mut all = vec![term(reader)?];
    while eat(reader, "&&") {
        all.push(term(reader)?);
    }
    Ok(if all.len() == 1 { all.remove(0) } else { Filter::And(all) })
}

fn term(reader: &mut Reader<'_>) -> Result<Filter, String> {
    if eat(reader, "!") {
        return Ok(Filter::Not(Box::new(reader.deeper(term)?)));
    }
    if eat(reader, "(") {
        let inner = parse(reader)?;
        return if eat(reader, ")") { Ok(inner) } else { Err("')' is missing".to_owned()) };
    }
    let left = operand(reader)?;
    if eat(reader, "=~") {
        let Operand::Here(steps) = left else { return Err("'=~' needs a path on its left".to_owned()) };
        return Ok(Filter::Matches(steps, pattern(reader)?));
    }
    for operator in ["==", "!=", "<=", ">=", "<", ">", "nin", "in"] {
        if eat(reader, operator) {
            return Ok(Filter::Compare(left, operator, operand(reader)?));
        }
    }
    match left {
        Operand::Here(steps) => Ok(Filter::Exists(steps)),
        Operand::Literal(_) => Err("a literal alone is no condition".to_owned()),
    }
}

fn operand(reader: &mut Reader<'_>) -> Result<Operand, String> {
    reader.skip_space();
    if reader.eat("@") {
        return reader.steps().map(Operand::Here);
    }
    literal(reader).map(Operand::Literal)
}

fn literal(reader: &mut Reader<'_>) -> Result<Value, String> {
    reader.skip_space();
    if reader.rest().starts_with(['\'', '"']) {
        return reader.quoted().map(Value::String);
    }
    if reader.eat("[") {
        let mut items = Vec::new();
        while !eat(reader, "]") {
            items.push(reader.deeper(literal)?);
            eat(reader, ",");
        }
        return Ok(Value::Array(items));
    }
    let word = reader.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
    serde_json::from_str(word).map_err(|_| format!("'{word}' is not a value"))
}

fn pattern(reader: &mut Reader<'_>) -> Result<Regex, String> {
    if !eat(reader, "/") {
        return Err("a pattern is written /…/".to_owned());
    }
    let end = reader.rest().find('/').ok_or("the pattern's closing '/' is missing")?;
    let source = &reader.rest()[..end];
    reader.at += end + 1;
    let flags = if reader.eat("i") { "(?i)" } else { "" };
    Regex::new(&format!("^{flags}(?:{source})$")).map_err(|error| error.to_string())
}

fn eat(reader: &mut Reader<'_>, token: &str) -> bool {
    reader.skip_space();
    reader.eat(token)
}
