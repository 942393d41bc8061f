//! Roles that cannot be assumed: there is no IAM here, so that somebody has to say which.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// By ARN. All others can be assumed by anybody.
#[derive(Default)]
pub(crate) struct Roles(Mutex<BTreeSet<String>>);

impl Roles {
    /// From now on nobody is let in with this role.
    pub(crate) fn refuse(&self, role: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(role.to_owned());
    }

    /// Whether somebody said so.
    pub(crate) fn refuses(&self, role: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(role)
    }
}
