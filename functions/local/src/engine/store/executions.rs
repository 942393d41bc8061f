//! Executions: starting them, looking them up.

use asl::{Command, Execution, HistoryEvent, Start};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Change, ExecutionRow, Store, transition};
use crate::services::sqlite::StoreError;

/// The task that starts a nested execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parent {
    pub(crate) execution: String,
    pub(crate) task: u64,
}

/// Everything about an execution that is about to start.
pub(crate) struct NewExecution<'a> {
    pub(crate) start: &'a Start,
    pub(crate) pinned: &'a Pinned,
    /// ARN of the Map Run it belongs to.
    pub(crate) map_run: Option<&'a str>,
    /// The input as the caller wrote it.
    pub(crate) input: &'a str,
    pub(crate) trace_header: Option<&'a str>,
    pub(crate) parent: Option<&'a Parent>,
    pub(crate) execution: &'a Execution,
    pub(crate) history: &'a [HistoryEvent],
    pub(crate) commands: &'a [Command],
}

/// What an execution keeps of its machine for good, whatever becomes of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pinned {
    /// The version it was started by, itself or through an alias.
    pub(crate) version: Option<u64>,
    /// ARN of the alias it was started by.
    pub(crate) alias: Option<String>,
    /// Digest of the definition.
    pub(crate) definition: String,
    pub(crate) revision: Option<String>,
    /// When the machine got this definition.
    pub(crate) updated_at: Timestamp,
}

/// Which executions are listed.
#[derive(Debug, Default)]
pub(crate) struct Filter<'a> {
    pub(crate) machine: Option<&'a str>,
    pub(crate) version: Option<u64>,
    pub(crate) alias: Option<&'a str>,
    pub(crate) map_run: Option<&'a str>,
    pub(crate) status: Option<&'a str>,
    /// Whether they were redriven.
    pub(crate) redriven: Option<bool>,
    /// Below this number.
    pub(crate) before: i64,
    pub(crate) limit: usize,
}

/// What became of a start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Started {
    /// It is stored.
    New,
    /// This execution is the one that was asked for, earlier.
    Before(Box<ExecutionRow>),
    /// Another execution has the name.
    NameTaken,
    /// The task that wanted it is over.
    ParentIsOver,
}

impl Store {
    /// Stores an execution with its first transition.
    ///
    /// Idempotent as AWS is: the same name and input while it runs is the same execution. What
    /// a task has started belongs to it even when it is over, so that the task can be repeated.
    pub(crate) fn start(&self, new: &NewExecution<'_>) -> Result<Started, StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        let arn = new.start.execution_arn.as_str();
        let existing = execution(&tx, arn)?;
        if let Some(parent) = new.parent {
            match standing(&tx, parent)? {
                Standing::Over => return Ok(Started::ParentIsOver),
                Standing::Started(child) if child == arn => {
                    return Ok(existing.map_or(Started::NameTaken, |row| Started::Before(Box::new(row))));
                }
                Standing::Open | Standing::Started(_) => {}
            }
        }
        let started = match existing {
            Some(row) if is_same(&row, new) => Started::Before(Box::new(row)),
            Some(_) => return Ok(Started::NameTaken),
            None => {
                insert(&tx, new)?;
                let (event, now) = (None, new.start.at);
                let NewExecution { execution, history, commands, .. } = *new;
                transition::write(&tx, &Change { arn, execution, event, history, commands, now })?;
                Started::New
            }
        };
        if let Some(parent) = new.parent {
            tx.execute(
                "UPDATE tasks SET child = ?3 WHERE execution = ?1 AND task = ?2",
                params![parent.execution, parent.task, arn],
            )?;
        }
        tx.commit()?;
        Ok(started)
    }

    /// An execution by its ARN.
    pub(crate) fn execution(&self, arn: &str) -> Result<Option<ExecutionRow>, StoreError> {
        execution(&self.0.lock(), arn)
    }

    /// Executions, newest first.
    pub(crate) fn executions(&self, filter: &Filter<'_>) -> Result<Vec<ExecutionRow>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {} FROM executions WHERE (?1 IS NULL OR machine = ?1) AND (?2 IS NULL OR version = ?2)
             AND (?3 IS NULL OR alias = ?3) AND map_run IS ?4 AND (?5 IS NULL OR status = ?5)
             AND (?6 IS NULL OR (redrives > 0) = ?6) AND seq < ?7 ORDER BY seq DESC LIMIT ?8",
            ExecutionRow::COLUMNS
        ))?;
        let Filter { machine, version, alias, map_run, status, redriven, before, limit } = *filter;
        let rows = statement.query_map(
            params![machine, version, alias, map_run, status, redriven, before, limit],
            ExecutionRow::read,
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The execution that a task started.
    pub(crate) fn child(&self, parent: &Parent) -> Result<Option<ExecutionRow>, StoreError> {
        let sql = format!(
            "SELECT {} FROM executions
             WHERE arn = (SELECT child FROM tasks WHERE execution = ?1 AND task = ?2)",
            ExecutionRow::COLUMNS
        );
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(&sql)?;
        Ok(statement.query_row(params![parent.execution, parent.task], ExecutionRow::read).optional()?)
    }

    /// The tasks that started an execution or joined it.
    pub(crate) fn parents(&self, child: &str) -> Result<Vec<Parent>, StoreError> {
        let connection = self.0.lock();
        let mut statement =
            connection.prepare_cached("SELECT execution, task FROM tasks WHERE child = ?1")?;
        let rows =
            statement.query_map([child], |row| Ok(Parent { execution: row.get(0)?, task: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether an execution still waits for the task.
    pub(crate) fn task_is_open(&self, task: &Parent) -> Result<bool, StoreError> {
        Ok(!matches!(standing(&self.0.lock(), task)?, Standing::Over))
    }

    /// Execution and task of a token that was once given out.
    pub(crate) fn token(&self, token: &str) -> Result<Option<Parent>, StoreError> {
        let connection = self.0.lock();
        let row =
            connection.query_row("SELECT execution, task FROM tokens WHERE token = ?1", [token], |row| {
                Ok(Parent { execution: row.get(0)?, task: row.get(1)? })
            });
        Ok(row.optional()?)
    }
}

fn insert(connection: &Connection, new: &NewExecution<'_>) -> Result<(), StoreError> {
    let (start, pinned) = (new.start, new.pinned);
    connection.execute(
        "INSERT INTO executions (arn, machine, version, alias, map_run, name, role_arn, definition, revision,
         updated_at, status, input, trace_header, started_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'RUNNING', ?11, ?12, ?13)",
        params![
            start.execution_arn,
            start.machine_arn,
            pinned.version,
            pinned.alias,
            new.map_run,
            start.name,
            start.role_arn,
            pinned.definition,
            pinned.revision,
            pinned.updated_at.as_millisecond(),
            new.input,
            new.trace_header,
            start.at.as_millisecond(),
        ],
    )?;
    Ok(())
}

fn execution(connection: &Connection, arn: &str) -> Result<Option<ExecutionRow>, StoreError> {
    let sql = format!("SELECT {} FROM executions WHERE arn = ?1", ExecutionRow::COLUMNS);
    Ok(connection.query_row(&sql, [arn], ExecutionRow::read).optional()?)
}

/// How a task stands.
enum Standing {
    /// Nobody waits for it any more.
    Over,
    /// It is open and has started nothing.
    Open,
    /// It is open and has started this execution.
    Started(String),
}

fn standing(connection: &Connection, task: &Parent) -> Result<Standing, StoreError> {
    let sql = "SELECT child FROM tasks WHERE execution = ?1 AND task = ?2 AND cancelled = 0";
    let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<String>>(0);
    Ok(match connection.query_row(sql, params![task.execution, task.task], read).optional()? {
        None => Standing::Over,
        Some(None) => Standing::Open,
        Some(Some(child)) => Standing::Started(child),
    })
}

fn is_same(row: &ExecutionRow, new: &NewExecution<'_>) -> bool {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    row.is_running() && json(&row.input) == json(new.input)
}
