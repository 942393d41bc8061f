//! What each member has seen of each channel, and of the mail.

use std::collections::BTreeMap;

use rusqlite::params;

use super::Inbox;
use crate::services::sqlite::StoreError;

/// The channel under which mail is counted.
pub(super) const MAIL: &str = "mail";

impl Inbox {
    /// The id of the newest message that the member saw, by channel.
    pub(super) fn seen(&self, member: &str) -> Result<BTreeMap<String, i64>, StoreError> {
        let connection = self.database().lock();
        let mut statement = connection.prepare_cached("SELECT channel, id FROM reads WHERE member = ?1")?;
        let rows = statement.query_map([member], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The member has seen the channel up to this message.
    pub(super) fn see(&self, member: &str, channel: &str, id: i64) -> Result<(), StoreError> {
        self.database().lock().execute(
            "INSERT INTO reads VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET id = max(id, excluded.id)",
            params![member, channel, id],
        )?;
        Ok(())
    }
}
