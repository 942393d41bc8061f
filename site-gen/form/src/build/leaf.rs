//! Controls that hold one plain value.

use serde_json::{Value, json};

use crate::html_pattern::translate;
use crate::keywords::Keywords;
use crate::label::spoken;
use crate::node::{Choice, Kind, Number, Text, TextControl};

/// A text longer than this is typed on several lines.
const ONE_LINE: u64 = 120;

/// A constant or a list, whatever its type.
pub(super) fn fixed(map: &Keywords<'_>) -> Option<Kind> {
    if let Some(constant) = map.get("const") {
        return Some(match constant {
            Value::Bool(true) => Kind::Bool,
            other => Kind::Const(other.clone()),
        });
    }
    let Some(Value::Array(options)) = map.get("enum") else { return None };
    match options.as_slice() {
        [] => return Some(Kind::Json),
        [Value::Bool(a), Value::Bool(b)] if a != b => return Some(Kind::Bool),
        _ => {}
    }
    let names = map.get("enumNames").and_then(Value::as_array);
    let labelled = options
        .iter()
        .enumerate()
        .map(|(at, value)| {
            let name = names.and_then(|names| names.get(at)).and_then(Value::as_str);
            (value.clone(), name.map_or_else(|| option_label(value), str::to_owned))
        })
        .collect();
    Some(Kind::Choice(Choice::new(labelled)))
}

/// How an option without a title is called.
pub(super) fn option_label(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        other => spoken(other),
    }
}

/// Yes or no, as a list.
pub(super) fn two_states() -> Kind {
    states(&[json!(true), json!(false)])
}

/// Yes, no or null.
pub(super) fn three_states() -> Kind {
    states(&[json!(true), json!(false), Value::Null])
}

fn states(options: &[Value]) -> Kind {
    Kind::Choice(Choice::new(options.iter().map(|value| (value.clone(), spoken(value))).collect()))
}

/// A text control.
pub(super) fn text(map: &Keywords<'_>, suggestions: &[String]) -> Kind {
    let count = |key: &str| map.get(key).and_then(Value::as_u64);
    let max_length = count("maxLength");
    let format = map.get("format").and_then(Value::as_str);
    let long = max_length.is_some_and(|most| most > ONE_LINE)
        || map.has("contentMediaType")
        || matches!(format, Some("textarea" | "multiline" | "markdown"))
        || map.get("default").and_then(Value::as_str).is_some_and(|text| text.contains('\n'));
    let control = match format {
        Some("email") => TextControl::Email,
        Some("uri") => TextControl::Url,
        Some("date") => TextControl::Date,
        Some("date-time") => TextControl::DateTime,
        Some("time") => TextControl::Time,
        _ if long => TextControl::Area,
        _ => TextControl::Line,
    };
    Kind::Text(Text {
        control,
        min_length: count("minLength").filter(|least| *least > 0),
        max_length,
        pattern: map.get("pattern").and_then(Value::as_str).and_then(translate),
        suggestions: suggestions.to_vec(),
    })
}

/// A number control. Bounds are those that a number input can hold.
pub(super) fn number(map: &Keywords<'_>, integer: bool) -> Kind {
    let limit = |key: &str| map.get(key).and_then(Value::as_f64);
    let multiple = limit("multipleOf").filter(|step| *step > 0.0);
    // Below every integer above the bound; a fraction has no next one, so the server decides.
    let above = limit("exclusiveMinimum").filter(|_| integer).map(|bound| bound.floor() + 1.0);
    let below = limit("exclusiveMaximum").filter(|_| integer).map(|bound| bound.ceil() - 1.0);
    let least = limit("minimum").or(limit("exclusiveMinimum")).filter(|_| above.is_none());
    let most = limit("maximum").or(limit("exclusiveMaximum")).filter(|_| below.is_none());
    let min = above.map(|above| limit("minimum").map_or(above, |least| least.max(above))).or(least);
    let max = below.map(|below| limit("maximum").map_or(below, |most| most.min(below))).or(most);
    // Steps of a number input are counted from its minimum.
    let on_step =
        |bound: f64, round: fn(f64) -> f64| multiple.map_or(bound, |step| round(bound / step) * step);
    Kind::Number(Number {
        integer,
        min: min
            .map(|bound| if integer { bound.ceil() } else { bound })
            .map(|bound| on_step(bound, f64::ceil)),
        max: max
            .map(|bound| if integer { bound.floor() } else { bound })
            .map(|bound| on_step(bound, f64::floor)),
        multiple,
    })
}
