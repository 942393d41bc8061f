//! Audit records, in their own table: written with every change, never changed.
//!
//! Whoever changes them behind the portal's back may leave items that are no records; an export has to
//! show where they lie, so reading tells those apart.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, item, keys};
use crate::AwsError;
use crate::domain::RunId;
use crate::domain::audit::Record;

/// A record as an item: the detail is JSON text, so that its numbers survive exactly.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    run_id: RunId,
    seq: u64,
    at: Timestamp,
    actor: String,
    #[serde(default)]
    channel: Option<String>,
    action: String,
    digest: String,
    detail: String,
    prev_hash: String,
    hash: String,
}

impl Record {
    pub(super) fn stored(self) -> Result<Stored, StoreError> {
        Ok(Stored {
            run_id: self.run_id,
            seq: self.seq,
            at: self.at,
            actor: self.actor,
            channel: self.channel,
            action: self.action,
            digest: self.digest,
            detail: serde_json::to_string(&self.detail).map_err(StoreError::NotStorable)?,
            prev_hash: self.prev_hash,
            hash: self.hash,
        })
    }
}

impl Store {
    /// All records of a run in order.
    pub async fn audit(&self, id: RunId) -> Result<Vec<Record>, StoreError> {
        self.audit_as_stored(id).await?.into_iter().collect()
    }

    /// All records of a run in order; an item that is none has the reason in its place.
    pub async fn audit_as_stored(&self, id: RunId) -> Result<Vec<Result<Record, StoreError>>, StoreError> {
        let pages = self
            .client
            .query()
            .table_name(&self.audit)
            .consistent_read(true)
            .key_condition_expression("PK = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(keys::run_partition(id)));
        let items = pages.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        let items = items.map_err(AwsError::from)?;
        Ok(items.into_iter().map(|item| item::from_item(item).and_then(record)).collect())
    }
}

fn record(stored: Stored) -> Result<Record, StoreError> {
    Ok(Record {
        run_id: stored.run_id,
        seq: stored.seq,
        at: stored.at,
        actor: stored.actor,
        channel: stored.channel,
        action: stored.action,
        digest: stored.digest,
        detail: serde_json::from_str(&stored.detail).map_err(StoreError::Corrupt)?,
        prev_hash: stored.prev_hash,
        hash: stored.hash,
    })
}
