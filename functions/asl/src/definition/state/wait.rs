//! Wait: exactly one way of saying until when.

use super::values::{number, text};
use crate::data::timestamp;
use crate::definition::fields::Fields;
use crate::definition::{Language, Text, Until};

/// Reads what only a Wait has.
pub(super) fn read(fields: &mut Fields<'_, '_>, language: Language) -> Option<Until> {
    let ways: &[&str] = match language {
        Language::JsonPath => &["SecondsPath", "Seconds", "TimestampPath", "Timestamp"],
        Language::Jsonata => &["Seconds", "Timestamp"],
    };
    fields.exactly_one(ways);
    if fields.has("Seconds") && fields.has("Timestamp") {
        fields.get("Timestamp");
    }
    if let Some(seconds) = number(fields, "Seconds", "SecondsPath", language, 0.0) {
        return Some(Until::Seconds(seconds));
    }
    match text(fields, "Timestamp", "TimestampPath", language) {
        Text::Absent => None,
        Text::Fixed(given) => {
            if timestamp::parse(&given).is_none() {
                fields.wrong("Timestamp", "String does not match RFC3339 timestamp");
            }
            Some(Until::Timestamp(Text::Fixed(given)))
        }
        other => Some(Until::Timestamp(other)),
    }
}
