//! Votes: one item for each person, gate and generation.

use super::{Store, StoreError, keys};
use crate::domain::{RunId, Vote};

impl Store {
    /// All votes of a run, in the order in which they were cast.
    pub async fn votes(&self, id: RunId) -> Result<Vec<Vote>, StoreError> {
        let mut votes: Vec<Vote> = self.read_prefix(&keys::run_partition(id), "VOTE#").await?;
        votes.sort_by_key(|vote| vote.at);
        Ok(votes)
    }

    /// One person's vote at one gate.
    pub async fn vote(
        &self,
        id: RunId,
        gate: &str,
        generation: u32,
        person: &str,
    ) -> Result<Option<Vote>, StoreError> {
        self.read(keys::vote(id, gate, generation, person)).await
    }
}
