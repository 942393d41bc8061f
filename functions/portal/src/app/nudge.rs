//! A gate that nobody decides: those who were asked are reminded, then others are asked.
//!
//! Both follow from outbox rows that were written when the gate opened and wait for their moment.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{AppError, Portal, deliver, notices};
use crate::domain::audit::Entry;
use crate::domain::{Gate, Run};
use crate::store::commit::{Change, Extra};
use crate::store::outbox::{Message, Notice};

/// The rows of a gate that opens now.
pub(crate) fn arrange(change: &mut Change, gate: &Gate, now: Timestamp) {
    for after in &gate.remind_seconds {
        change.send(Message::Remind { gate: gate.name.clone() }, moment(now, *after));
    }
    if let Some(escalation) = &gate.escalation {
        change.send(Message::Escalate { gate: gate.name.clone() }, moment(now, escalation.after_seconds));
    }
}

/// Reminds those who have not decided.
pub(super) async fn remind(portal: &Portal, run: &Run, gate: &str, now: Timestamp) -> Result<(), AppError> {
    let Some(gate) = run.gate(gate).filter(|gate| gate.is_open(now)) else { return Ok(()) };
    let mut change = Change::of(run, now);
    change.record(Entry::new("relay", "reminded", json!({ "gate": gate.name })));
    notices::send(&mut change, &Notice::Reminded { gate: gate.name.clone() }, now);
    write(portal, change).await
}

/// Asks those whom the gate is escalated to; from now on they may decide.
pub(super) async fn escalate(portal: &Portal, run: &Run, gate: &str, now: Timestamp) -> Result<(), AppError> {
    let Some(gate) = run.gate(gate).filter(|gate| gate.is_open(now)) else { return Ok(()) };
    let Some(escalation) = gate.escalation.as_ref().filter(|escalation| escalation.at.is_none()) else {
        return Ok(());
    };
    let asked: Vec<_> = escalation.circle.audiences().collect();
    let mut change = Change::of(run, now);
    if let Some(escalation) = change.run().gate_mut(&gate.name).and_then(|gate| gate.escalation.as_mut()) {
        escalation.at = Some(now);
    }
    change.record(Entry::new("relay", "escalated", json!({ "gate": gate.name, "to": asked })));
    change.with(Extra::InboxOpen(gate.clone(), asked));
    notices::send(&mut change, &Notice::Escalated { gate: gate.name.clone() }, now);
    write(portal, change).await
}

/// Whoever changed the run first may have decided it: the row is tried again and looks anew.
async fn write(portal: &Portal, change: Change) -> Result<(), AppError> {
    let written = deliver::written(portal, change).await?;
    written.map(drop).ok_or_else(|| AppError::Conflict("the run changed in this moment".to_owned()))
}

fn moment(now: Timestamp, seconds: u64) -> Timestamp {
    let after = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    now.checked_add(after).unwrap_or(Timestamp::MAX)
}
