//! What a host that starts finds unfinished.

use asl::{Execution, Pattern, TaskRequest};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::{ExecutionRow, Parent, Store};
use crate::services::sqlite::StoreError;

/// When it is due, the execution's ARN, its number there.
type Timer = (Timestamp, String, u64);

/// A task that was open when the process ended.
pub(crate) struct OpenTask {
    pub(crate) execution: String,
    /// The machine's ARN, without a version.
    pub(crate) machine: String,
    pub(crate) request: TaskRequest,
    /// The integration took the request already.
    pub(crate) submitted: bool,
}

impl Store {
    /// Executions that run, with the engine's state.
    pub(crate) fn running(&self) -> Result<Vec<(ExecutionRow, Execution)>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare(&format!(
            "SELECT {}, snapshot FROM executions WHERE status = 'RUNNING' ORDER BY seq",
            ExecutionRow::COLUMNS
        ))?;
        let rows = statement
            .query_map([], |row| Ok((ExecutionRow::read(row)?, row.get::<_, String>("snapshot")?)))?;
        let mut running = Vec::new();
        for row in rows {
            let (row, snapshot) = row?;
            running.push((row, serde_json::from_str(&snapshot)?));
        }
        Ok(running)
    }

    /// Timers that are set.
    pub(crate) fn timers(&self) -> Result<Vec<Timer>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare("SELECT at, execution, timer FROM timers")?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, u64>(2)?))
        })?;
        let mut timers = Vec::new();
        for row in rows {
            let (at, execution, timer) = row?;
            let at: Timestamp =
                at.parse().map_err(|error: jiff::Error| StoreError::Content(error.to_string()))?;
            timers.push((at, execution, timer));
        }
        Ok(timers)
    }

    /// Tasks that executions wait for.
    pub(crate) fn open_tasks(&self) -> Result<Vec<OpenTask>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare(
            "SELECT execution, machine, request, submitted FROM tasks JOIN executions ON arn = execution
             WHERE cancelled = 0",
        )?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get(3)?)))?;
        let mut tasks = Vec::new();
        for row in rows {
            let (execution, machine, request, submitted) = row?;
            let request = serde_json::from_str(&request)?;
            tasks.push(OpenTask { execution, machine, request, submitted });
        }
        Ok(tasks)
    }

    /// Tasks nobody waits for any more, whose nested executions may still run; of one execution or of all.
    pub(crate) fn cancelled_tasks(&self, execution: Option<&str>) -> Result<Vec<Parent>, StoreError> {
        let connection = self.0.lock();
        let sql = match execution {
            Some(_) => "SELECT execution, task FROM tasks WHERE cancelled = 1 AND execution = ?1",
            None => "SELECT execution, task FROM tasks WHERE cancelled = 1 AND ?1 IS NULL",
        };
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement
            .query_map([execution], |row| Ok(Parent { execution: row.get(0)?, task: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets a cancelled task once its nested execution is stopped.
    pub(crate) fn forget_cancelled(&self, task: &Parent) -> Result<(), StoreError> {
        let connection = self.0.lock();
        connection.execute(
            "DELETE FROM tasks WHERE execution = ?1 AND task = ?2 AND cancelled = 1",
            params![task.execution, task.task],
        )?;
        Ok(())
    }

    /// How the task waits for its nested execution, if it does and has recorded that it was started.
    pub(crate) fn awaited_child(&self, task: &Parent) -> Result<Option<Pattern>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(
            "SELECT request FROM tasks WHERE execution = ?1 AND task = ?2 AND nested = 1 AND submitted = 1
             AND cancelled = 0",
        )?;
        let request = statement
            .query_row(params![task.execution, task.task], |row| row.get::<_, String>(0))
            .optional()?
            .map(|text| serde_json::from_str::<TaskRequest>(&text))
            .transpose()?;
        Ok(request.map(|request| request.integration.pattern))
    }

    /// Whether the task is cancelled and its nested execution still to be stopped.
    pub(crate) fn is_cancelled(&self, task: &Parent) -> Result<bool, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection
            .prepare_cached("SELECT 1 FROM tasks WHERE execution = ?1 AND task = ?2 AND cancelled = 1")?;
        Ok(statement.exists(params![task.execution, task.task])?)
    }
}
