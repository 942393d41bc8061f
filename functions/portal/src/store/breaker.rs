//! Circuit breakers: changed in the transactions in which a run of a machine begins or ends, and nowhere else.
//!
//! What follows from a run is decided by [`crate::domain::breaker`] from the circuit that was read; the write demands
//! that it is still the same, and is decided anew when it is not.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::error::Kind;
use super::transact::{Condition, Write};
use super::{Store, StoreError, item, keys};
use crate::domain::breaker::{Admission, Breaker, Ended};
use crate::domain::{CallerKind, Run, RunId};

/// How often a circuit is read anew when others change it at the same moment.
const TRIES: usize = 10;

/// What happens to a circuit in a transaction.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    caller: String,
    slug: String,
    run: RunId,
    /// None when the run begins.
    ended: Option<Ended>,
    now: Timestamp,
}

impl Turn {
    /// What a change of a run does to a circuit, if anything.
    pub(super) fn of(before: Option<&Run>, after: &Run, now: Timestamp) -> Option<Self> {
        let begins = before.is_none();
        let ends = after.status.is_final() && before.is_none_or(|run| !run.status.is_final());
        let concerned = after.caller == CallerKind::Machine && (begins || ends);
        concerned.then(|| Self {
            caller: after.caller_key(),
            slug: after.workflow.clone(),
            run: after.id,
            ended: ends.then(|| Ended::of(after)),
            now,
        })
    }

    fn apply(&self, breaker: &Breaker) -> Result<Option<Breaker>, StoreError> {
        let Some(ended) = &self.ended else {
            return match breaker.begin(self.run, self.now) {
                Admission::Free => Ok(None),
                Admission::Probe(probing) => Ok(Some(probing)),
                Admission::Refused => Err(StoreError::CircuitOpen(Box::new(breaker.clone()))),
            };
        };
        Ok(breaker.end(self.run, ended, self.now))
    }
}

impl Store {
    /// Sends the writes with what the turns make of their circuit. All turns of a transaction concern the same one.
    pub(super) async fn transact_turning(
        &self,
        writes: Vec<Write>,
        turns: &[Turn],
    ) -> Result<(), StoreError> {
        let Some(first) = turns.first() else { return self.transact(writes).await };
        for _ in 0..TRIES {
            let read = self.breaker(&first.caller, &first.slug).await?;
            let mut next = None;
            for turn in turns {
                next = turn.apply(next.as_ref().unwrap_or(&read))?.or(next);
            }
            let mut all = writes.clone();
            if let Some(next) = next {
                all.push(self.write_breaker(&first.slug, &read, next)?);
            }
            match self.transact(all).await {
                Err(StoreError::Exists(Kind::Breaker)) => {}
                answer => return answer,
            }
        }
        Err(StoreError::Busy)
    }

    /// The circuit between a caller and a workflow.
    pub async fn breaker(&self, caller: &str, slug: &str) -> Result<Breaker, StoreError> {
        let found = self.read(keys::breaker(caller, slug)).await?;
        Ok(found.unwrap_or_else(|| Breaker::of(caller)))
    }

    /// Every circuit of a workflow that anything has happened to.
    pub async fn breakers(&self, slug: &str) -> Result<Vec<Breaker>, StoreError> {
        self.read_prefix(&keys::limits_partition(slug), keys::BREAKERS).await
    }

    fn write_breaker(&self, slug: &str, read: &Breaker, next: Breaker) -> Result<Write, StoreError> {
        let next = Breaker { version: read.version + 1, ..next };
        let stored = item::to_item(keys::breaker(&next.caller, slug), Kind::Breaker, &next)?;
        if read.version == 0 {
            return Write::create(&self.main, Kind::Breaker, stored);
        }
        let condition = Condition {
            expression: "version = :version".to_owned(),
            names: vec![],
            values: vec![(":version", AttributeValue::N(read.version.to_string()))],
        };
        Write::replace(&self.main, Kind::Breaker, stored, condition)
    }
}
