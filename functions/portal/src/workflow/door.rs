//! The doors' executions in the shared account: answered by their tokens, looked at while they wait.

use aws_sdk_sfn::types::{ExecutionStatus, IncludedData};

use super::{Engine, EngineError};
use crate::AwsError;

impl Engine {
    /// Answers whoever waits with this token. A token that is used up, timed out or replaced reaches nobody, and
    /// nobody needs it: who waits has a newer one.
    pub async fn answer(&self, token: &str, output: &str) -> Result<(), EngineError> {
        let sent = self.client.send_task_success().task_token(token).output(output).send().await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(service)
                    if service.is_task_timed_out()
                        || service.is_task_does_not_exist()
                        || service.is_invalid_token() =>
                {
                    Ok(())
                }
                _ => Err(AwsError::from(error).into()),
            },
        }
    }

    /// Whether an execution of the shared account still waits for something; one that does not exist does not.
    /// Its data is not asked for: that would take the right to decrypt it.
    pub async fn still_waits(&self, execution: &str) -> Result<bool, EngineError> {
        let request = self.client.describe_execution().execution_arn(execution);
        match request.included_data(IncludedData::MetadataOnly).send().await {
            Ok(described) => {
                Ok(matches!(described.status, ExecutionStatus::Running | ExecutionStatus::PendingRedrive))
            }
            Err(error) => match error.as_service_error() {
                Some(service) if service.is_execution_does_not_exist() => Ok(false),
                _ => Err(AwsError::from(error).into()),
            },
        }
    }
}
