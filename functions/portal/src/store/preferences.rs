//! How somebody wants to be told: by which medium, and whether what can wait comes once a day.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Kind;
use super::outbox::Medium;
use super::{Store, StoreError, item, keys};

/// Whoever is asked has at least so long to decide after the daily mail; what closes sooner does not wait for it.
pub const TO_DECIDE: SignedDuration = SignedDuration::from_hours(2);
const DAY: i64 = 24 * 60 * 60;

/// By which media somebody is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Media {
    /// Mail alone.
    Email,
    /// Slack alone.
    Slack,
    /// Both.
    #[default]
    Both,
}

/// How somebody wants to be told. Who never chose is told by both media at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// By which media.
    pub medium: Media,
    /// The hour, in UTC, of one mail a day with all that can wait; none for a mail each.
    #[serde(default)]
    pub daily_at: Option<u8>,
}

impl Preferences {
    /// Whether somebody is told by this medium.
    pub fn wants(&self, medium: Medium) -> bool {
        match self.medium {
            Media::Both => medium != Medium::EmailInstead,
            Media::Email => medium == Medium::Email,
            Media::Slack => medium != Medium::Email,
        }
    }

    /// The next daily mail.
    pub fn next_daily(&self, now: Timestamp) -> Option<Timestamp> {
        let hour = i64::from(self.daily_at?);
        let today = now.as_second().div_euclid(DAY) * DAY + hour * 60 * 60;
        let next = if today > now.as_second() { today } else { today + DAY };
        Timestamp::from_second(next).ok()
    }

    /// The daily mail that something can wait for which closes at `closes`; none when it must be told at once.
    pub fn may_wait(&self, now: Timestamp, closes: Option<Timestamp>) -> Option<Timestamp> {
        let next = self.next_daily(now)?;
        closes.is_none_or(|closes| next + TO_DECIDE <= closes).then_some(next)
    }
}

impl Store {
    /// What somebody chose, if ever.
    pub async fn preferences(&self, person: &str) -> Result<Option<Preferences>, StoreError> {
        self.read(keys::preferences(person)).await
    }

    /// Keeps what somebody chose.
    pub async fn put_preferences(&self, person: &str, chosen: &Preferences) -> Result<(), StoreError> {
        self.put(item::to_item(keys::preferences(person), Kind::Person, chosen)?).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn what_closes_too_soon_does_not_wait_for_the_daily_mail() {
        let daily = Preferences { medium: Media::Both, daily_at: Some(8) };
        let check = |now: &str, closes: Option<&str>, expected: Option<&str>| {
            assert_eq!(daily.may_wait(at(now), closes.map(at)), expected.map(at), "{now} {closes:?}");
        };
        check("2026-03-01T07:59:59Z", None, Some("2026-03-01T08:00:00Z"));
        check("2026-03-01T08:00:00Z", None, Some("2026-03-02T08:00:00Z"));
        check("2026-03-01T06:00:00Z", Some("2026-03-01T10:00:00Z"), Some("2026-03-01T08:00:00Z"));
        check("2026-03-01T06:00:00Z", Some("2026-03-01T09:59:59Z"), None);
        check("2026-03-01T09:00:00Z", Some("2026-03-01T23:00:00Z"), None);
        let at_once = Preferences { daily_at: None, ..daily };
        assert_eq!(at_once.may_wait(at("2026-03-01T06:00:00Z"), None), None);
    }
}
