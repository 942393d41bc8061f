//! State machines.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use uuid::Uuid;

use super::settings::Settings;
use super::{MachineRow, Store, save_definition};
use crate::engine::arn::MachineArn;
use crate::services::sqlite::StoreError;

/// A machine that is about to be made.
pub(crate) struct NewMachine<'a> {
    pub(crate) arn: &'a MachineArn,
    pub(crate) kind: &'a str,
    pub(crate) definition: &'a str,
    pub(crate) role_arn: &'a str,
    pub(crate) settings: &'a Settings,
    pub(crate) now: Timestamp,
}

/// What an update changes; nothing is changed by what is absent.
#[derive(Default)]
pub(crate) struct MachineChange<'a> {
    pub(crate) definition: Option<&'a str>,
    pub(crate) role_arn: Option<&'a str>,
    pub(crate) settings: Settings,
}

impl Store {
    /// Saves a new machine; false when one of that ARN exists.
    pub(crate) fn create_machine(&self, new: &NewMachine<'_>) -> Result<bool, StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        let digest = save_definition(&tx, new.definition)?;
        let arn = new.arn;
        let inserted = tx.execute(
            "INSERT OR IGNORE INTO machines (arn, account, region, name, kind, role_arn, definition, settings,
             last_version, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, ?9)",
            params![
                arn.unqualified(),
                arn.account,
                arn.region,
                arn.name,
                new.kind,
                new.role_arn,
                digest,
                serde_json::to_string(new.settings)?,
                new.now.as_millisecond()
            ],
        )?;
        if inserted == 1 {
            forget_executions(&tx, &arn.unqualified())?;
        }
        tx.commit()?;
        Ok(inserted == 1)
    }

    /// Machines that end with their last execution.
    pub(crate) fn deleting(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare("SELECT arn FROM machines WHERE deleting = 1")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A machine by its ARN without a version.
    pub(crate) fn machine(&self, arn: &str) -> Result<Option<MachineRow>, StoreError> {
        machine(&self.0.lock(), arn)
    }

    /// Changes a machine and gives it a new revision; one that is the same afterwards keeps its own.
    pub(crate) fn update_machine(
        &self,
        old: &MachineRow,
        change: &MachineChange<'_>,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        let digest = change.definition.map(|text| save_definition(&tx, text)).transpose()?;
        let digest = digest.as_deref().unwrap_or(&old.definition);
        let role = change.role_arn.unwrap_or(&old.role_arn);
        let settings = old.settings.changed_by(&change.settings);
        let same = digest == old.definition && role == old.role_arn && settings == old.settings;
        let revision = (!same).then(|| Uuid::new_v4().to_string());
        tx.execute(
            "UPDATE machines SET definition = ?2, role_arn = ?3, settings = ?4,
             revision = coalesce(?5, revision), updated_at = ?6 WHERE arn = ?1",
            params![old.arn, digest, role, serde_json::to_string(&settings)?, revision, now.as_millisecond()],
        )?;
        tx.commit()?;
        Ok(revision)
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
}

/// What a machine of the same name ran that was deleted: its executions' names are free again.
fn forget_executions(connection: &Connection, machine: &str) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM history WHERE execution IN (SELECT arn FROM executions WHERE machine = ?1)",
        "DELETE FROM tokens WHERE execution IN (SELECT arn FROM executions WHERE machine = ?1)",
        "DELETE FROM executions WHERE machine = ?1",
    ] {
        connection.execute(sql, [machine])?;
    }
    Ok(())
}

/// Completes a deletion that waited for the last execution.
pub(super) fn remove_if_idle(connection: &Connection, arn: &str) -> Result<(), StoreError> {
    let removed = connection.execute(
        "DELETE FROM machines WHERE arn = ?1 AND deleting = 1
         AND NOT EXISTS (SELECT 1 FROM executions WHERE machine = ?1 AND status = 'RUNNING')",
        [arn],
    )?;
    if removed == 1 {
        connection.execute("DELETE FROM tags WHERE resource = ?1", [arn])?;
    }
    Ok(())
}

pub(super) fn machine(connection: &Connection, arn: &str) -> Result<Option<MachineRow>, StoreError> {
    let sql = format!("SELECT {} FROM machines WHERE arn = ?1", MachineRow::COLUMNS);
    Ok(connection.query_row(&sql, [arn], MachineRow::read).optional()?)
}
