//! A policy as what it grants: an action on a resource under a condition.

use catalog_model::Permissions;
use serde_json::Value;

use super::{condition, pattern};

/// One thing that a policy allows, and where it says so.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grant<'p> {
    /// Index of the statement.
    pub(super) statement: usize,
    /// Index of the action, where the statement has a list of them.
    pub(super) index: Option<usize>,
    pub(super) action: &'p str,
    pub(super) resource: &'p str,
    pub(super) condition: Option<&'p Value>,
}

impl Grant<'_> {
    /// Whether this allows everything that the other one does.
    pub(super) fn covers(&self, other: &Self) -> bool {
        pattern::actions(self.action, other.action)
            && pattern::resources(self.resource, other.resource)
            && condition::covers(self.condition, other.condition)
    }
}

/// Everything that a policy allows.
pub(super) fn all(policy: &Permissions) -> Vec<Grant<'_>> {
    let mut grants = Vec::new();
    for (statement, said) in policy.statement.iter().enumerate() {
        let many = matches!(said.action, catalog_model::permissions::OneOrMany::Many(_));
        for (index, action) in said.action.iter().enumerate() {
            grants.extend(said.resource.iter().map(|resource| Grant {
                statement,
                index: many.then_some(index),
                action,
                resource,
                condition: said.condition.as_ref(),
            }));
        }
    }
    grants
}
