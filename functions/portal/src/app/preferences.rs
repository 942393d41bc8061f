//! How somebody wants to be told. Whatever they choose, an emergency and an escalation reach their mailbox at once.

use super::{AppError, Portal};
pub use crate::store::preferences::{Media, Preferences};

/// The latest hour of a daily mail.
pub const LAST_HOUR: u8 = 23;

/// What a person chose; both media at once when they never did.
pub async fn chosen(portal: &Portal, person: &str) -> Result<Preferences, AppError> {
    Ok(portal.store.preferences(person).await?.unwrap_or_default())
}

/// How a person is told. Whoever chose Slack alone and has no account linked there would never hear anything, so
/// they are mailed as well.
pub async fn of(portal: &Portal, person: &str) -> Result<Preferences, AppError> {
    let chosen = chosen(portal, person).await?;
    if chosen.medium == Media::Slack && portal.store.slack_link(person).await?.is_none() {
        return Ok(Preferences { medium: Media::Both, ..chosen });
    }
    Ok(chosen)
}

/// Keeps what a person chooses from now on. What waits already is mailed when it was to be.
pub async fn choose(portal: &Portal, person: &str, chosen: Preferences) -> Result<(), AppError> {
    if chosen.daily_at.is_some_and(|hour| hour > LAST_HOUR) {
        return Err(AppError::Wrong { field: "hour", says: "An hour is a whole number from 0 to 23." });
    }
    Ok(portal.store.put_preferences(person, &chosen).await?)
}
