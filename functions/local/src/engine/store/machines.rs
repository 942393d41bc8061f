//! State machines and their published versions.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

use super::{MachineRow, Store, VersionRow, save_definition};
use crate::engine::arn::MachineArn;
use crate::services::sqlite::StoreError;

impl Store {
    /// Saves a new machine; false when one of that ARN exists.
    pub(crate) fn create_machine(
        &self,
        arn: &MachineArn,
        definition: &str,
        role_arn: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        let digest = save_definition(&tx, definition)?;
        let now = now.as_millisecond();
        let inserted = tx.execute(
            "INSERT OR IGNORE INTO machines (arn, account, region, name, role_arn, definition, last_version, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?7)",
            params![arn.unqualified(), arn.account, arn.region, arn.name, role_arn, digest, now],
        )?;
        tx.commit()?;
        Ok(inserted == 1)
    }

    /// A machine by its ARN without a version.
    pub(crate) fn machine(&self, arn: &str) -> Result<Option<MachineRow>, StoreError> {
        machine(&self.0.lock(), arn)
    }

    /// Changes definition or role, and gives the machine a new revision.
    pub(crate) fn update_machine(
        &self,
        arn: &str,
        definition: Option<&str>,
        role_arn: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        let digest = definition.map(|text| save_definition(&tx, text)).transpose()?;
        tx.execute(
            "UPDATE machines SET definition = coalesce(?2, definition), role_arn = coalesce(?3, role_arn),
             revision = ?4, updated_at = ?5 WHERE arn = ?1",
            params![arn, digest, role_arn, Uuid::new_v4().to_string(), now.as_millisecond()],
        )?;
        Ok(tx.commit()?)
    }

    /// Machines of an account and Region by name, after `after`.
    pub(crate) fn machines(
        &self,
        account: &str,
        region: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<MachineRow>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {} FROM machines WHERE account = ?1 AND region = ?2 AND name > ?3 ORDER BY name LIMIT ?4",
            MachineRow::COLUMNS
        ))?;
        let rows = statement.query_map(params![account, region, after, limit], MachineRow::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Marks a machine as being deleted, and removes it when nothing of it runs.
    pub(crate) fn delete_machine(&self, arn: &str) -> Result<(), StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        tx.execute("UPDATE machines SET deleting = 1 WHERE arn = ?1", [arn])?;
        remove_if_idle(&tx, arn)?;
        Ok(tx.commit()?)
    }

    /// Publishes the machine as it is; the latest version again when nothing changed since.
    pub(crate) fn publish(
        &self,
        arn: &str,
        description: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<VersionRow>, StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        let Some(machine) = machine(&tx, arn)? else { return Ok(None) };
        if let Some(latest) = versions(&tx, arn, u64::MAX, 1)?.pop()
            && latest.revision == machine.revision
            && latest.description.as_deref() == description
        {
            return Ok(Some(latest));
        }
        let number: u64 = tx.query_row(
            "UPDATE machines SET last_version = last_version + 1 WHERE arn = ?1 RETURNING last_version",
            [arn],
            |row| row.get(0),
        )?;
        tx.execute(
            "INSERT INTO versions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                arn,
                number,
                machine.role_arn,
                machine.definition,
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
}

/// Completes a deletion that waited for the last execution.
pub(super) fn remove_if_idle(connection: &Connection, arn: &str) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM machines WHERE arn = ?1 AND deleting = 1
         AND NOT EXISTS (SELECT 1 FROM executions WHERE machine = ?1 AND status = 'RUNNING')",
        [arn],
    )?;
    Ok(())
}

fn machine(connection: &Connection, arn: &str) -> Result<Option<MachineRow>, StoreError> {
    let sql = format!("SELECT {} FROM machines WHERE arn = ?1", MachineRow::COLUMNS);
    Ok(connection.query_row(&sql, [arn], MachineRow::read).optional()?)
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
