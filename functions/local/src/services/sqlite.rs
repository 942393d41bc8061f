//! One database file: opened privately (0600), alone, and in write-ahead mode.
//!
//! Calls are short (tens of microseconds), so they run on the caller's thread behind a mutex. With the
//! write-ahead log, `synchronous = NORMAL` survives the death of the process; only a power cut can cost
//! the last transactions, and never the consistency of the file.

use std::fs::OpenOptions;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

/// Why stored state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file itself could not be made.
    #[error("cannot open {path}: {source}")]
    File {
        /// The database file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The database refused.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// Stored JSON is not what this version writes.
    #[error("stored data cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// Another version of the program wrote the file.
    #[error(
        "{path} has schema version {found}, this program needs {wanted}: delete the data folder to start afresh"
    )]
    Version {
        /// The database file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The version of this program.
        wanted: u32,
    },
    /// Another process has the file.
    #[error("{path} is in use: is another local portal running on the same data folder?")]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// A stored value is not what this version writes.
    #[error("stored data cannot be read: {0}")]
    Content(String),
}

/// A database file that belongs to this process alone.
pub(crate) struct Database(Mutex<Connection>);

impl Database {
    /// Opens `path`, creating it with `schema` when it is new.
    pub(crate) fn open(path: &Path, version: u32, schema: &str) -> Result<Self, StoreError> {
        create_private(path).map_err(|source| StoreError::File { path: path.to_owned(), source })?;
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(3))?;
        prepare(&connection, version, schema, path).map_err(|error| match error {
            StoreError::Sqlite(error) if is_busy(&error) => StoreError::InUse { path: path.to_owned() },
            other => other,
        })?;
        Ok(Self(Mutex::new(connection)))
    }

    /// A database that is nowhere on disk.
    pub(crate) fn in_memory(schema: &str) -> Result<Self, StoreError> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch("PRAGMA foreign_keys = ON;")?;
        connection.execute_batch(schema)?;
        Ok(Self(Mutex::new(connection)))
    }

    /// The connection. A panic of another holder left no open transaction behind: they roll back on drop.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The `-wal` file gets the permissions of the main file, so these hold for both.
fn create_private(path: &Path) -> std::io::Result<()> {
    let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

fn prepare(connection: &Connection, wanted: u32, schema: &str, path: &Path) -> Result<(), StoreError> {
    connection.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         PRAGMA foreign_keys = ON; BEGIN IMMEDIATE;",
    )?;
    let found: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match found {
        0 => connection.execute_batch(&format!("{schema}; PRAGMA user_version = {wanted}; COMMIT;"))?,
        found if found == wanted => connection.execute_batch("COMMIT")?,
        found => return Err(StoreError::Version { path: path.to_owned(), found, wanted }),
    }
    Ok(())
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_private_and_belongs_to_one_process() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.db");
        let _open = Database::open(&path, 1, "CREATE TABLE a (b)").expect("opens");
        let mode = std::fs::metadata(&path).expect("exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(matches!(Database::open(&path, 1, ""), Err(StoreError::InUse { .. })));
    }

    #[test]
    fn another_version_is_refused_by_number() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.db");
        drop(Database::open(&path, 1, "CREATE TABLE a (b)").expect("opens"));
        let error = Database::open(&path, 2, "").err().expect("refused");
        assert!(error.to_string().contains("schema version 1, this program needs 2"), "{error}");
    }
}
