//! What people were mailed about a run: each person's conversation, and who was told which notice.
//!
//! A notice that reached some and failed for one is tried again for that one alone.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::error::Kind;
use super::transact::Write;
use super::{Store, StoreError, item, keys};
use crate::domain::{Conversation, RunId};

/// One person's conversation about one approval of a run, or about the run itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailed {
    /// The approval; empty for the run itself.
    pub gate: String,
    /// The person's id, or `team:data` for the mailbox of a team.
    pub person: String,
    /// The mails so far.
    pub conversation: Conversation,
}

/// Somebody was told the notice of an outbox row, by mail or by a line of the daily one.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Told {
    person: String,
}

impl Store {
    /// Somebody's conversation about an approval of a run.
    pub async fn mailed(&self, id: RunId, gate: &str, person: &str) -> Result<Option<Mailed>, StoreError> {
        self.read(keys::mail(id, gate, person)).await
    }

    /// Everybody's conversations about a run.
    pub async fn all_mailed(&self, id: RunId) -> Result<Vec<Mailed>, StoreError> {
        self.read_prefix(&keys::run_partition(id), "MAIL#").await
    }

    /// Who was told the notice of an outbox row.
    pub async fn told(&self, id: RunId, row: u64) -> Result<BTreeSet<String>, StoreError> {
        let prefix = keys::told(id, row, "").sk;
        let told: Vec<Told> = self.read_prefix(&keys::run_partition(id), &prefix).await?;
        Ok(told.into_iter().map(|told| told.person).collect())
    }

    /// Notes that somebody was mailed the notice of an outbox row.
    pub async fn put_mailed(&self, id: RunId, row: u64, mailed: &Mailed) -> Result<(), StoreError> {
        let key = keys::mail(id, &mailed.gate, &mailed.person);
        let stored = item::to_item(key, Kind::Mail, mailed)?;
        let told = self.write_told(id, row, &mailed.person)?;
        self.transact(vec![Write::put(&self.main, Kind::Mail, stored)?, told]).await
    }

    /// The write that notes that somebody was told.
    pub(super) fn write_told(&self, id: RunId, row: u64, person: &str) -> Result<Write, StoreError> {
        let told = Told { person: person.to_owned() };
        Write::put(&self.main, Kind::Mail, item::to_item(keys::told(id, row, person), Kind::Mail, &told)?)
    }
}
