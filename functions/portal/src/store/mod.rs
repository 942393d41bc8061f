//! Owns `DynamoDB`: one table for facts, one for the audit. Nothing else names its types.
//!
//! 1. [`keys`] is the table of keys and indexes;
//! 2. [`commit`] writes a change of a run, whole or not at all, and only from the version it read;
//! 3. each further file is one kind of item.
//!
//! An index is a hint: whatever is found through one is read itself, consistently, before anything
//! follows from it.

#![expect(clippy::disallowed_types, reason = "this module owns DynamoDB")]

pub mod audit;
mod batch;
pub mod breaker;
pub mod changed;
pub mod commit;
pub mod daily;
pub mod deputy;
pub mod error;
pub mod idempotency;
pub mod inbox;
mod item;
pub mod keys;
pub mod limits;
pub mod lists;
pub mod mail;
pub mod outbox;
pub mod people;
pub mod preferences;
pub mod proposal;
pub mod result;
pub mod run;
pub mod seen;
pub mod session;
pub mod sign_in;
pub mod slack;
pub mod slack_message;
pub mod slots;
pub mod subscriber;
pub mod token;
mod transact;
pub mod version;
pub mod vote;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;

use crate::AwsError;
pub use error::StoreError;

/// An item as `DynamoDB` has it.
type Item = HashMap<String, AttributeValue>;

/// The two tables.
#[derive(Debug, Clone)]
pub struct Store {
    client: Client,
    main: String,
    audit: String,
    /// Versions that are known to be deployed.
    deployed: Arc<Mutex<HashSet<keys::Key>>>,
}

impl Store {
    /// Tables by name, reached through a client.
    pub fn new(client: Client, main: impl Into<String>, audit: impl Into<String>) -> Self {
        Self { client, main: main.into(), audit: audit.into(), deployed: Arc::default() }
    }

    /// Opens a connection to the tables, so that the first request does not wait for one. What is asked for is
    /// not there.
    pub async fn warm(&self) -> Result<(), StoreError> {
        self.read::<serde::de::IgnoredAny>(keys::nothing()).await.map(drop)
    }

    /// Reads one item of the main table, consistently.
    async fn read<T: DeserializeOwned>(&self, key: keys::Key) -> Result<Option<T>, StoreError> {
        let request = self.client.get_item().table_name(&self.main).consistent_read(true);
        let answer = request.set_key(Some(key.item())).send().await.map_err(AwsError::from)?;
        answer.item.map(item::from_item).transpose()
    }

    /// Reads all items of a partition of the main table whose sort key starts like this, consistently.
    async fn read_prefix<T: DeserializeOwned>(
        &self,
        partition: &str,
        prefix: &str,
    ) -> Result<Vec<T>, StoreError> {
        let pages = self
            .client
            .query()
            .table_name(&self.main)
            .consistent_read(true)
            .key_condition_expression("PK = :pk AND begins_with(SK, :sk)")
            .expression_attribute_values(":pk", AttributeValue::S(partition.to_owned()))
            .expression_attribute_values(":sk", AttributeValue::S(prefix.to_owned()));
        let items = pages.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        items.map_err(AwsError::from)?.into_iter().map(item::from_item).collect()
    }
}
