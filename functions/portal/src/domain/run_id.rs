//! Run ids: UUID version 7, so that they sort by time and are valid execution names.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::{Builder, Uuid};

/// Identifies a run; also the name of its executions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = "uuid")]
pub struct RunId(Uuid);

/// The text is not a run id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a run id")]
pub struct NotARunId;

impl RunId {
    /// A new id from the moment of the request and ten random bytes.
    pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
        Self(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

impl FromStr for RunId {
    type Err = NotARunId;

    /// Accepts exactly the spelling that [`RunId`] prints, so that one run has one address.
    fn from_str(text: &str) -> Result<Self, NotARunId> {
        let id = Self(Uuid::try_parse(text).map_err(|_| NotARunId)?);
        if id.to_string() == text { Ok(id) } else { Err(NotARunId) }
    }
}

impl TryFrom<String> for RunId {
    type Error = NotARunId;

    fn try_from(text: String) -> Result<Self, NotARunId> {
        text.parse()
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_an_execution_name_that_sorts_by_time() {
        let at = |ms| Timestamp::from_millisecond(ms).expect("in range");
        let first = RunId::new(at(1_795_000_000_000), [255; 10]);
        let second = RunId::new(at(1_795_000_000_001), [0; 10]);
        assert!(first.to_string() < second.to_string());
        assert!(first.to_string().len() <= 80);
        assert!(first.to_string().chars().all(|c| c.is_ascii_hexdigit() || c == '-'));
        assert_eq!(first.to_string().parse(), Ok(first));
    }

    #[test]
    fn has_one_spelling() {
        let check = |text: &str| assert_eq!(text.parse::<RunId>(), Err(NotARunId), "{text}");
        check("");
        check("019A0000-0000-7000-8000-00000000000A");
        check("{019a0000-0000-7000-8000-00000000000a}");
        check("019a0000000070008000000000000000a");
        check("../../etc");
    }
}
