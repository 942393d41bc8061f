//! One text becomes one value.

use serde_json::{Number, Value};

use super::{Got, Posted, Reader};
use crate::node::{Choice, Kind, Node, TextControl};
use crate::render::has_shape;

/// The largest whole number that JSON readers everywhere keep exactly.
pub(crate) const LARGEST: u64 = (1 << 53) - 1;

impl Reader<'_> {
    pub(super) fn scalar(&mut self, node: &Node, at: &Posted, scope: &[u32], required: bool) -> Option<Got> {
        match &node.kind {
            Kind::Many(choice) => return many(choice, at, scope, required),
            Kind::Bool => return Self::boolean(node, at, scope),
            Kind::Const(constant) => return constant_of(constant, at, scope, required),
            Kind::Json => return self.json(at, scope),
            _ => {}
        }
        if at.has_children() && at.leaf(scope).is_none() {
            return raw(at, scope);
        }
        let text = at.leaf(scope).filter(|text| !text.is_empty())?;
        let value = match &node.kind {
            Kind::Number(number) => {
                numeric(text, number.integer).unwrap_or_else(|| Value::String(text.to_owned()))
            }
            Kind::Choice(choice) => chosen(choice, text),
            Kind::Text(control) => Value::String(spelled(control.control, text)),
            _ => Value::String(text.to_owned()),
        };
        Some(Got::meant(value))
    }

    fn boolean(node: &Node, at: &Posted, scope: &[u32]) -> Option<Got> {
        match at.leaf(scope) {
            Some("true" | "on") => Some(Got::meant(Value::Bool(true))),
            Some("false") => Some(Got::meant(Value::Bool(false))),
            // The form said that an unticked box stands for no answer here.
            None | Some("") if at.own("~b").and_then(|child| child.leaf(scope)) == Some("absent") => None,
            None | Some("") if node.default == Some(Value::Bool(true)) => {
                Some(Got::meant(Value::Bool(false)))
            }
            None | Some("") => Some(Got::faint(Value::Bool(false))),
            Some(text) => Some(Got::meant(loose(text))),
        }
    }

    /// Strict JSON. Text that is not JSON is kept as it was typed and reported.
    pub(super) fn json(&mut self, at: &Posted, scope: &[u32]) -> Option<Got> {
        let Some(text) = at.leaf(scope).filter(|text| !text.trim().is_empty()) else {
            return at.has_children().then(|| raw(at, scope)).flatten();
        };
        Some(Got::meant(strict(text).unwrap_or_else(|problem| {
            self.fault("json", problem);
            Value::String(text.to_owned())
        })))
    }
}

/// Checks what plain parsing would let through: names given twice, numbers that lose digits.
fn strict(text: &str) -> Result<Value, &'static str> {
    let value: Value = serde_json::from_str(text).map_err(|_| "Is not valid JSON")?;
    match crate::schema::lossy(text, &value) {
        Some(problem) => Err(problem),
        None => Ok(value),
    }
}

/// Whether a text is JSON that loses nothing.
pub(crate) fn is_json(text: &str) -> bool {
    strict(text).is_ok()
}

/// JSON when it is, text otherwise.
pub(super) fn loose(text: &str) -> Value {
    strict(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

/// Values posted below a field that holds none: kept, so that validation names them.
pub(super) fn raw(at: &Posted, scope: &[u32]) -> Option<Got> {
    let mut members = serde_json::Map::new();
    for name in at.names() {
        let Some(child) = at.child(name) else { continue };
        let value = match child.leaf(scope) {
            Some(text) if !text.is_empty() => Some(loose(text)),
            _ => raw(child, scope).map(|got| got.value),
        };
        members.extend(value.map(|value| (name.to_owned(), value)));
    }
    if members.is_empty() { None } else { Some(Got::meant(Value::Object(members))) }
}

fn many(choice: &Choice, at: &Posted, scope: &[u32], required: bool) -> Option<Got> {
    let texts: Vec<&str> = at.leaves(scope).filter(|text| !text.is_empty()).collect();
    // The whole list as JSON: from a link, or shown so because it did not fit.
    if let [one] = texts.as_slice()
        && choice.options.iter().all(|option| option.code != *one)
        && let Ok(list @ Value::Array(_)) = strict(one)
    {
        return Some(Got::meant(list));
    }
    let mut items: Vec<Value> = texts.into_iter().map(|text| chosen(choice, text)).collect();
    let mut numbers: Vec<usize> = at.names().filter_map(|name| name.parse().ok()).collect();
    numbers.sort_unstable();
    for number in numbers {
        let text = at.child(&number.to_string()).and_then(|child| child.leaf(scope));
        items.extend(text.filter(|text| !text.is_empty()).map(|text| chosen(choice, text)));
    }
    if !items.is_empty() {
        return Some(Got::meant(Value::Array(items)));
    }
    if required { Some(Got::faint(Value::Array(items))) } else { None }
}

fn constant_of(constant: &Value, at: &Posted, scope: &[u32], required: bool) -> Option<Got> {
    match at.leaf(scope) {
        Some(text) if !text.is_empty() => {
            let given = loose(text);
            // A value that is not the constant was put there by hand: validation says so.
            let meant = if given.is_string() || !crate::eval::same(&given, constant) {
                if crate::eval::same(&given, constant) { constant.clone() } else { given }
            } else {
                constant.clone()
            };
            if required && meant == *constant { Some(Got::faint(meant)) } else { Some(Got::meant(meant)) }
        }
        _ if required => Some(Got::faint(constant.clone())),
        _ => None,
    }
}

fn chosen(choice: &Choice, text: &str) -> Value {
    if let Some(option) = choice.options.iter().find(|option| option.code == text) {
        return option.value.clone();
    }
    let given = if choice.json { loose(text) } else { Value::String(text.to_owned()) };
    choice.find(&given).map_or(given, |option| option.value.clone())
}

/// A number as typed, when JSON can keep it exactly.
fn numeric(text: &str, integer: bool) -> Option<Value> {
    let text = text.trim();
    let digits = text.trim_start_matches(['+', '-']);
    if !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-')) {
        return None;
    }
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && text != "-0" {
        let whole: i64 = text.parse().ok()?;
        return (whole.unsigned_abs() <= LARGEST).then(|| Value::Number(whole.into()));
    }
    let number: f64 = text.parse().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "2^53 - 1 is exact in a double")]
    let exact = !integer || number.abs() <= LARGEST as f64;
    Number::from_f64(number).filter(|_| exact).map(Value::Number)
}

/// Undoes what an input does to a text: line ends, and times without a zone, which are UTC.
fn spelled(control: TextControl, text: &str) -> String {
    let local = |shapes: [&str; 2]| shapes.iter().position(|shape| has_shape(text, shape));
    let zoned = match control {
        TextControl::DateTime => local(["0000-00-00T00:00", "0000-00-00T00:00:00"]),
        TextControl::Time => local(["00:00", "00:00:00"]),
        _ => return if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_owned() },
    };
    match zoned {
        Some(0) => format!("{text}:00Z"),
        Some(_) => format!("{text}Z"),
        None => text.to_owned(),
    }
}
