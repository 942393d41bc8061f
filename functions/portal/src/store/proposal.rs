//! Proposals: other parameters that an approver would let through. One at a time for a run, the newest counts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Store, StoreError, keys};
use crate::domain::run::json_text;
use crate::domain::{ParameterRow, PersonName, RunId};

/// What an approver proposes instead of what was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The gate that the approver was asked at.
    pub gate: String,
    /// Who proposes it, and will not decide about it.
    pub editor: PersonName,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// The run's digest that the approver saw.
    pub digest: String,
    /// The parameters, secrets as the run's own references.
    #[serde(with = "json_text")]
    pub parameters: Value,
    /// The same in words.
    pub rows: Vec<ParameterRow>,
}

impl Store {
    /// The newest proposal for a run.
    pub async fn proposal(&self, id: RunId) -> Result<Option<Proposal>, StoreError> {
        self.read(keys::proposal(id)).await
    }
}
