//! Deputies: whom an approver named to decide for them, until when. One deputy at a time.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::transact::Write;
use super::{Item, Store, StoreError, item, keys};

/// Somebody decides for somebody else for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    /// Whose right it is.
    pub approver: String,
    /// Who uses it.
    pub deputy: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When it was arranged.
    pub at: Timestamp,
}

impl Delegation {
    /// Whether it holds now.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }

    fn item(&self, key: keys::Key) -> Result<Item, StoreError> {
        let mut stored = item::to_item(key, Kind::Delegation, self)?;
        stored.insert(keys::TTL.to_owned(), AttributeValue::N(self.until.as_second().to_string()));
        Ok(stored)
    }
}

impl Store {
    /// What an approver arranged last, whether it holds or not.
    pub async fn delegation(&self, approver: &str) -> Result<Option<Delegation>, StoreError> {
        self.read(keys::deputy(approver)).await
    }

    /// For whom somebody may decide now.
    pub async fn delegations_to(&self, deputy: &str, now: Timestamp) -> Result<Vec<Delegation>, StoreError> {
        let partition = keys::person_partition(deputy);
        let all: Vec<Delegation> = self.read_prefix(&partition, "DEPUTYFOR#").await?;
        Ok(all.into_iter().filter(|delegation| delegation.holds(now)).collect())
    }

    /// Makes this an approver's arrangement; both sides of it, and the end of the one before, in one transaction.
    pub async fn delegate(&self, approver: &str, delegation: Option<&Delegation>) -> Result<(), StoreError> {
        let before = self.delegation(approver).await?;
        let mut writes = Vec::new();
        match delegation {
            Some(new) => {
                let sides = [keys::deputy(approver), keys::deputy_for(&new.deputy, approver)];
                for side in sides {
                    writes.push(Write::put(&self.main, Kind::Delegation, new.item(side)?)?);
                }
            }
            None => writes.push(Write::delete(&self.main, Kind::Delegation, keys::deputy(approver))?),
        }
        let kept = delegation.map(|new| new.deputy.as_str());
        if let Some(gone) = before.filter(|before| Some(before.deputy.as_str()) != kept) {
            let side = keys::deputy_for(&gone.deputy, approver);
            writes.push(Write::delete(&self.main, Kind::Delegation, side)?);
        }
        self.transact(writes).await
    }
}
