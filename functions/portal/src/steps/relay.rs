//! `relay`: carries out what was left in the outbox, on a schedule, and says how long the oldest of it and the
//! oldest open approval have waited.

use jiff::SignedDuration;
use serde::Serialize;

use crate::Portal;
use crate::app::deliver::{self, Round};
use crate::app::waiting;
use crate::store::keys::SHARDS;
use crate::telemetry::Metric;

/// How many rows are read at once from a shard.
const BATCH: i32 = 25;
/// How many batches of a shard one round takes; the rest waits for the next.
const BATCHES: usize = 8;

/// What a round did.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Relayed {
    /// Rows carried out.
    pub done: u32,
    /// Rows that will be tried again.
    pub failed: u32,
    /// Rows that were put aside.
    pub quarantined: u32,
    /// Shards that could not be read.
    pub unread: u32,
}

/// One round over all shards. A shard that cannot be read does not hold up the others.
pub async fn run(portal: &Portal) -> Relayed {
    let mut relayed = Relayed::default();
    let mut oldest = SignedDuration::ZERO;
    for shard in 0..SHARDS {
        for _ in 0..BATCHES {
            match portal.store.due(shard, portal.now(), BATCH).await {
                Ok(rows) if rows.is_empty() => break,
                Ok(rows) => {
                    let ages = rows.iter().map(|row| portal.now().duration_since(row.due_at));
                    oldest = ages.fold(oldest, SignedDuration::max);
                    relayed.add(deliver::round(portal, rows).await);
                }
                Err(error) => {
                    tracing::error!(shard, %error, "the outbox could not be read");
                    relayed.unread += 1;
                    break;
                }
            }
        }
    }
    Metric::seconds("OutboxAgeSeconds", oldest.as_secs_f64()).emit();
    match waiting::longest(portal).await {
        Ok(longest) => Metric::seconds("OldestApprovalSeconds", longest.as_secs_f64()).emit(),
        Err(error) => tracing::warn!(%error, "nobody knows how long approvals wait"),
    }
    relayed
}

impl Relayed {
    fn add(&mut self, round: Round) {
        self.done += round.done;
        self.failed += round.failed;
        self.quarantined += round.quarantined;
    }
}
