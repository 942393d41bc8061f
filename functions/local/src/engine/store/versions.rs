//! Published versions of state machines.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Store, VersionRow, machines};
use crate::services::sqlite::StoreError;

impl Store {
    /// Publishes the machine as it is; the version of its revision again when there is one.
    pub(crate) fn publish(
        &self,
        arn: &str,
        description: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<VersionRow>, StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        let Some(machine) = machines::machine(&tx, arn)? else { return Ok(None) };
        if let Some(latest) = versions(&tx, arn, u64::MAX, 1)?.pop()
            && latest.revision == machine.revision
        {
            return Ok(Some(latest));
        }
        let number: u64 = tx.query_row(
            "UPDATE machines SET last_version = last_version + 1 WHERE arn = ?1 RETURNING last_version",
            [arn],
            |row| row.get(0),
        )?;
        tx.execute(
            "INSERT INTO versions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                arn,
                number,
                machine.role_arn,
                machine.definition,
                serde_json::to_string(&machine.settings)?,
                machine.revision,
                description,
                now.as_millisecond()
            ],
        )?;
        let published = version(&tx, arn, number)?;
        tx.commit()?;
        Ok(published)
    }

    /// One version.
    pub(crate) fn version(&self, arn: &str, number: u64) -> Result<Option<VersionRow>, StoreError> {
        version(&self.0.lock(), arn, number)
    }

    /// Versions below `before`, newest first.
    pub(crate) fn versions(
        &self,
        arn: &str,
        before: u64,
        limit: usize,
    ) -> Result<Vec<VersionRow>, StoreError> {
        versions(&self.0.lock(), arn, before, limit)
    }

    /// How many versions a machine has.
    pub(crate) fn count_versions(&self, arn: &str) -> Result<usize, StoreError> {
        let connection = self.0.lock();
        Ok(connection
            .query_row("SELECT count(*) FROM versions WHERE machine = ?1", [arn], |row| row.get(0))?)
    }

    /// Forgets a version; executions that it started go on.
    pub(crate) fn delete_version(&self, arn: &str, number: u64) -> Result<(), StoreError> {
        let connection = self.0.lock();
        connection.execute(
            "DELETE FROM versions WHERE machine = ?1 AND number = ?2",
            params![arn, signed(number)],
        )?;
        Ok(())
    }
}

fn version(connection: &Connection, arn: &str, number: u64) -> Result<Option<VersionRow>, StoreError> {
    let sql = format!("SELECT {} FROM versions WHERE machine = ?1 AND number = ?2", VersionRow::COLUMNS);
    Ok(connection.query_row(&sql, params![arn, signed(number)], VersionRow::read).optional()?)
}

fn versions(
    connection: &Connection,
    arn: &str,
    before: u64,
    limit: usize,
) -> Result<Vec<VersionRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} FROM versions WHERE machine = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3",
        VersionRow::COLUMNS
    ))?;
    let rows = statement.query_map(params![arn, signed(before), limit], VersionRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The database's integers are signed.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
