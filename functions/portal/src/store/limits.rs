//! How often a caller acted in the current minute: one small counter each, shared by all functions.
//!
//! A counter in memory would be one per Lambda environment, so a flood would get as many times the
//! limit as it causes environments to start.

use crate::AwsError;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{Store, StoreError, keys};

impl Store {
    /// Counts an action. `None` while the caller is within `limit` actions in this minute, otherwise
    /// the seconds until the next one begins.
    pub async fn count_action(
        &self,
        caller: &str,
        now: Timestamp,
        limit: u32,
    ) -> Result<Option<u64>, StoreError> {
        let (minute, second) = (now.as_second().div_euclid(60), now.as_second().rem_euclid(60));
        let counted = self
            .client
            .update_item()
            .table_name(&self.main)
            .set_key(Some(keys::actions(caller, minute).item()))
            .update_expression("ADD hits :one SET #ttl = :ttl")
            .condition_expression("attribute_not_exists(hits) OR hits < :limit")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":limit", AttributeValue::N(limit.to_string()))
            .expression_attribute_values(":ttl", AttributeValue::N(((minute + 2) * 60).to_string()))
            .send()
            .await;
        match counted {
            Ok(_) => Ok(None),
            Err(error) => match error.as_service_error() {
                Some(service) if service.is_conditional_check_failed_exception() => {
                    Ok(Some(u64::try_from(60 - second).unwrap_or(60)))
                }
                _ => Err(AwsError::from(error).into()),
            },
        }
    }
}
