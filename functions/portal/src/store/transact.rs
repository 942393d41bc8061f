//! Sends a transaction: all of it or nothing, with a name for whichever condition did not hold.

use std::time::Duration;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update as UpdateItem,
};

use super::error::Kind;
use super::keys::Key;
use super::{Item, Store, StoreError};
use crate::AwsError;

/// How often a transaction is tried while others hold its items.
const TRIES: u32 = 6;

/// A write with the kind of item it concerns.
#[derive(Clone)]
pub(super) struct Write {
    kind: Kind,
    item: TransactWriteItem,
}

/// A condition with its values; attribute names start with `#` where they are reserved words.
pub(super) struct Condition {
    pub(super) expression: String,
    pub(super) names: Vec<(&'static str, &'static str)>,
    pub(super) values: Vec<(&'static str, AttributeValue)>,
}

/// A change of some attributes of an item, which is made where it does not exist.
pub(super) struct Update {
    pub(super) expression: &'static str,
    pub(super) names: Vec<(&'static str, &'static str)>,
    pub(super) values: Vec<(&'static str, AttributeValue)>,
}

impl Write {
    /// Writes an item that must not exist.
    pub(super) fn create(table: &str, kind: Kind, item: Item) -> Result<Self, StoreError> {
        let condition = Condition {
            expression: "attribute_not_exists(PK)".to_owned(),
            names: Vec::new(),
            values: Vec::new(),
        };
        Self::replace(table, kind, item, condition)
    }

    /// Writes an item, whatever was there.
    pub(super) fn put(table: &str, kind: Kind, item: Item) -> Result<Self, StoreError> {
        let put = Put::builder().table_name(table).set_item(Some(item)).build().map_err(AwsError::from)?;
        Ok(Self { kind, item: TransactWriteItem::builder().put(put).build() })
    }

    /// Writes an item where the condition holds.
    pub(super) fn replace(
        table: &str,
        kind: Kind,
        item: Item,
        condition: Condition,
    ) -> Result<Self, StoreError> {
        let mut put = Put::builder()
            .table_name(table)
            .set_item(Some(item))
            .condition_expression(condition.expression)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::None);
        for (name, attribute) in condition.names {
            put = put.expression_attribute_names(name, attribute);
        }
        for (name, value) in condition.values {
            put = put.expression_attribute_values(name, value);
        }
        let put = put.build().map_err(AwsError::from)?;
        Ok(Self { kind, item: TransactWriteItem::builder().put(put).build() })
    }

    /// Writes nothing: an item must be as the condition says.
    pub(super) fn demand(
        table: &str,
        kind: Kind,
        key: Key,
        condition: Condition,
    ) -> Result<Self, StoreError> {
        let mut check = ConditionCheck::builder()
            .table_name(table)
            .set_key(Some(key.item()))
            .condition_expression(condition.expression);
        for (name, attribute) in condition.names {
            check = check.expression_attribute_names(name, attribute);
        }
        for (name, value) in condition.values {
            check = check.expression_attribute_values(name, value);
        }
        let check = check.build().map_err(AwsError::from)?;
        Ok(Self { kind, item: TransactWriteItem::builder().condition_check(check).build() })
    }

    /// Changes attributes of an item where the condition holds, if there is one.
    pub(super) fn update(
        table: &str,
        kind: Kind,
        key: Key,
        update: Update,
        condition: Option<Condition>,
    ) -> Result<Self, StoreError> {
        let mut write = UpdateItem::builder()
            .table_name(table)
            .set_key(Some(key.item()))
            .update_expression(update.expression)
            .set_condition_expression(condition.as_ref().map(|one| one.expression.clone()));
        let (names, values) = condition.map(|one| (one.names, one.values)).unwrap_or_default();
        for (name, attribute) in update.names.into_iter().chain(names) {
            write = write.expression_attribute_names(name, attribute);
        }
        for (name, value) in update.values.into_iter().chain(values) {
            write = write.expression_attribute_values(name, value);
        }
        let write = write.build().map_err(AwsError::from)?;
        Ok(Self { kind, item: TransactWriteItem::builder().update(write).build() })
    }

    /// Removes an item, whether it exists or not.
    pub(super) fn delete(table: &str, kind: Kind, key: Key) -> Result<Self, StoreError> {
        let delete = Delete::builder().table_name(table).set_key(Some(key.item())).build();
        let delete = delete.map_err(AwsError::from)?;
        Ok(Self { kind, item: TransactWriteItem::builder().delete(delete).build() })
    }

    /// Removes an item where the condition holds.
    pub(super) fn delete_if(
        table: &str,
        kind: Kind,
        key: Key,
        condition: Condition,
    ) -> Result<Self, StoreError> {
        let mut delete = Delete::builder()
            .table_name(table)
            .set_key(Some(key.item()))
            .condition_expression(condition.expression);
        for (name, attribute) in condition.names {
            delete = delete.expression_attribute_names(name, attribute);
        }
        for (name, value) in condition.values {
            delete = delete.expression_attribute_values(name, value);
        }
        let delete = delete.build().map_err(AwsError::from)?;
        Ok(Self { kind, item: TransactWriteItem::builder().delete(delete).build() })
    }
}

impl Store {
    /// Sends the writes as one transaction. Another transaction on the same items is waited out,
    /// with growing pauses; a condition that does not hold is final.
    pub(super) async fn transact(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        let (kinds, items): (Vec<_>, Vec<_>) = writes.into_iter().map(|w| (w.kind, w.item)).unzip();
        for attempt in 0..TRIES {
            let request = self.client.transact_write_items().set_transact_items(Some(items.clone()));
            let Err(error) = request.send().await else { return Ok(()) };
            match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                    if let Some(final_error) = judge(&kinds, canceled.cancellation_reasons()) {
                        return Err(final_error);
                    }
                }
                Some(TransactWriteItemsError::TransactionInProgressException(_)) => {}
                _ => return Err(AwsError::from(error).into()),
            }
            tokio::time::sleep(pause(attempt)).await;
        }
        Err(StoreError::Busy)
    }
}

/// What the reasons mean, in the order of the writes; none when trying again may help.
///
/// A vote, token, key, link or signed request that exists says more than the changed run that may come with it; an audit
/// record or outbox row that exists only says that somebody else changed the run first. After that come a limit that is
/// reached and a circuit that turned meanwhile.
fn judge(kinds: &[Kind], reasons: &[CancellationReason]) -> Option<StoreError> {
    let (mut changed, mut full, mut turned) = (None, None, None);
    for (kind, reason) in kinds.iter().zip(reasons) {
        match (reason.code().unwrap_or("None"), kind) {
            ("None" | "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded", _) => {}
            ("ConditionalCheckFailed", Kind::Vote | Kind::Token | Kind::Key | Kind::Link | Kind::Seen) => {
                return Some(StoreError::Exists(*kind));
            }
            ("ConditionalCheckFailed", Kind::Limit(limit)) => {
                full.get_or_insert(StoreError::Full(*limit));
            }
            ("ConditionalCheckFailed", Kind::Breaker) => turned = Some(StoreError::Exists(*kind)),
            ("ConditionalCheckFailed", _) => changed = Some(StoreError::Changed),
            (code, _) => {
                let message = reason.message().unwrap_or("no message");
                return Some(AwsError::saying(format!("{kind}: {code}: {message}")).into());
            }
        }
    }
    changed.or(full).or(turned)
}

/// 20 ms doubling to 320 ms, each with a random half, so that two writers do not meet again.
fn pause(attempt: u32) -> Duration {
    let base = 20_u64 << attempt.min(4);
    let random = u64::from(uuid::Uuid::new_v4().as_bytes()[0]);
    Duration::from_millis(base / 2 + base * random / 510)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::limits::{Full, Scope};

    #[test]
    fn names_the_condition_that_did_not_hold() {
        let check = |codes: &[&str], expect: &str| {
            let kinds = [Kind::Run, Kind::Vote, Kind::Audit];
            let reasons: Vec<_> =
                codes.iter().map(|code| CancellationReason::builder().code(*code).build()).collect();
            let judged = judge(&kinds, &reasons).map_or("again".to_owned(), |error| error.to_string());
            assert_eq!(judged, expect, "{codes:?}");
        };
        check(&["ConditionalCheckFailed", "None", "None"], "the run changed in the meantime");
        check(&["None", "ConditionalCheckFailed", "None"], "the vote exists already");
        check(&["ConditionalCheckFailed", "ConditionalCheckFailed", "None"], "the vote exists already");
        check(
            &["ConditionalCheckFailed", "None", "ConditionalCheckFailed"],
            "the run changed in the meantime",
        );
        check(&["TransactionConflict", "None", "None"], "again");
        check(&["None", "None", "ThrottlingError"], "again");
    }

    #[test]
    fn a_key_that_was_used_and_a_run_that_changed_say_more_than_a_limit() {
        let check = |failed: &[Kind], expect: &str| {
            let all = [
                Kind::Run,
                Kind::Key,
                Kind::Limit(Full::Slots(Scope::Target)),
                Kind::Limit(Full::Window(Scope::Workflow)),
                Kind::Breaker,
            ];
            let code = |kind| if failed.contains(kind) { "ConditionalCheckFailed" } else { "None" };
            let reasons: Vec<_> =
                all.iter().map(|kind| CancellationReason::builder().code(code(kind)).build()).collect();
            assert_eq!(format!("{:?}", judge(&all, &reasons)), expect, "{failed:?}");
        };
        let (place, window) =
            (Kind::Limit(Full::Slots(Scope::Target)), Kind::Limit(Full::Window(Scope::Workflow)));
        check(&[place], "Some(Full(Slots(Target)))");
        check(&[window, Kind::Breaker], "Some(Full(Window(Workflow)))");
        check(&[place, window], "Some(Full(Slots(Target)))");
        check(&[Kind::Key, place, window, Kind::Breaker], "Some(Exists(Key))");
        check(&[Kind::Run, place, Kind::Breaker], "Some(Changed)");
        check(&[Kind::Breaker], "Some(Exists(Breaker))");
    }
}
