//! Aliases of state machines: names that stand for one or two versions.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};

use super::Store;
use super::rows::time;
use crate::services::sqlite::StoreError;

/// Where an alias sends executions, as the API writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Route {
    pub(crate) state_machine_version_arn: String,
    /// Of a hundred.
    pub(crate) weight: i64,
}

/// An alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AliasRow {
    pub(crate) seq: i64,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) routing: Vec<Route>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl AliasRow {
    const COLUMNS: &str = "seq, arn, name, description, routing, created_at, updated_at";

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let routing = serde_json::from_str(&row.get::<_, String>(4)?)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(4, Type::Text, Box::new(error)))?;
        Ok(Self {
            seq: row.get(0)?,
            arn: row.get(1)?,
            name: row.get(2)?,
            description: row.get(3)?,
            routing,
            created_at: time(row, 5)?,
            updated_at: time(row, 6)?,
        })
    }
}

impl Store {
    /// Saves a new alias; false when one of that ARN exists.
    pub(crate) fn create_alias(&self, machine: &str, alias: &AliasRow) -> Result<bool, StoreError> {
        let routing = serde_json::to_string(&alias.routing)?;
        let inserted = self.0.lock().execute(
            "INSERT OR IGNORE INTO aliases (arn, machine, name, description, routing, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
            params![
                alias.arn,
                machine,
                alias.name,
                alias.description,
                routing,
                alias.created_at.as_millisecond()
            ],
        )?;
        Ok(inserted == 1)
    }

    /// An alias by its ARN.
    pub(crate) fn alias(&self, arn: &str) -> Result<Option<AliasRow>, StoreError> {
        let sql = format!("SELECT {} FROM aliases WHERE arn = ?1", AliasRow::COLUMNS);
        Ok(self.0.lock().query_row(&sql, [arn], AliasRow::read).optional()?)
    }

    /// Aliases of a machine in the order of their creation, after `after`.
    pub(crate) fn aliases(
        &self,
        machine: &str,
        after: i64,
        limit: usize,
    ) -> Result<Vec<AliasRow>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {} FROM aliases WHERE machine = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            AliasRow::COLUMNS
        ))?;
        let rows = statement.query_map(params![machine, after, limit], AliasRow::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Changes what is given.
    pub(crate) fn update_alias(
        &self,
        arn: &str,
        description: Option<&str>,
        routing: Option<&[Route]>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let routing = routing.map(serde_json::to_string).transpose()?;
        self.0.lock().execute(
            "UPDATE aliases SET description = coalesce(?2, description), routing = coalesce(?3, routing),
             updated_at = ?4 WHERE arn = ?1",
            params![arn, description, routing, now.as_millisecond()],
        )?;
        Ok(())
    }

    /// Forgets an alias.
    pub(crate) fn delete_alias(&self, arn: &str) -> Result<(), StoreError> {
        self.0.lock().execute("DELETE FROM aliases WHERE arn = ?1", [arn])?;
        Ok(())
    }
}
