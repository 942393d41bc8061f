//! When those who have not decided are reminded.

use std::fmt;

use schemars::JsonSchema;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::IsoDuration;

/// One moment or several, counted from the gate's opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Reminders {
    /// One reminder.
    Once(IsoDuration),
    /// A reminder at each of these moments.
    Each(Vec<IsoDuration>),
}

impl Reminders {
    /// The moments, as they were written.
    pub fn moments(&self) -> &[IsoDuration] {
        match self {
            Self::Once(moment) => std::slice::from_ref(moment),
            Self::Each(moments) => moments,
        }
    }
}

/// serde's own reader of untagged enums drops what is wrong with a duration.
impl<'de> Deserialize<'de> for Reminders {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Moments)
    }
}

struct Moments;

impl<'de> Visitor<'de> for Moments {
    type Value = Reminders;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an ISO 8601 duration such as `PT4H`, or a list of them")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Reminders, E> {
        IsoDuration::parse(text).map(Reminders::Once).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut moments: A) -> Result<Reminders, A::Error> {
        let mut each = Vec::with_capacity(moments.size_hint().unwrap_or_default());
        while let Some(moment) = moments.next_element()? {
            each.push(moment);
        }
        Ok(Reminders::Each(each))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Reminders;

    #[test]
    fn a_reminder_that_is_none_says_what_is_wrong() {
        let check = |remind: serde_json::Value, expect: &str| {
            let error = serde_json::from_value::<Reminders>(remind).expect_err("it is wrong").to_string();
            assert!(error.starts_with(expect), "{error}");
        };
        check(json!("4h"), "`4h` is not an ISO 8601 duration; write for example");
        check(json!(["PT1H", "P1M"]), "`P1M` has years or months, whose length varies; write for example");
        check(json!(4), "invalid type: integer `4`, expected an ISO 8601 duration such as `PT4H`, or a list");
    }

    #[test]
    fn reminders_are_written_as_they_were_read() {
        for remind in [json!("PT1H"), json!(["PT1H", "PT2H"])] {
            let read: Reminders = serde_json::from_value(remind.clone()).expect("it is sound");
            assert_eq!(serde_json::to_value(read).expect("it can be written"), remind);
        }
    }
}
