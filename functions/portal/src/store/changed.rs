//! Runs by the day on which they last changed, for the anchor of the day.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::civil::Date;

use super::{Store, StoreError, keys, lists};
use crate::AwsError;
use crate::domain::RunId;

impl Store {
    /// The runs that the index has under a day. One that changes meanwhile moves to a later day.
    pub async fn changed_on(&self, day: Date) -> Result<Vec<RunId>, StoreError> {
        let index = keys::CHANGED_RUNS;
        let pages = self
            .client
            .query()
            .table_name(&self.main)
            .index_name(index.name)
            .key_condition_expression("#day = :day")
            .expression_attribute_names("#day", index.partition)
            .expression_attribute_values(":day", AttributeValue::S(day.to_string()));
        let entries = pages.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        Ok(entries.map_err(AwsError::from)?.iter().filter_map(lists::run_of).collect())
    }
}
