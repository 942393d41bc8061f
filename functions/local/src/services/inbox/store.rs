//! Messages on disk.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::{Content, Message, SlackMessage};
use crate::services::sqlite::{Database, StoreError};

pub(super) const VERSION: u32 = 2;
pub(super) const SCHEMA: &str = "
    CREATE TABLE messages (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        ts INTEGER UNIQUE,      -- of a Slack message, in microseconds
        content TEXT NOT NULL
    ) STRICT;
    CREATE TABLE views (
        id TEXT PRIMARY KEY,
        member TEXT NOT NULL UNIQUE,
        external_id TEXT NOT NULL,
        content TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX views_by_external_id ON views (external_id) WHERE external_id <> '';
    CREATE TABLE response_urls (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        secret TEXT NOT NULL,
        member TEXT NOT NULL,
        channel TEXT NOT NULL,
        ts TEXT NOT NULL,
        uses INTEGER NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE reads (
        member TEXT NOT NULL,
        channel TEXT NOT NULL,
        id INTEGER NOT NULL,    -- of the newest message that was seen
        PRIMARY KEY (member, channel)
    ) STRICT;";

/// The newest messages.
pub(super) fn messages(database: &Database, limit: usize) -> Result<Vec<Message>, StoreError> {
    let connection = database.lock();
    let mut statement =
        connection.prepare_cached("SELECT id, at, content FROM messages ORDER BY id DESC LIMIT ?1")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map([limit], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
    })?;
    let mut messages = Vec::new();
    for row in rows {
        let (id, at, content) = row?;
        let at = Timestamp::from_millisecond(at).map_err(|error| StoreError::Content(error.to_string()))?;
        messages.push(Message { id, at, content: serde_json::from_str(&content)? });
    }
    Ok(messages)
}

/// Keeps a message.
pub(super) fn insert(database: &Database, content: &Content) -> Result<(), StoreError> {
    database.lock().execute(
        "INSERT INTO messages (at, content) VALUES (?1, ?2)",
        params![Timestamp::now().as_millisecond(), serde_json::to_string(content)?],
    )?;
    Ok(())
}

/// Keeps a Slack message under a timestamp that no other has.
pub(super) fn insert_slack(
    database: &Database,
    mut message: SlackMessage,
) -> Result<SlackMessage, StoreError> {
    let now = Timestamp::now();
    let mut connection = database.lock();
    let tx = connection.transaction()?;
    let last: Option<i64> = tx.query_row("SELECT max(ts) FROM messages", [], |row| row.get(0))?;
    let ts = now.as_microsecond().max(last.unwrap_or(0) + 1);
    message.ts = format!("{}.{:06}", ts / 1_000_000, ts % 1_000_000);
    let content = serde_json::to_string(&Content::Slack(message.clone()))?;
    tx.execute(
        "INSERT INTO messages (at, ts, content) VALUES (?1, ?2, ?3)",
        params![now.as_millisecond(), ts, content],
    )?;
    tx.commit()?;
    Ok(message)
}

/// The Slack message with this timestamp in this channel.
pub(super) fn slack(
    database: &Database,
    channel: &str,
    ts: &str,
) -> Result<Option<SlackMessage>, StoreError> {
    let Some(key) = microseconds(ts) else { return Ok(None) };
    let read = |row: &Row<'_>| row.get::<_, String>(0);
    let connection = database.lock();
    let found = connection.query_row("SELECT content FROM messages WHERE ts = ?1", [key], read).optional()?;
    match found.map(|text| serde_json::from_str(&text)).transpose()? {
        Some(Content::Slack(message)) if message.channel == channel => Ok(Some(message)),
        _ => Ok(None),
    }
}

/// Keeps what a Slack message says now.
pub(super) fn update_slack(database: &Database, message: &SlackMessage) -> Result<(), StoreError> {
    let content = serde_json::to_string(&Content::Slack(message.clone()))?;
    database.lock().execute(
        "UPDATE messages SET content = ?2 WHERE ts = ?1",
        params![microseconds(&message.ts), content],
    )?;
    Ok(())
}

/// Removes a Slack message.
pub(super) fn delete_slack(database: &Database, ts: &str) -> Result<(), StoreError> {
    database.lock().execute("DELETE FROM messages WHERE ts = ?1", [microseconds(ts)])?;
    Ok(())
}

fn microseconds(ts: &str) -> Option<i64> {
    let (seconds, fraction) = ts.split_once('.')?;
    if fraction.len() != 6 {
        return None;
    }
    seconds.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(fraction.parse().ok()?)
}
