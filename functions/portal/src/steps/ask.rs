//! `ask`: a state machine of another team asks for a run and waits for its end.
//!
//! 1. who asks is what the door's definition says, and the execution must be one of that very door;
//! 2. the request is read strictly: whatever is wrong is said by member;
//! 3. it becomes a run, or finds the one that the same key became before, and the token is kept with it. A run that
//!    has ended already answers at once.
//!
//! A refusal is this function's error: the door passes its name and its words on.

mod request;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::StepError;
use crate::Portal;
use crate::app::asker::Asker;
use crate::app::doors::attach;
use crate::app::terms::Terms;
use crate::app::trigger::trigger_on;
use crate::domain::{Caller, RunId, Status};
use crate::store::subscriber::Subscriber;
use crate::workflow::names;

/// What the door sends.
#[derive(Deserialize)]
pub struct Payload {
    /// The team whose door it is.
    caller: String,
    /// What the caller's state machine gave the door.
    request: Value,
    /// The door's execution.
    execution_arn: String,
    /// What its answer is sent with.
    token: String,
}

/// Which run it became: the door waits for the token, not for this answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The run.
    pub run_id: RunId,
    /// Where it is.
    pub status: Status,
}

/// Asks for the run, or attaches to it.
pub async fn run(portal: &Portal, payload: Payload) -> Result<Asked, StepError> {
    let Payload { caller: team, request, execution_arn, token } = payload;
    if !names::is_of_door(&execution_arn, &team, &portal.config.gateway_arn) {
        return Err(StepError::foreign_door(&team));
    }
    let (request, terms) = request::read(&request).map_err(StepError::invalid_parameters)?;
    let waits = Subscriber { execution: execution_arn, token, generation: 1, at: portal.now() };
    let terms = Terms { waits: Some(waits.clone()), ..terms };
    let asker = Asker::team(portal, &team).map_err(|error| StepError::refused(&error))?;
    let triggered = Box::pin(trigger_on(portal, &asker, request, terms))
        .await
        .map_err(|error| StepError::refused(&error))?;
    let (run_id, status) = (triggered.run_id, triggered.status);
    if triggered.created {
        return Ok(Asked { run_id, status });
    }
    let status = attach(portal, &Caller::machine(team), run_id, waits).await?;
    Ok(Asked { run_id, status })
}
