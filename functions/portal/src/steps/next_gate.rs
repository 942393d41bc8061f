//! `next-gate`: what the gateway does next, decided by the run item alone.
//!
//! It opens gates and notices that time ran out. It is asked after every wake-up, timed out or not, so
//! it does not matter what woke the gateway.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{StepError, TRIES, load};
use crate::Portal;
use crate::app::{deliver, ending};
use crate::domain::audit::Entry;
use crate::domain::{Gate, GateStatus, Run, RunId, Status};
use crate::store::StoreError;
use crate::store::commit::{Change, Extra};
use crate::store::outbox::Notice;

/// What the gateway sends.
#[derive(Debug, Deserialize)]
pub struct Payload {
    run_id: RunId,
    digest: String,
}

/// What the gateway does next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "next", rename_all = "UPPERCASE")]
pub enum Next {
    /// Wait at a gate, at most for so long.
    Wait {
        /// The gate.
        gate: String,
        /// Seconds until it closes.
        seconds: u64,
    },
    /// Go on to the commit gate.
    Approved,
    /// Nothing more: the run has ended.
    Stop {
        /// How.
        status: Status,
    },
}

/// Decides, and writes what follows from it.
pub async fn run(portal: &Portal, payload: Payload) -> Result<Next, StepError> {
    for _ in 0..TRIES {
        let run = load(portal, payload.run_id, &payload.digest).await?;
        match advance(portal, &run, portal.now()).await {
            Err(StoreError::Changed) => {}
            decided => return Ok(decided?),
        }
    }
    Err(StoreError::Busy.into())
}

async fn advance(portal: &Portal, run: &Run, now: Timestamp) -> Result<Next, StoreError> {
    match run.status {
        Status::Starting | Status::Waiting => {}
        // A redriven gateway passes the commit gate again; that one knows whether it may.
        Status::Approved | Status::Executing => return Ok(Next::Approved),
        status => return Ok(Next::Stop { status }),
    }
    let Some(gate) = run.current_gate() else { return approve(portal, run, now).await };
    if now >= run.deadline || (gate.status == GateStatus::Open && !gate.is_open(now)) {
        let change = ending::change(run, Status::Expired, "gateway", None, now);
        return Ok(Next::Stop { status: ending::write(portal, change).await? });
    }
    if gate.status == GateStatus::Open {
        return Ok(wait(gate, now));
    }
    open(portal, run, gate, now).await
}

/// Nobody has to be asked.
async fn approve(portal: &Portal, run: &Run, now: Timestamp) -> Result<Next, StoreError> {
    let mut change = Change::of(run, now);
    change.run().status = Status::Approved;
    change.record(Entry::new("gateway", "no approval needed", json!({})));
    portal.store.commit(change).await?;
    Ok(Next::Approved)
}

/// Asks the gate's approvers; its time begins now.
async fn open(portal: &Portal, run: &Run, gate: &Gate, now: Timestamp) -> Result<Next, StoreError> {
    let within = SignedDuration::from_secs(i64::try_from(gate.within_seconds).unwrap_or(i64::MAX));
    let expires_at = now.checked_add(within).unwrap_or(Timestamp::MAX).min(run.deadline);
    let opened =
        Gate { status: GateStatus::Open, opened_at: Some(now), expires_at: Some(expires_at), ..gate.clone() };
    let mut change = Change::of(run, now);
    change.run().status = Status::Waiting;
    if let Some(gate) = change.run().gate_mut(&opened.name) {
        *gate = opened.clone();
    }
    let detail = json!({ "gate": opened.name, "from": opened.group_ids(), "expires_at": expires_at });
    change.record(Entry::new("gateway", "approval asked", detail)).with(Extra::InboxOpen(opened.clone()));
    crate::app::notify(&mut change, &Notice::Asked { gate: opened.name.clone() }, now);
    let committed = portal.store.commit(change).await?;
    deliver::attempt(portal, committed.rows).await;
    Ok(wait(&opened, now))
}

/// Whole seconds, rounded up: the gateway must not look before the gate is closed.
fn wait(gate: &Gate, now: Timestamp) -> Next {
    let left = gate.expires_at.map_or(0, |at| at.as_millisecond() - now.as_millisecond());
    let seconds = u64::try_from(left).unwrap_or_default().div_ceil(1000).max(1);
    Next::Wait { gate: gate.name.clone(), seconds }
}
