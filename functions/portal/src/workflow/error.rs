//! What can go wrong between the portal and Step Functions.

use aws_sdk_sfn::error::SdkError;

/// A call that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The owner's execution does not exist, or not yet.
    #[error("the execution {0} does not exist")]
    NoExecution(String),
    /// An ARN does not have the parts of a state machine's.
    #[error("{0} is not the ARN of a state machine")]
    NotAMachine(String),
    /// Step Functions could not be reached or refused the request.
    #[error("Step Functions did not answer as expected: {0}")]
    Aws(String),
}

impl EngineError {
    /// Keeps what the SDK says about its error and every cause below it.
    #[expect(clippy::needless_pass_by_value, reason = "`map_err` hands the error over")]
    pub(super) fn aws<E, R>(error: SdkError<E, R>) -> Self
    where
        E: std::error::Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        Self::Aws(crate::sdk::chain(&error))
    }
}
