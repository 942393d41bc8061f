//! Executions that go on after they ended.

use asl::Execution;
use rusqlite::{OptionalExtension as _, params};

use super::{Change, Store, transition};
use crate::services::sqlite::StoreError;

impl Store {
    /// The engine's state of an execution that ended and did not succeed.
    pub(crate) fn ended(&self, arn: &str) -> Result<Option<Execution>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(
            "SELECT snapshot FROM executions WHERE arn = ?1 AND status <> 'RUNNING' AND snapshot IS NOT NULL",
        )?;
        let text = statement.query_row([arn], |row| row.get::<_, String>(0)).optional()?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// Takes an execution up again; false when it runs already, or its machine is gone.
    pub(crate) fn redrive(&self, change: &Change<'_>, token: Option<&str>) -> Result<bool, StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        let changed = tx.execute(
            "UPDATE executions SET status = 'RUNNING', output = NULL, error = NULL, cause = NULL,
             stopped_at = NULL, redrives = redrives + 1, redriven_at = ?2, redrive_token = ?3
             WHERE arn = ?1 AND status IN ('FAILED', 'TIMED_OUT', 'ABORTED')",
            params![change.arn, change.now.as_millisecond(), token],
        )?;
        if changed == 0 {
            return Ok(false);
        }
        transition::write(&tx, change)?;
        tx.commit()?;
        Ok(true)
    }
}
