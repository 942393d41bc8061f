//! What the Step Functions host keeps: machines, versions, aliases, activities, tags, executions with
//! their histories, and what it owes the running ones (timers, tasks, tokens). All in `engine.db`.

mod activities;
mod aliases;
mod executions;
mod history;
mod machines;
mod map_runs;
mod redrive;
mod resume;
mod rows;
mod settings;
mod tags;
mod transition;
mod versions;

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::services::sqlite::{Database, StoreError};

pub(crate) use aliases::{AliasRow, Route};
pub(crate) use executions::{Filter, NewExecution, Parent, Pinned, Started};
pub(crate) use machines::{MachineChange, NewMachine};
pub(crate) use map_runs::{ChildEnd, MapRunChange, MapRunRow, status_of};
pub(crate) use resume::OpenTask;
pub(crate) use rows::{ActivityRow, ExecutionRow, MachineRow, VersionRow};
pub(crate) use settings::Settings;
pub(crate) use transition::Change;

const VERSION: u32 = 2;

/// The host's state on disk.
pub(crate) struct Store(Database);

impl Store {
    /// Opens `engine.db` in the data folder; without one, everything is in memory and ends with it.
    pub(crate) fn open(folder: Option<&Path>) -> Result<Self, StoreError> {
        let schema = include_str!("schema.sql");
        match folder {
            Some(folder) => Database::open(&folder.join("engine.db"), VERSION, schema),
            None => Database::in_memory(schema),
        }
        .map(Self)
    }

    /// The text of a definition by its digest.
    pub(crate) fn definition(&self, digest: &str) -> Result<String, StoreError> {
        let connection = self.0.lock();
        Ok(connection
            .query_row("SELECT text FROM definitions WHERE digest = ?1", [digest], |row| row.get(0))?)
    }
}

/// The name a definition is stored under.
pub(crate) fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// Saves a definition's text, once, and gives its digest.
fn save_definition(connection: &rusqlite::Connection, text: &str) -> Result<String, StoreError> {
    let digest = digest(text);
    connection.execute("INSERT OR IGNORE INTO definitions VALUES (?1, ?2)", [digest.as_str(), text])?;
    Ok(digest)
}
