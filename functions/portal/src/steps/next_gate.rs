//! `next-gate`: what the gateway does next, decided by the run item alone.
//!
//! It opens gates and notices that time ran out. It is asked after every wake-up, timed out or not, so
//! it does not matter what woke the gateway.

use catalog_model::approval::OnExpiry;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{StepError, TRIES, load};
use crate::Portal;
use crate::app::{deliver, ending, nudge};
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
    let stage: Vec<_> = run.current_stage().collect();
    if stage.is_empty() {
        return approve(portal, run, now).await;
    }
    if let Some(status) = undecided(run, &stage, now) {
        let change = ending::change(run, status, "gateway", None, now);
        return Ok(Next::Stop { status: ending::write(portal, change).await? });
    }
    match soonest(&stage) {
        Some(gate) => Ok(wait(gate, now)),
        None => open(portal, run, now).await,
    }
}

/// What becomes of a run whose time, or the time of one of its gates, passed without a decision.
fn undecided(run: &Run, stage: &[&Gate], now: Timestamp) -> Option<Status> {
    let closed = stage.iter().find(|gate| gate.status == GateStatus::Open && !gate.is_open(now));
    // Nobody's silence is a no where the run's own deadline cut the time to decide.
    let closed = closed.filter(|gate| gate.expires_at.is_some_and(|at| at < run.deadline));
    match closed.map(|gate| gate.on_expiry) {
        Some(OnExpiry::Reject) => Some(Status::Rejected),
        Some(OnExpiry::Expire) => Some(Status::Expired),
        None => (now >= run.deadline).then_some(Status::Expired),
    }
}

/// Of open gates side by side the one that closes first.
fn soonest<'a>(stage: &[&'a Gate]) -> Option<&'a Gate> {
    let open = stage.iter().filter(|gate| gate.status == GateStatus::Open);
    open.min_by_key(|gate| gate.expires_at).copied()
}

/// Nobody has to be asked.
async fn approve(portal: &Portal, run: &Run, now: Timestamp) -> Result<Next, StoreError> {
    let mut change = Change::of(run, now);
    change.run().status = Status::Approved;
    change.record(Entry::new("gateway", "no approval needed", json!({})));
    portal.store.commit(change).await?;
    Ok(Next::Approved)
}

/// Asks the approvers of every gate of the stage; its time begins now.
async fn open(portal: &Portal, run: &Run, now: Timestamp) -> Result<Next, StoreError> {
    let opened: Vec<_> = run.current_stage().map(|gate| opened(run, gate, now)).collect();
    let mut change = Change::of(run, now);
    change.run().status = Status::Waiting;
    for gate in &opened {
        if let Some(known) = change.run().gate_mut(&gate.name) {
            *known = gate.clone();
        }
        let detail = json!({ "gate": gate.name, "from": gate.audiences(), "expires_at": gate.expires_at });
        change.record(Entry::new("gateway", "approval asked", detail));
        change.with(Extra::InboxOpen(gate.clone(), gate.audiences()));
        nudge::arrange(&mut change, gate, now);
        crate::app::notify(&mut change, &Notice::Asked { gate: gate.name.clone() }, now);
    }
    let committed = portal.store.commit(change).await?;
    deliver::attempt(portal, &committed).await;
    let first = soonest(&opened.iter().collect::<Vec<_>>());
    Ok(first.map_or(Next::Approved, |gate| wait(gate, now)))
}

fn opened(run: &Run, gate: &Gate, now: Timestamp) -> Gate {
    let within = SignedDuration::from_secs(i64::try_from(gate.within_seconds).unwrap_or(i64::MAX));
    let expires_at = now.checked_add(within).unwrap_or(Timestamp::MAX).min(run.deadline);
    Gate { status: GateStatus::Open, opened_at: Some(now), expires_at: Some(expires_at), ..gate.clone() }
}

/// Whole seconds, rounded up: the gateway must not look before the gate is closed.
fn wait(gate: &Gate, now: Timestamp) -> Next {
    let left = gate.expires_at.map_or(0, |at| at.as_millisecond() - now.as_millisecond());
    let seconds = u64::try_from(left).unwrap_or_default().div_ceil(1000).max(1);
    Next::Wait { gate: gate.name.clone(), seconds }
}
