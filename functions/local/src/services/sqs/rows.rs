//! Messages as stored.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Transaction, params};
use uuid::Uuid;

use super::{Inner, Queue};
use crate::services::sqlite::StoreError;

/// AWS keeps a message four days unless told otherwise.
const RETENTION: SignedDuration = SignedDuration::from_hours(4 * 24);

pub(super) const SCHEMA: &str = "
    CREATE TABLE messages (
        id TEXT PRIMARY KEY,
        queue TEXT NOT NULL,
        body TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        visible_at INTEGER NOT NULL,
        receives INTEGER NOT NULL,
        first_received_at INTEGER,
        receipt TEXT UNIQUE             -- of the last receive
    ) STRICT;
    CREATE INDEX messages_by_queue ON messages (queue, visible_at);";

/// A message that somebody receives.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) body: String,
    pub(super) sent_at: i64,
    pub(super) receives: u32,
    pub(super) first_received_at: i64,
    pub(super) receipt: String,
}

/// How many messages a queue has.
pub(super) struct Counts {
    pub(super) visible: i64,
    pub(super) in_flight: i64,
    pub(super) delayed: i64,
}

impl Inner {
    /// Keeps a message and gives its id.
    pub(super) fn insert(
        &self,
        queue: &str,
        body: &str,
        now: Timestamp,
        visible_at: Timestamp,
    ) -> Result<String, StoreError> {
        let id = Uuid::new_v4().to_string();
        self.database.lock().execute(
            "INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, 0, NULL, NULL)",
            params![id, queue, body, now.as_millisecond(), visible_at.as_millisecond()],
        )?;
        Ok(id)
    }

    /// Hands out messages, oldest first; those received too often move to the dead letters instead.
    pub(super) fn take(
        &self,
        queue: &Queue,
        most: u32,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Row>, StoreError> {
        let mut connection = self.database.lock();
        let tx = connection.transaction()?;
        let oldest = now.saturating_sub(RETENTION).unwrap_or(Timestamp::MIN);
        tx.execute("DELETE FROM messages WHERE sent_at < ?1", [oldest.as_millisecond()])?;
        if let Some((dead, limit)) = queue.dead_letters {
            tx.execute(
                "UPDATE messages SET queue = ?1, receipt = NULL
                 WHERE queue = ?2 AND visible_at <= ?3 AND receives >= ?4",
                params![dead, queue.name, now.as_millisecond(), limit],
            )?;
        }
        let ids = visible(&tx, queue.name, most, now)?;
        let rows = ids.iter().map(|id| received(&tx, id, now, until)).collect::<Result<_, _>>()?;
        tx.commit()?;
        Ok(rows)
    }

    /// How long until a message is next visible; none when there is none.
    pub(super) fn next_visible(&self, queue: &str, now: Timestamp) -> Result<Option<Duration>, StoreError> {
        let sql = "SELECT min(visible_at) FROM messages WHERE queue = ?1";
        let at: Option<i64> = self.database.lock().query_row(sql, [queue], |row| row.get(0))?;
        let left = at.map(|at| u64::try_from(at - now.as_millisecond()).unwrap_or(0));
        Ok(left.map(|left| Duration::from_millis(left.max(1))))
    }

    /// Removes the message of a receipt. An old receipt removes nothing.
    pub(super) fn remove(&self, queue: &str, receipt: &str) -> Result<(), StoreError> {
        self.database
            .lock()
            .execute("DELETE FROM messages WHERE queue = ?1 AND receipt = ?2", [queue, receipt])?;
        Ok(())
    }

    /// Hides a message that is in flight until another time; whether it was in flight.
    pub(super) fn hide(
        &self,
        queue: &str,
        receipt: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self.database.lock().execute(
            "UPDATE messages SET visible_at = ?4 WHERE queue = ?1 AND receipt = ?2 AND visible_at > ?3",
            params![queue, receipt, now.as_millisecond(), until.as_millisecond()],
        )?;
        Ok(changed == 1)
    }

    pub(super) fn counts(&self, queue: &str, now: Timestamp) -> Result<Counts, StoreError> {
        let sql = "SELECT count(*) FILTER (WHERE visible_at <= ?2),
                          count(*) FILTER (WHERE visible_at > ?2 AND receives > 0),
                          count(*) FILTER (WHERE visible_at > ?2 AND receives = 0)
                   FROM messages WHERE queue = ?1";
        Ok(self.database.lock().query_row(sql, params![queue, now.as_millisecond()], |row| {
            Ok(Counts { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? })
        })?)
    }
}

fn visible(tx: &Transaction<'_>, queue: &str, most: u32, now: Timestamp) -> Result<Vec<String>, StoreError> {
    let sql =
        "SELECT id FROM messages WHERE queue = ?1 AND visible_at <= ?2 ORDER BY visible_at, rowid LIMIT ?3";
    let mut statement = tx.prepare_cached(sql)?;
    let ids = statement.query_map(params![queue, now.as_millisecond(), most], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

fn received(tx: &Transaction<'_>, id: &str, now: Timestamp, until: Timestamp) -> Result<Row, StoreError> {
    let receipt = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    tx.execute(
        "UPDATE messages SET receives = receives + 1, visible_at = ?3, receipt = ?4,
             first_received_at = coalesce(first_received_at, ?2)
         WHERE id = ?1",
        params![id, now.as_millisecond(), until.as_millisecond(), receipt],
    )?;
    let sql = "SELECT id, body, sent_at, receives, first_received_at, receipt FROM messages WHERE id = ?1";
    let row = tx.query_row(sql, [id], |row| {
        Ok(Row {
            id: row.get(0)?,
            body: row.get(1)?,
            sent_at: row.get(2)?,
            receives: row.get(3)?,
            first_received_at: row.get(4)?,
            receipt: row.get(5)?,
        })
    });
    row.optional()?.ok_or_else(|| StoreError::Content(format!("message {id} vanished")))
}
