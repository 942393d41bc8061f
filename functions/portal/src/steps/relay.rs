//! `relay`: carries out what was left in the outbox, on a schedule.

use serde::Serialize;

use crate::Portal;
use crate::app::deliver::{self, Round};
use crate::store::keys::SHARDS;

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
    for shard in 0..SHARDS {
        for _ in 0..BATCHES {
            match portal.store.due(shard, portal.now(), BATCH).await {
                Ok(rows) if rows.is_empty() => break,
                Ok(rows) => relayed.add(deliver::round(portal, rows).await),
                Err(error) => {
                    tracing::error!(shard, %error, "the outbox could not be read");
                    relayed.unread += 1;
                    break;
                }
            }
        }
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
