//! The mails that somebody got about one thing, so that an update arrives below them.

use serde::{Deserialize, Serialize};

/// Mails by `Message-ID`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// The first of them.
    pub first: String,
    /// The newest.
    pub newest: String,
}

impl Conversation {
    /// The conversation after another mail; the first one begins it.
    #[must_use]
    pub fn after(before: Option<&Self>, id: String) -> Self {
        Self { first: before.map_or_else(|| id.clone(), |before| before.first.clone()), newest: id }
    }
}
