//! Secrets as stored.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::Inner;
use crate::services::aws_json::Caller;
use crate::services::sqlite::StoreError;

/// One secret and its only version.
pub(super) struct SecretRow {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) text: Option<String>,
    pub(super) binary: Option<String>,
    pub(super) description: Option<String>,
    pub(super) kms_key: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) deleted_at: Option<Timestamp>,
    pub(super) deletion_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "arn, name, version, text, binary, description, kms_key, created_at, deleted_at, deletion_at";

impl SecretRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            arn: row.get(0)?,
            name: row.get(1)?,
            version: row.get(2)?,
            text: row.get(3)?,
            binary: row.get(4)?,
            description: row.get(5)?,
            kms_key: row.get(6)?,
            created_at: time(row.get(7)?),
            deleted_at: row.get::<_, Option<i64>>(8)?.map(time),
            deletion_at: row.get::<_, Option<i64>>(9)?.map(time),
        })
    }
}

impl Inner {
    /// By name, by ARN, or by an ARN without its random ending.
    pub(super) fn find(&self, caller: &Caller, id: &str) -> Result<Option<SecretRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM secrets WHERE arn = ?1 OR substr(arn, 1, length(arn) - 7) = ?1
             OR (account = ?2 AND region = ?3 AND name = ?1)"
        );
        let connection = self.database.lock();
        let mut statement = connection.prepare_cached(&sql)?;
        Ok(statement.query_row(params![id, caller.account, caller.region], SecretRow::read).optional()?)
    }

    /// Saves a new secret.
    pub(super) fn insert(&self, caller: &Caller, row: &SecretRow) -> Result<(), StoreError> {
        self.database.lock().execute(
            "INSERT INTO secrets VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, NULL)",
            params![
                row.arn,
                caller.account,
                caller.region,
                row.name,
                row.version,
                row.text,
                row.binary,
                row.description,
                row.kms_key,
                row.created_at.as_millisecond(),
            ],
        )?;
        Ok(())
    }

    /// Marks a secret as deleted; it is gone at `at`.
    pub(super) fn mark(&self, arn: &str, now: Timestamp, at: Timestamp) -> Result<(), StoreError> {
        self.database.lock().execute(
            "UPDATE secrets SET deleted_at = ?2, deletion_at = ?3 WHERE arn = ?1",
            params![arn, now.as_millisecond(), at.as_millisecond()],
        )?;
        Ok(())
    }

    /// Removes what is past its recovery window.
    pub(super) fn forget_deleted(&self, now: Timestamp) -> Result<(), StoreError> {
        self.database
            .lock()
            .execute("DELETE FROM secrets WHERE deletion_at <= ?1", [now.as_millisecond()])?;
        Ok(())
    }
}

fn time(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
