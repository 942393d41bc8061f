//! Runs, by id.

use std::collections::HashMap;

use super::{Store, StoreError, item, keys};
use crate::domain::{Run, RunId};

impl Store {
    /// The run, read consistently.
    pub async fn run(&self, id: RunId) -> Result<Option<Run>, StoreError> {
        self.read(keys::run(id)).await
    }

    /// Several runs, read consistently, in the order asked for; those that do not exist are left out.
    pub async fn runs(&self, ids: &[RunId]) -> Result<Vec<Run>, StoreError> {
        let items = self.read_each(ids.iter().map(|id| keys::run(*id)).collect()).await?;
        let runs = items.into_iter().map(|item| item::from_item::<Run>(item).map(|run| (run.id, run)));
        let mut found = runs.collect::<Result<HashMap<_, _>, _>>()?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}
