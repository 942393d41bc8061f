//! What the owner's steps returned: an item of its own, so that the run stays small.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Store, StoreError, keys};
use crate::domain::RunId;
use crate::domain::digest::{self, NotCanonical};

/// Step Functions carries 256 KiB; a larger result can only come as a pointer.
pub const MAX_BYTES: usize = 256 * 1024;

/// A result, or where it is to be found when it is too large to be kept here. It is never cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredResult {
    /// The result as JSON text.
    #[serde(default)]
    pub text: Option<String>,
    /// Digest of its canonical JSON.
    pub digest: String,
    /// Its size.
    pub bytes: usize,
    /// The execution that returned it.
    pub execution: String,
}

impl StoredResult {
    /// A result of an execution.
    pub fn new(value: &Value, execution: &str) -> Result<Self, NotCanonical> {
        let text = value.to_string();
        let bytes = text.len();
        let text = (bytes <= MAX_BYTES).then_some(text);
        Ok(Self { text, digest: digest::of_value(value)?, bytes, execution: execution.to_owned() })
    }
}

impl Store {
    /// The result of a run, if it has one.
    pub async fn result(&self, id: RunId) -> Result<Option<StoredResult>, StoreError> {
        self.read(keys::result(id)).await
    }
}
