//! Stopping the owner's execution.

use super::{Engine, EngineError, names};
use crate::AwsError;
use crate::domain::Run;

impl Engine {
    /// Stops the owner's execution of a run. One that does not exist yet is an error, because the
    /// gateway may be about to start it: the caller tries again.
    pub async fn stop(&self, run: &Run) -> Result<(), EngineError> {
        let Some(arn) = names::child_of(run)? else { return Ok(()) };
        let stopped = self
            .accounts
            .client(&run.target)
            .await
            .stop_execution()
            .execution_arn(&arn)
            .error("Drawbridge.Cancelled")
            .cause("The run was cancelled in the portal, or its time was up.")
            .send()
            .await;
        match stopped {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(service) if service.is_execution_does_not_exist() => Err(EngineError::NoExecution(arn)),
                _ => Err(AwsError::from(error).into()),
            },
        }
    }
}
