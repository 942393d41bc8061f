//! ISO 8601 durations, as owners write them: `PT4H`, `P2D`.

use std::borrow::Cow;

use jiff::{Span, SpanRelativeTo};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A positive duration of days, hours, minutes and seconds; a day is 24 hours.
///
/// Years and months are refused: how long they are depends on when they start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IsoDuration {
    text: String,
    seconds: u64,
}

impl IsoDuration {
    /// Reads ISO 8601 text.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        // jiff also reads `4h`, which no other reader of the catalog would.
        let iso = text.starts_with('P').then(|| text.parse().ok()).flatten();
        let span: Span = iso.ok_or_else(|| invalid(text, "is not an ISO 8601 duration"))?;
        if span.get_years() != 0 || span.get_months() != 0 {
            return Err(invalid(text, "has years or months, whose length varies"));
        }
        let exact = span
            .to_duration(SpanRelativeTo::days_are_24_hours())
            .map_err(|_| invalid(text, "is too long"))?;
        match u64::try_from(exact.as_secs()) {
            Ok(seconds) if seconds > 0 => Ok(Self { text: text.to_owned(), seconds }),
            _ => Err(invalid(text, "is not longer than zero")),
        }
    }

    /// The length in seconds.
    pub fn seconds(&self) -> u64 {
        self.seconds
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The duration in words: `4 hours`, `1 day 12 hours`.
    pub fn words(&self) -> String {
        words(self.seconds)
    }
}

/// So many seconds in words.
pub fn words(seconds: u64) -> String {
    let parts = [
        (seconds / 86_400, "day"),
        (seconds / 3_600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let plural = |n| if n == 1 { "" } else { "s" };
    let words: Vec<_> = parts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n} {unit}{}", plural(n)))
        .collect();
    words.join(" ")
}

fn invalid(text: &str, why: &str) -> String {
    format!("`{text}` {why}; write for example `PT4H` (four hours) or `P2D` (two days)")
}

impl Serialize for IsoDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for IsoDuration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for IsoDuration {
    fn schema_name() -> Cow<'static, str> {
        "IsoDuration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "format": "duration",
            "examples": ["PT4H", "P2D"],
            "description": "ISO 8601 duration of weeks, days, hours, minutes and seconds."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::IsoDuration;

    #[test]
    fn reads_lengths_and_says_them_in_words() {
        let check = |text: &str, seconds, words: &str| {
            let duration = IsoDuration::parse(text).expect(text);
            assert_eq!((duration.seconds(), duration.words().as_str()), (seconds, words), "{text}");
        };
        check("PT4H", 14_400, "4 hours");
        check("P1DT12H", 129_600, "1 day 12 hours");
        check("P1W", 604_800, "7 days");
        check("PT90S", 90, "1 minute 30 seconds");
    }

    #[test]
    fn refuses_what_has_no_fixed_positive_length() {
        for text in ["", "4h", "P1M", "P1Y", "PT0S", "-PT5M", "PT"] {
            assert!(IsoDuration::parse(text).is_err(), "{text}");
        }
    }
}
