//! Task tokens: what wakes the gateway. They decide nothing and never leave AWS.

use serde::{Deserialize, Serialize};

use super::{Store, StoreError, keys};
use crate::domain::RunId;

/// The item's content.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) token: String,
}

impl Store {
    /// The token that the gateway waits with at this gate, in this generation of waiting.
    pub async fn token(&self, id: RunId, gate: &str, generation: u32) -> Result<Option<String>, StoreError> {
        let stored: Option<Stored> = self.read(keys::token(id, gate, generation)).await?;
        Ok(stored.map(|stored| stored.token))
    }
}
