//! How errors of AWS's clients are put into words, for every module that owns such a client.

use aws_sdk_dynamodb::error::{BuildError, SdkError};

/// What a client of AWS said about a call that did not succeed, and about every cause below that.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct AwsError(String);

impl AwsError {
    /// An answer that the client takes for good and the portal does not.
    pub(crate) fn saying(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl<E, R> From<SdkError<E, R>> for AwsError
where
    E: std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        Self(chain(&error))
    }
}

impl From<BuildError> for AwsError {
    fn from(error: BuildError) -> Self {
        Self(chain(&error))
    }
}

/// What an error says, and what each error below it says. Not its debug form, which would carry whole
/// responses into logs and failure causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(error) = below {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        below = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::chain;

    #[derive(Debug, thiserror::Error)]
    #[error("service error")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn says_every_level_once() {
        let error = Outer(std::io::Error::other("throttled"));
        assert_eq!(chain(&error), "service error: throttled");
    }
}
