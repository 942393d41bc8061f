//! Numbers and texts that are given as such, by a path, or by an expression.

use crate::data::jsonata;
use crate::definition::fields::Fields;
use crate::definition::{Language, Number, Text};

/// The longest wait or timeout, in seconds.
const LONGEST: f64 = 99_999_999.0;

/// A number, or the path or expression that gives it.
pub(super) fn number(
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    path_name: &'static str,
    language: Language,
    least: f64,
) -> Option<Number> {
    number_within(fields, name, path_name, language, (least, LONGEST))
}

/// The same with another upper limit.
pub(super) fn number_within(
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    path_name: &'static str,
    language: Language,
    (least, most): (f64, f64),
) -> Option<Number> {
    if language == Language::JsonPath && fields.has(path_name) {
        if fields.has(name) {
            fields.not_both(&[name, path_name]);
            fields.get(name);
        }
        return fields.reference_to_data(path_name).map(Number::Path);
    }
    let given = fields.get(name)?;
    if language == Language::Jsonata && given.as_str().is_some_and(|text| jsonata::delimited(text).is_some())
    {
        return fields.jsonata(name).map(Number::Expression);
    }
    let number = if name.contains("Percentage") {
        fields.number(name, least, most)
    } else {
        fields.whole_number(name, least, most)
    };
    number.map(Number::Fixed)
}

/// A text, or the path or expression that gives it.
pub(super) fn text(
    fields: &mut Fields<'_, '_>,
    name: &'static str,
    path_name: &'static str,
    language: Language,
) -> Text {
    if language == Language::JsonPath && fields.has(path_name) {
        if fields.has(name) {
            fields.not_both(&[name, path_name]);
            fields.get(name);
        }
        return fields.path_or_call(path_name).map_or(Text::Absent, Text::Path);
    }
    let Some(given) = fields.text(name) else { return Text::Absent };
    if language == Language::Jsonata && jsonata::delimited(given).is_some() {
        return fields.jsonata(name).map_or(Text::Absent, Text::Expression);
    }
    Text::Fixed(given.to_owned())
}
