//! Signing out everywhere: all sessions of a person end, and the access tokens that they let scripts have.
//!
//! Everybody may do it to themselves; operators may do it to anybody, as when a laptop is lost or somebody leaves.
//! There is no run to record it in, and the log does.

use super::{AppError, Portal};
use crate::domain::Person;

/// Ends whatever of a person began until now.
pub async fn everywhere(portal: &Portal, operator: &Person, person: &str) -> Result<(), AppError> {
    if operator.id != person {
        if !may_operate(portal, operator) {
            let says = "only operators sign somebody else out, and you are none; ask the platform team";
            return Err(AppError::NotAllowed(says.to_owned()));
        }
        if portal.store.person(person).await?.is_none() {
            return Err(AppError::NotFound("person"));
        }
    }
    portal.store.end_all_sessions(person, portal.now()).await?;
    tracing::warn!(?person, operator = ?operator.id, "somebody was signed out everywhere");
    Ok(())
}

/// Whether a person may sign others out.
pub fn may_operate(portal: &Portal, person: &Person) -> bool {
    person.in_any(&portal.catalog.index().portal.sign_in.operators)
}
