//! What is made when it is first used: a function that never mails has no use for a client of SES.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

/// A client that may never be needed; cheap to clone.
pub struct Late<C>(Arc<LazyLock<C, Box<dyn FnOnce() -> C + Send>>>);

impl<C> Late<C> {
    /// Made by `make`, by whoever comes first.
    pub fn new(make: impl FnOnce() -> C + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(make))))
    }
}

impl<C: Send + 'static> From<C> for Late<C> {
    fn from(made: C) -> Self {
        Self::new(move || made)
    }
}

impl<C> Deref for Late<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

impl<C> Clone for Late<C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<C> fmt::Debug for Late<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Late")
    }
}
