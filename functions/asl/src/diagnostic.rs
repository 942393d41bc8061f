//! What is wrong with a definition, in the terms of `ValidateStateMachineDefinition`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The code for a text that is not JSON.
pub(crate) const NOT_JSON: &str = "INVALID_JSON_DESCRIPTION";
/// What is said of a text that is no JSON object.
pub(crate) const NO_OBJECT: &str = "Definition must be a valid JSON object";

/// One finding about a definition. It displays as AWS lists it where a definition is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Whether the machine can be created all the same.
    pub severity: Severity,
    /// A stable name, such as `MISSING_TRANSITION_TARGET`.
    pub code: String,
    /// What is wrong, as a sentence.
    pub message: String,
    /// JSON pointer into the definition, such as `/States/Resize/Next`.
    pub pointer: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// The machine cannot be created.
    Error,
    /// It can, but something is probably not meant.
    Warning,
}

impl Severity {
    /// The word of the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "ERROR",
            Self::Warning => "WARNING",
        }
    }
}

impl Diagnostic {
    /// The place as AWS writes it: names as they are, places in a list in brackets. None where there
    /// is no object in which a place could be.
    pub fn location(&self) -> Option<String> {
        if self.pointer.is_empty() {
            let nowhere =
                self.code == NOT_JSON || self.code == "MISSING_END_STATE" || self.message == NO_OBJECT;
            return (!nowhere).then(|| "/".to_owned());
        }
        let mut location = String::with_capacity(self.pointer.len());
        let mut before = "";
        for token in self.pointer.split('/').skip(1) {
            let counts = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
            if counts && before != "States" {
                location.extend(["[", token, "]"]);
            } else {
                location.extend(["/", &token.replace("~1", "/").replace("~0", "~")]);
            }
            before = token;
        }
        Some(location)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match self.location() {
            Some(location) => write!(f, " at {location}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_aws_writes_them() {
        let check = |pointer: &str, want: &str| {
            let (code, message) = ("SCHEMA_VALIDATION_FAILED".to_owned(), "Wrong".to_owned());
            let found = Diagnostic { severity: Severity::Error, code, message, pointer: pointer.to_owned() };
            assert_eq!(found.to_string(), format!("SCHEMA_VALIDATION_FAILED: Wrong at {want}"));
        };
        check("", "/");
        check("/States/A~1B/Next", "/States/A/B/Next");
        check("/States/P/Branches/0/States/1/Choices/2", "/States/P/Branches[0]/States/1/Choices[2]");
    }
}
