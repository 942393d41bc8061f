//! How the owner's execution ended, asked from the execution itself.

use aws_sdk_sfn::types::ExecutionStatus;
use serde::{Deserialize, Serialize};

use super::{Engine, EngineError, names};
use crate::AwsError;
use crate::domain::Run;

/// The end of an execution, in the words of the gateway's `Finish` state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// It returned a result.
    Succeeded,
    /// It failed.
    Failed,
    /// It took too long.
    TimedOut,
    /// It was stopped.
    Aborted,
}

/// What an execution says about its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How it ended.
    pub outcome: Outcome,
    /// What it returned, as JSON text.
    pub output: Option<String>,
    /// The name of its error.
    pub error: Option<String>,
    /// Why it failed.
    pub cause: Option<String>,
}

impl Engine {
    /// How the owner's execution ended; none while it runs, or when there is none.
    pub async fn outcome(&self, run: &Run) -> Result<Option<Ended>, EngineError> {
        let Some(arn) = names::child_of(run)? else { return Ok(None) };
        let client = self.accounts.client(&run.target).await;
        let described = match client.describe_execution().execution_arn(arn).send().await {
            Ok(described) => described,
            Err(error) => match error.as_service_error() {
                Some(service) if service.is_execution_does_not_exist() => return Ok(None),
                _ => return Err(AwsError::from(error).into()),
            },
        };
        let outcome = match described.status {
            ExecutionStatus::Succeeded => Outcome::Succeeded,
            ExecutionStatus::Failed => Outcome::Failed,
            ExecutionStatus::TimedOut => Outcome::TimedOut,
            ExecutionStatus::Aborted => Outcome::Aborted,
            _ => return Ok(None),
        };
        let (output, error, cause) = (described.output, described.error, described.cause);
        Ok(Some(Ended { outcome, output, error, cause }))
    }
}
