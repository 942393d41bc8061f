//! Several items of the main table in one call.

use aws_sdk_dynamodb::types::KeysAndAttributes;

use super::keys::Key;
use super::{Item, Store, StoreError};
use crate::AwsError;

/// `DynamoDB` takes so many keys in a call.
const KEYS: usize = 100;

impl Store {
    /// The items of those keys that there are, in no order, each read consistently. No key comes twice.
    pub(super) async fn read_each(&self, keys: Vec<Key>) -> Result<Vec<Item>, StoreError> {
        let mut found = Vec::with_capacity(keys.len());
        let mut left: Vec<Item> = keys.into_iter().map(Key::item).collect();
        while !left.is_empty() {
            let rest = left.split_off(left.len().min(KEYS));
            let wanted = KeysAndAttributes::builder().set_keys(Some(left)).consistent_read(true).build();
            let wanted = wanted.map_err(AwsError::from)?;
            let answer = self.client.batch_get_item().request_items(&self.main, wanted).send().await;
            let mut answer = answer.map_err(AwsError::from)?;
            let items = answer.responses.as_mut().and_then(|tables| tables.remove(&self.main));
            found.extend(items.unwrap_or_default());
            let again = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.main));
            left = again.map(|again| again.keys).unwrap_or_default();
            left.extend(rest);
        }
        Ok(found)
    }
}
