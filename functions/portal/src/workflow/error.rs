//! What can go wrong between the portal and Step Functions.

use crate::AwsError;

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
    Aws(#[from] AwsError),
}
