//! Executions of doors that wait for a run's end: several may wait for one run, each with its newest token.
//!
//! One is added and dropped with a change of its run, so that whoever ends the run knows exactly who waits. A second
//! item leads from the execution to the run, for whoever knows the execution alone.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::transact::{Condition, Write};
use super::{Store, StoreError, item, keys};
use crate::domain::RunId;

/// How long it is known which run an execution asked for: as long as Step Functions keeps it.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// An execution that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    /// Its ARN.
    pub execution: String,
    /// What its answer is sent with; it never leaves AWS.
    pub token: String,
    /// Raised each time the execution waits anew; only the newest token is ever used.
    pub generation: u32,
    /// Since when it waits with this token.
    pub at: Timestamp,
}

/// Where an execution leads.
#[derive(Serialize, Deserialize)]
struct Door {
    run_id: RunId,
}

impl Store {
    /// Everybody who waits for the run's end.
    pub async fn subscribers(&self, id: RunId) -> Result<Vec<Subscriber>, StoreError> {
        self.read_prefix(&keys::run_partition(id), "SUB#").await
    }

    /// The run that a door's execution waits for, or waited for.
    pub async fn run_of_door(&self, execution: &str) -> Result<Option<RunId>, StoreError> {
        let door: Option<Door> = self.read(keys::door(execution)).await?;
        Ok(door.map(|door| door.run_id))
    }

    /// Forgets somebody who has their answer, unless they wait anew since.
    pub async fn answered(&self, id: RunId, subscriber: &Subscriber) -> Result<(), StoreError> {
        let condition = Condition {
            expression: "#token = :token".to_owned(),
            names: vec![("#token", "token")],
            values: vec![(":token", AttributeValue::S(subscriber.token.clone()))],
        };
        let key = keys::subscriber(id, &subscriber.execution);
        let delete = Write::delete_if(&self.main, Kind::Subscriber, key, condition)?;
        match self.transact(vec![delete]).await {
            Err(StoreError::Changed) => Ok(()),
            other => other,
        }
    }

    pub(super) fn write_subscriber(
        &self,
        id: RunId,
        subscriber: &Subscriber,
        writes: &mut Vec<Write>,
    ) -> Result<(), StoreError> {
        let key = keys::subscriber(id, &subscriber.execution);
        let stored = item::to_item(key, Kind::Subscriber, subscriber)?;
        writes.push(Write::put(&self.main, Kind::Subscriber, stored)?);
        let mut door =
            item::to_item(keys::door(&subscriber.execution), Kind::Subscriber, &Door { run_id: id })?;
        let until = subscriber.at.as_second() + KEPT.as_secs();
        door.insert(keys::TTL.to_owned(), AttributeValue::N(until.to_string()));
        writes.push(Write::put(&self.main, Kind::Subscriber, door)?);
        Ok(())
    }

    pub(super) fn drop_subscriber(&self, id: RunId, subscriber: &Subscriber) -> Result<Write, StoreError> {
        Write::delete(&self.main, Kind::Subscriber, keys::subscriber(id, &subscriber.execution))
    }
}
