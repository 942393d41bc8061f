//! `await-approval`: keeps the token that wakes the gateway.
//!
//! The gate may close between the gateway's question and this moment. Whoever closed it found no token
//! to wake anybody with; so when the gate is not open any more, the gateway is woken here.

use serde::{Deserialize, Serialize};

use super::{StepError, TRIES, load};
use crate::Portal;
use crate::app::AppError;
use crate::domain::{GateStatus, RunId, Status};
use crate::store::StoreError;
use crate::store::commit::{Change, Extra};
use crate::workflow::names;

/// What the gateway sends.
#[derive(Deserialize)]
pub struct Payload {
    run_id: RunId,
    digest: String,
    gate: String,
    token: String,
    execution_arn: String,
}

/// Nothing: the gateway waits for the token, not for this answer.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Stored {}

/// Stores the token in a new generation; the one before it is never used again.
pub async fn run(portal: &Portal, payload: Payload) -> Result<Stored, StepError> {
    for _ in 0..TRIES {
        let run = load(portal, payload.run_id, &payload.digest).await?;
        // Another execution's token would take the place of the one that wakes the gateway.
        if payload.execution_arn
            != names::execution_arn(&portal.config.gateway_arn, run.id).map_err(AppError::from)?
        {
            return Err(StepError::foreign_execution(run.id));
        }
        let open = run.gate(&payload.gate).filter(|gate| gate.status == GateStatus::Open);
        let Some(gate) = open.filter(|_| run.status == Status::Waiting) else {
            portal.engine.wake(&payload.token).await.map_err(AppError::from)?;
            return Ok(Stored {});
        };
        let generation = gate.token_generation + 1;
        let mut change = Change::of(&run, portal.now());
        if let Some(gate) = change.run().gate_mut(&payload.gate) {
            gate.token_generation = generation;
        }
        let (gate, token) = (payload.gate.clone(), payload.token.clone());
        change.with(Extra::Token { gate, generation, token });
        match portal.store.commit(change).await {
            Ok(_) => return Ok(Stored {}),
            Err(StoreError::Changed | StoreError::Exists(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Busy.into())
}
