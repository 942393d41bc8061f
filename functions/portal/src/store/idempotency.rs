//! Idempotency keys: which request a caller's key stands for, and the run it became.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::{Item, Store, StoreError, item, keys};
use crate::domain::RunId;

/// How long a key is remembered: as long as Step Functions keeps execution names.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// A key that a caller used for a request.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Whose key: `person:ada`. Keys of different callers never meet.
    pub caller: String,
    /// For what: `run`.
    pub operation: &'static str,
    /// The key as it was sent.
    pub key: String,
    /// What it stands for.
    pub used: Used,
}

/// What a key was used for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Used {
    /// Digest of the request, secrets keyed.
    pub payload_digest: String,
    /// The run it became.
    pub run_id: RunId,
    /// When.
    pub at: Timestamp,
}

impl Claim {
    pub(super) fn item(&self) -> Result<Item, StoreError> {
        let key = keys::idempotency(&self.caller, self.operation, &self.key);
        let mut stored = item::to_item(key, Kind::Key, &self.used)?;
        let until = self.used.at.as_second() + KEPT.as_secs();
        stored.insert(keys::TTL.to_owned(), AttributeValue::N(until.to_string()));
        Ok(stored)
    }
}

impl Store {
    /// What the caller used this key for, if ever.
    pub async fn used_key(
        &self,
        caller: &str,
        operation: &str,
        key: &str,
    ) -> Result<Option<Used>, StoreError> {
        self.read(keys::idempotency(caller, operation, key)).await
    }
}
