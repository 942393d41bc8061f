//! Makes the messages about a gate say how things stand now, also days later.

use super::teller::{Teller, all, threads};
use crate::app::AppError;
use crate::app::facts::facts;
use crate::app::slack::message::message;
use crate::domain::Status;

/// How often the messages are made anew when the run changes meanwhile.
const TRIES: usize = 5;

/// Updates every message about a gate. Two updates may overtake each other, so whoever has updated looks again:
/// the last one to write saw the last change.
pub(super) async fn refresh(teller: &Teller<'_>, gate: &str) -> Result<(), AppError> {
    let (portal, mut outcome) = (teller.portal, Ok(()));
    for _ in 0..TRIES {
        let Some(run) = portal.store.run(teller.run.id).await? else { return Ok(()) };
        let threads = threads(portal, &run, gate).await?;
        let Some(gate) = run.gate(gate).filter(|_| !threads.is_empty()) else { return Ok(()) };
        let open = run.status == Status::Waiting && gate.is_open(portal.now());
        let message = message(&run, &facts(portal, &run, gate).await?, open);
        let mut outcomes = Vec::new();
        for thread in &threads {
            outcomes.push(teller.update(thread, &message).await);
        }
        outcome = all(outcomes);
        let after = portal.store.run(run.id).await?;
        if outcome.is_err() || after.is_none_or(|after| after.version == run.version) {
            break;
        }
    }
    outcome
}

/// Updates them if the run is not what it was when they were posted.
pub(super) async fn if_changed(teller: &Teller<'_>, gate: &str) -> Result<(), AppError> {
    let now = teller.portal.store.run(teller.run.id).await?;
    let changed = now.is_some_and(|now| now.version != teller.run.version);
    if changed { refresh(teller, gate).await } else { Ok(()) }
}
