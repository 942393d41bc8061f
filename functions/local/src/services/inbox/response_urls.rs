//! Addresses that an app may answer an interaction at: five times, within half an hour.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};
use uuid::Uuid;

use super::Inbox;
use crate::services::sqlite::StoreError;

const USES: u32 = 5;
const LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// What an address is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answerable {
    /// Who acted.
    pub(crate) member: String,
    /// Where.
    pub(crate) channel: String,
    /// On which message.
    pub(crate) ts: String,
}

/// Why an address takes no answer, in Slack's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spent {
    /// It was used five times.
    Used,
    /// It is older than half an hour, or never was.
    Expired,
}

impl Inbox {
    /// Makes an address; the number and the secret of it.
    pub(crate) fn new_response_url(
        &self,
        about: &Answerable,
        now: Timestamp,
    ) -> Result<(i64, String), StoreError> {
        let secret = Uuid::new_v4().simple().to_string();
        let expires = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
        let connection = self.database().lock();
        connection.execute(
            "INSERT INTO response_urls (secret, member, channel, ts, uses, expires_at) VALUES (?1, ?2, ?3, ?4, 0, ?5)",
            params![secret, about.member, about.channel, about.ts, expires.as_millisecond()],
        )?;
        Ok((connection.last_insert_rowid(), secret))
    }

    /// Uses an address once.
    pub(crate) fn use_response_url(
        &self,
        id: i64,
        secret: &str,
        now: Timestamp,
    ) -> Result<Result<Answerable, Spent>, StoreError> {
        let mut connection = self.database().lock();
        let tx = connection.transaction()?;
        let sql = "SELECT member, channel, ts, uses FROM response_urls
                   WHERE id = ?1 AND secret = ?2 AND expires_at > ?3";
        let found = tx.query_row(sql, params![id, secret, now.as_millisecond()], |row| {
            let about = Answerable { member: row.get(0)?, channel: row.get(1)?, ts: row.get(2)? };
            Ok((about, row.get::<_, u32>(3)?))
        });
        let Some((about, uses)) = found.optional()? else { return Ok(Err(Spent::Expired)) };
        if uses >= USES {
            return Ok(Err(Spent::Used));
        }
        tx.execute("UPDATE response_urls SET uses = uses + 1 WHERE id = ?1", [id])?;
        tx.commit()?;
        Ok(Ok(about))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_works_five_times_within_half_an_hour() {
        let folder = tempfile::tempdir().expect("a folder");
        let inbox = Inbox::open(folder.path()).expect("opens");
        let about =
            Answerable { member: "U1".to_owned(), channel: "C1".to_owned(), ts: "1.000001".to_owned() };
        let now = Timestamp::from_second(1_800_000_000).expect("a time");
        let (id, secret) = inbox.new_response_url(&about, now).expect("made");
        let after = |minutes: i64| now + SignedDuration::from_mins(minutes);
        let used = |secret: &str, at| inbox.use_response_url(id, secret, at).expect("answered");
        assert_eq!(used("guessed", now), Err(Spent::Expired));
        assert_eq!(used(&secret, after(30)), Err(Spent::Expired));
        for _ in 0..5 {
            assert_eq!(used(&secret, after(29)), Ok(about.clone()));
        }
        assert_eq!(used(&secret, after(29)), Err(Spent::Used));
    }
}
