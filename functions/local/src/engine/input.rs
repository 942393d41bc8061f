//! What callers send as JSON text, AWS's rule for names, and how the engine's refusals become the API's.

use asl::Refusal;
use serde_json::Value;

use crate::services::aws_json::ApiError;

/// AWS's limit for input and output: 256 KiB.
const LARGEST_PAYLOAD: usize = 262_144;

/// Error names that the engine refuses with.
const REFUSALS: &[&str] =
    &["InvalidDefinition", "InvalidExecutionInput", "InvalidArn", "InvalidName", "ValidationException"];

/// AWS's rule for names of machines, executions and activities.
pub(crate) fn check_name(name: &str) -> Result<(), ApiError> {
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c);
    if name.is_empty() || name.chars().count() > 80 || name.chars().any(forbidden) {
        return Err(ApiError::new("InvalidName", format!("Invalid Name: '{name}'")));
    }
    Ok(())
}

/// A task's output.
pub(crate) fn task_output(text: &str) -> Result<Value, ApiError> {
    let refuse = |why: &str| ApiError::new("InvalidOutput", format!("Invalid Output: '{why}'"));
    if text.len() > LARGEST_PAYLOAD {
        return Err(refuse("Output exceeds the maximum number of bytes allowed."));
    }
    asl::check_input(text).map_err(|refusal| {
        // What is wrong with a JSON text is the same wherever it stands.
        let why = refusal.message.split_once(": '").map_or(refusal.message.as_str(), |(_, why)| why);
        refuse(why.strip_suffix('\'').unwrap_or(why))
    })
}

/// The engine's refusal as the API's error.
pub(crate) fn refused(refusal: Refusal) -> ApiError {
    let known = REFUSALS.iter().find(|name| **name == refusal.error);
    ApiError::new(known.unwrap_or(&"ValidationException"), refusal.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule_of_aws() {
        for good in ["run-1", "a.b_c", &"x".repeat(80)] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "a/b", "a:b", "a\u{7}", &"x".repeat(81)] {
            assert_eq!(check_name(bad).expect_err(bad).code, "InvalidName");
        }
    }

    #[test]
    fn an_output_that_is_no_json_is_refused_in_awss_words() {
        let error = task_output("not json").expect_err("refused");
        assert_eq!(error.code, "InvalidOutput");
        assert_eq!(
            error.message,
            "Invalid Output: 'Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or \
             token 'null', 'true' or 'false')'"
        );
    }
}
