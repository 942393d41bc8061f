//! Taking up an execution that ended and did not succeed.

use std::sync::Arc;

use jiff::Timestamp;

use super::entropy::Informed;
use super::host::{Host, Running};
use super::store::{Change, ExecutionRow};
use crate::services::aws_json::ApiError;

impl Host {
    /// Goes on with the execution where it ended; gives the time.
    pub(crate) fn redrive(
        self: &Arc<Self>,
        row: &ExecutionRow,
        token: Option<&str>,
    ) -> Result<Timestamp, ApiError> {
        let refused = |reason: String| {
            ApiError::new("ExecutionNotRedrivable", format!("Execution Not Redrivable: '{reason}'"))
        };
        let ended = self.store.ended(&row.arn)?;
        let mut execution =
            ended.ok_or_else(|| refused("Execution is RUNNING and cannot be redriven".to_owned()))?;
        let definition = self.definition_of(row)?;
        let family = self.timers.family();
        // With virtual time, an execution may have ended in the future.
        let now = family.now().max(row.stopped_at.unwrap_or_default());
        let mut transition = execution
            .redrive(&definition, now, &mut Informed(&self.store))
            .map_err(|reason| refused(reason.to_string()))?;
        self.cap_waits(&execution, &mut transition, now);
        let running = Running {
            arn: row.arn.clone(),
            machine: row.machine.clone(),
            definition,
            execution: execution.clone(),
            family,
            outside: 0,
            express: None,
        };
        let commands = transition.commands.clone();
        let accepted = self.admit(running, commands, || {
            let change = Change {
                arn: &row.arn,
                execution: &execution,
                event: None,
                history: &transition.history,
                commands: &transition.commands,
                now,
            };
            self.store.redrive(&change, token).map(|taken| (taken, taken))
        })?;
        if accepted {
            Ok(now)
        } else {
            Err(refused("Execution is RUNNING and cannot be redriven".to_owned()))
        }
    }
}
