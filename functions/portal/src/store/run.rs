//! Runs, by id.

use aws_sdk_dynamodb::types::KeysAndAttributes;

use super::{Store, StoreError, item, keys};
use crate::AwsError;
use crate::domain::{Run, RunId};

impl Store {
    /// The run, read consistently.
    pub async fn run(&self, id: RunId) -> Result<Option<Run>, StoreError> {
        self.read(keys::run(id)).await
    }

    /// Several runs, read consistently, in the order asked for; those that do not exist are left out.
    pub async fn runs(&self, ids: &[RunId]) -> Result<Vec<Run>, StoreError> {
        let mut found: Vec<Run> = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(100) {
            let wanted: Vec<_> = chunk.iter().map(|id| keys::run(*id).item()).collect();
            let mut request = Some(keys_of(wanted)?);
            while let Some(keys) = request.take() {
                let answer = self.client.batch_get_item().request_items(&self.main, keys).send().await;
                let mut answer = answer.map_err(AwsError::from)?;
                let items = answer.responses.as_mut().and_then(|tables| tables.remove(&self.main));
                for item in items.unwrap_or_default() {
                    found.push(item::from_item(item)?);
                }
                request = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.main));
            }
        }
        Ok(ids.iter().filter_map(|id| found.iter().find(|run| run.id == *id).cloned()).collect())
    }
}

fn keys_of(keys: Vec<super::Item>) -> Result<KeysAndAttributes, StoreError> {
    let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
    Ok(keys.map_err(AwsError::from)?)
}
