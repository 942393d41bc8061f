//! Places among the runs under way, and how many runs were requested in a window: what `limits` are held with.
//!
//! A place is the name of its holder in a set, so that taking and giving back are exact whoever else does so, giving
//! back twice changes nothing, and a place that was lost can be seen. [`super::commit`] takes the places of a run when
//! it is created and gives them back when it ends, in the same transaction; nothing else does.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::error::Kind;
use super::transact::{Condition, Update, Write};
use super::{Store, StoreError, keys};
use crate::AwsError;
use crate::domain::limits::{Count, Full, Slot};
use crate::domain::{Run, RunId};

/// No run lasts so long: what nobody has used since is forgotten.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24 * 400);
/// How long a count is kept for readers once its window is over.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// The places of a workflow, or of one thing that its runs act on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Places {
    /// What the runs act on, as canonical JSON; none for those of the whole workflow.
    #[serde(default)]
    pub target: Option<String>,
    /// Who holds one: the run that took it.
    #[serde(default)]
    pub holders: BTreeSet<RunId>,
}

/// How many runs were requested in a window.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Counted {
    /// What they act on, as canonical JSON; none for those of the whole workflow.
    #[serde(default)]
    pub target: Option<String>,
    /// How many.
    #[serde(default)]
    pub runs: u32,
}

impl Store {
    /// Takes a place; refused when there is none.
    pub(super) fn take(&self, run: &Run, slot: &Slot, now: Timestamp) -> Result<Write, StoreError> {
        let target = slot.scope.counts_by(run.acts_on.as_deref());
        let condition = Condition {
            expression: "attribute_not_exists(holders) OR size(holders) < :limit".to_owned(),
            names: vec![],
            values: vec![(":limit", AttributeValue::N(slot.limit.to_string()))],
        };
        let update = Update {
            expression: "ADD holders :holder SET #ttl = :ttl, #target = :target",
            names: vec![("#ttl", keys::TTL), ("#target", "target")],
            values: vec![
                (":holder", holder(slot.holder)),
                (":ttl", ttl(now, FORGOTTEN)),
                target_value(target),
            ],
        };
        let key = keys::places(&run.workflow, target);
        Write::update(&self.main, Kind::Limit(Full::Slots(slot.scope)), key, update, Some(condition))
    }

    /// Gives a place back.
    pub(super) fn give_back(&self, run: &Run, slot: &Slot) -> Result<Write, StoreError> {
        let key = keys::places(&run.workflow, slot.scope.counts_by(run.acts_on.as_deref()));
        let kind = Kind::Limit(Full::Slots(slot.scope));
        Write::update(&self.main, kind, key, without(slot.holder), None)
    }

    /// Counts a run in a window; refused when the window is full.
    pub(super) fn count(&self, run: &Run, count: &Count) -> Result<Write, StoreError> {
        let target = count.scope.counts_by(run.acts_on.as_deref());
        let condition = Condition {
            expression: "attribute_not_exists(#runs) OR #runs < :limit".to_owned(),
            names: vec![],
            values: vec![(":limit", AttributeValue::N(count.limit.to_string()))],
        };
        let update = Update {
            expression: "ADD #runs :one SET #ttl = :ttl, #target = :target",
            names: vec![("#runs", "runs"), ("#ttl", keys::TTL), ("#target", "target")],
            values: vec![
                (":one", AttributeValue::N("1".to_owned())),
                (":ttl", ttl(count.until, KEPT)),
                target_value(target),
            ],
        };
        let key = keys::counted(&run.workflow, count, target);
        Write::update(&self.main, Kind::Limit(Full::Window(count.scope)), key, update, Some(condition))
    }

    /// The places of a workflow that are taken, or of one thing.
    pub async fn places(&self, slug: &str, target: Option<&str>) -> Result<Places, StoreError> {
        Ok(self.read(keys::places(slug, target)).await?.unwrap_or_default())
    }

    /// The places that are taken of everything that runs of a workflow act on.
    pub async fn places_by_target(&self, slug: &str) -> Result<Vec<Places>, StoreError> {
        self.read_prefix(&keys::limits_partition(slug), keys::PLACES_OF_TARGETS).await
    }

    /// How many runs were requested in a window.
    pub async fn counted(
        &self,
        slug: &str,
        count: &Count,
        target: Option<&str>,
    ) -> Result<Counted, StoreError> {
        Ok(self.read(keys::counted(slug, count, target)).await?.unwrap_or_default())
    }

    /// The same for everything that runs of a workflow act on.
    pub async fn counted_by_target(&self, slug: &str, count: &Count) -> Result<Vec<Counted>, StoreError> {
        self.read_prefix(&keys::limits_partition(slug), &keys::counted_of_targets(count)).await
    }

    /// Gives back a place whose holder is known to hold it no more. A holder never takes a place twice, so this comes
    /// too late for nobody.
    pub async fn forget(&self, slug: &str, target: Option<&str>, lost: RunId) -> Result<(), StoreError> {
        let update = without(lost);
        let mut request = self
            .client
            .update_item()
            .table_name(&self.main)
            .set_key(Some(keys::places(slug, target).item()))
            .update_expression(update.expression);
        for (name, value) in update.values {
            request = request.expression_attribute_values(name, value);
        }
        request.send().await.map_err(AwsError::from)?;
        Ok(())
    }
}

fn without(run: RunId) -> Update {
    Update { expression: "DELETE holders :holder", names: vec![], values: vec![(":holder", holder(run))] }
}

fn holder(run: RunId) -> AttributeValue {
    AttributeValue::Ss(vec![run.to_string()])
}

fn target_value(target: Option<&str>) -> (&'static str, AttributeValue) {
    (":target", target.map_or(AttributeValue::Null(true), |target| AttributeValue::S(target.to_owned())))
}

fn ttl(at: Timestamp, length: SignedDuration) -> AttributeValue {
    AttributeValue::N((at.as_second() + length.as_secs()).to_string())
}
