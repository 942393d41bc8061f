//! A line of canonical JSON (RFC 8785) that says what it is and in which version.
//!
//! What is not canonical was not written by the portal: a key that appears twice, a number spelt
//! otherwise or a space would read differently from reader to reader, and is refused.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::domain::digest::{self, NotCanonical};

/// The version of everything that is written here.
pub const VERSION: u64 = 1;

/// A line that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// Only the beginning of some JSON.
    #[error("this line of JSON has no end; was the file cut off?")]
    Cut,
    /// Not JSON.
    #[error("this is not a line of JSON: {0}")]
    NotJson(serde_json::Error),
    /// JSON that says the same in another way.
    #[error(
        "this line is not as the portal writes it: a key appears twice, keys are in another order, or there is white \
         space between them; use the file as it was exported"
    )]
    NotCanonical,
    /// Of a later release, or of none.
    #[error(
        "this line has format version {0}, and this program reads version {VERSION}; use a program that fits"
    )]
    Version(Value),
    /// JSON, but nothing that belongs here.
    #[error("this line is not what belongs here: {0}")]
    Shape(serde_json::Error),
}

impl Unusable {
    fn not_json(error: serde_json::Error) -> Self {
        if error.is_eof() && error.column() > 0 { Self::Cut } else { Self::NotJson(error) }
    }
}

/// A value as one line, without its end.
pub fn write<T: Serialize>(value: &T) -> Result<String, NotCanonical> {
    digest::canonical(value)
}

/// Reads a line. Whatever names its kind must name a version that is known.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unusable> {
    let value = parse(text)?;
    if digest::canonical(&value).ok().as_deref() != Some(text) {
        return Err(Unusable::NotCanonical);
    }
    if value.get("kind").is_some() && value["version"] != VERSION {
        return Err(Unusable::Version(value["version"].clone()));
    }
    serde_json::from_value(value).map_err(Unusable::Shape)
}

/// Reads the JSON of a line, whatever it says.
pub(super) fn parse(text: &str) -> Result<Value, Unusable> {
    serde_json::from_str(text).map_err(Unusable::not_json)
}
