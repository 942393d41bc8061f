//! The gateway's execution: started once by name and input, woken by its token.

use serde_json::json;

use super::{Engine, EngineError};
use crate::AwsError;
use crate::domain::Run;
use crate::telemetry::Trace;

impl Engine {
    /// Starts the run's gateway execution, named by the run. One that exists already is this run's:
    /// no other has its name.
    pub async fn start(&self, run: &Run) -> Result<(), EngineError> {
        // Step Functions compares name and input, so the input is always the same text.
        let input = json!({ "run_id": run.id, "digest": run.digest }).to_string();
        let started = self
            .client
            .start_execution()
            .state_machine_arn(&self.gateway_arn)
            .name(run.id.to_string())
            .input(input)
            .set_trace_header(run.trace.as_ref().map(Trace::header))
            .send()
            .await;
        match started {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(service) if service.is_execution_already_exists() => Ok(()),
                _ => Err(AwsError::from(error).into()),
            },
        }
    }

    /// Wakes whoever waits with this token. A token that is used up or timed out wakes nobody, and
    /// nobody needs it: the run item decides.
    pub async fn wake(&self, token: &str) -> Result<(), EngineError> {
        self.answer(token, "{}").await
    }
}
