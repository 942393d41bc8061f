//! Signed requests that were carried out: the same one again is answered as before and does nothing.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::{Item, Store, StoreError, item, keys};
use crate::domain::verdict::Verdict;
use crate::domain::{GateStatus, RunId, Status};

/// How long it is remembered: longer than any signature is taken, also for one that waited in the queue.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 15);

/// A signed request and what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    #[serde(skip)]
    signature: String,
    /// The run.
    pub run_id: RunId,
    /// The run afterwards.
    pub run_status: Status,
    /// The gate afterwards.
    pub gate_status: GateStatus,
    /// When.
    pub at: Timestamp,
}

impl Seen {
    /// A request whose vote is counted now.
    pub fn new(signature: &str, run_id: RunId, verdict: &Verdict, at: Timestamp) -> Self {
        let (run_status, gate_status) = (verdict.run, verdict.gate);
        Self { signature: signature.to_owned(), run_id, run_status, gate_status, at }
    }

    pub(super) fn item(&self) -> Result<Item, StoreError> {
        let mut stored = item::to_item(keys::seen(&self.signature), Kind::Seen, self)?;
        let until = self.at.as_second() + KEPT.as_secs();
        stored.insert(keys::TTL.to_owned(), AttributeValue::N(until.to_string()));
        Ok(stored)
    }
}

impl Store {
    /// What a signed request did, if it was carried out.
    pub async fn seen(&self, signature: &str) -> Result<Option<Seen>, StoreError> {
        self.read(keys::seen(signature)).await
    }
}
