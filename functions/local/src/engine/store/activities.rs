//! Activities, and the tasks of theirs that no worker has taken.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::settings::Settings;
use super::{ActivityRow, Store};
use crate::engine::arn::ActivityArn;
use crate::services::sqlite::StoreError;

impl Store {
    /// Saves a new activity; false when one of that ARN exists.
    pub(crate) fn create_activity(
        &self,
        arn: &ActivityArn,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let inserted = self.0.lock().execute(
            "INSERT OR IGNORE INTO activities VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                arn.to_string(),
                arn.account,
                arn.region,
                arn.name,
                serde_json::to_string(settings)?,
                now.as_millisecond()
            ],
        )?;
        Ok(inserted == 1)
    }

    /// An activity by its ARN.
    pub(crate) fn activity(&self, arn: &str) -> Result<Option<ActivityRow>, StoreError> {
        let sql = format!("SELECT {} FROM activities WHERE arn = ?1", ActivityRow::COLUMNS);
        Ok(self.0.lock().query_row(&sql, [arn], ActivityRow::read).optional()?)
    }

    /// Activities of an account and Region by name, after `after`.
    pub(crate) fn activities(
        &self,
        account: &str,
        region: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<ActivityRow>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {} FROM activities WHERE account = ?1 AND region = ?2 AND name > ?3 ORDER BY name LIMIT ?4",
            ActivityRow::COLUMNS
        ))?;
        let rows = statement.query_map(params![account, region, after, limit], ActivityRow::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets an activity and its tags.
    pub(crate) fn delete_activity(&self, arn: &str) -> Result<(), StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        tx.execute("DELETE FROM activities WHERE arn = ?1", [arn])?;
        tx.execute("DELETE FROM tags WHERE resource = ?1", [arn])?;
        Ok(tx.commit()?)
    }
}
