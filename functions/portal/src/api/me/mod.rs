//! `/api/me`: what belongs to the person who asks.

pub(super) mod deputy;
pub(super) mod preferences;
