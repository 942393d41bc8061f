//! One transition of an execution, written whole or not at all: its new state, what the history
//! gained, and what the host now owes it.

use asl::{Command, Event, Execution, HistoryEvent, Pattern, Status, TaskRequest};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{Store, machines, map_runs};
use crate::services::sqlite::StoreError;

/// A transition to be written.
pub(crate) struct Change<'a> {
    pub(crate) arn: &'a str,
    pub(crate) execution: &'a Execution,
    /// The event that caused it; none for the start.
    pub(crate) event: Option<&'a Event>,
    pub(crate) history: &'a [HistoryEvent],
    pub(crate) commands: &'a [Command],
    pub(crate) now: Timestamp,
}

impl Store {
    /// Writes a transition.
    pub(crate) fn transition(&self, change: &Change<'_>) -> Result<(), StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        write(&tx, change)?;
        Ok(tx.commit()?)
    }
}

/// AWS's word for a status.
fn status_word(status: Status) -> &'static str {
    match status {
        Status::Running => "RUNNING",
        Status::Succeeded => "SUCCEEDED",
        Status::Failed => "FAILED",
        Status::TimedOut => "TIMED_OUT",
        Status::Aborted => "ABORTED",
    }
}

/// Whether the task runs a nested execution to its end.
fn is_nested(request: &TaskRequest) -> bool {
    request.integration.service == "states"
        && matches!(request.integration.pattern, Pattern::Sync | Pattern::SyncV2)
}

pub(super) fn write(connection: &Connection, change: &Change<'_>) -> Result<(), StoreError> {
    append_history(connection, change)?;
    if let Some(event) = change.event {
        settle(connection, change.arn, event)?;
    }
    for command in change.commands {
        owe(connection, change.arn, command)?;
    }
    if change.execution.status() == Status::Running {
        let snapshot = serde_json::to_string(change.execution)?;
        let mut statement =
            connection.prepare_cached("UPDATE executions SET snapshot = ?2, events = ?3 WHERE arn = ?1")?;
        statement.execute(params![change.arn, snapshot, change.execution.history_length()])?;
        return Ok(());
    }
    close(connection, change)
}

fn append_history(connection: &Connection, change: &Change<'_>) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("INSERT INTO history VALUES (?1, ?2, ?3)")?;
    for event in change.history {
        statement.execute(params![change.arn, event.id, serde_json::to_string(event)?])?;
    }
    Ok(())
}

/// What the event itself settles.
fn settle(connection: &Connection, arn: &str, event: &Event) -> Result<(), StoreError> {
    let (sql, number) = match event {
        Event::TaskSubmitted { task, .. } | Event::TaskStarted { task, .. } => {
            ("UPDATE tasks SET submitted = 1 WHERE execution = ?1 AND task = ?2", task)
        }
        Event::TaskSucceeded { task, .. } | Event::TaskFailed { task, .. } => {
            ("DELETE FROM tasks WHERE execution = ?1 AND task = ?2", task)
        }
        Event::TimerFired { timer } => ("DELETE FROM timers WHERE execution = ?1 AND timer = ?2", timer),
        Event::Heartbeat { .. }
        | Event::MapRunSucceeded { .. }
        | Event::MapRunFailed { .. }
        | Event::Stop { .. } => return Ok(()),
    };
    connection.execute(sql, params![arn, number])?;
    Ok(())
}

/// What a command adds to or takes from what the host owes.
fn owe(connection: &Connection, arn: &str, command: &Command) -> Result<(), StoreError> {
    match command {
        Command::RunTask(request) => {
            let text = serde_json::to_string(request)?;
            connection.execute(
                "INSERT INTO tasks (execution, task, request, nested) VALUES (?1, ?2, ?3, ?4)",
                params![arn, request.task, text, is_nested(request)],
            )?;
            if let Some(token) = &request.token {
                connection
                    .execute("INSERT INTO tokens VALUES (?1, ?2, ?3)", params![token, arn, request.task])?;
            }
        }
        Command::CancelTask { task } => cancel(connection, arn, Some(*task))?,
        Command::SetTimer { timer, at } => {
            connection
                .execute("INSERT INTO timers VALUES (?1, ?2, ?3)", params![arn, timer, at.to_string()])?;
        }
        Command::StartMapRun(_) | Command::RedriveMapRun { .. } | Command::StopMapRun { .. } => {
            map_runs::owe(connection, arn, command)?;
        }
        Command::CancelTimer { timer } => {
            connection
                .execute("DELETE FROM timers WHERE execution = ?1 AND timer = ?2", params![arn, timer])?;
        }
    }
    Ok(())
}

/// What did not succeed keeps its state: it can be redriven.
fn close(connection: &Connection, change: &Change<'_>) -> Result<(), StoreError> {
    let execution = change.execution;
    let redrivable = execution.status() != Status::Succeeded;
    let snapshot = redrivable.then(|| serde_json::to_string(execution)).transpose()?;
    let machine: String = connection.query_row(
        "UPDATE executions SET status = ?2, output = ?3, error = ?4, cause = ?5, stopped_at = ?6, snapshot = ?7,
         events = ?8 WHERE arn = ?1 RETURNING machine",
        params![
            change.arn,
            status_word(execution.status()),
            execution.output().map(ToString::to_string),
            execution.error(),
            execution.cause(),
            change.now.as_millisecond(),
            snapshot,
            execution.history_length(),
        ],
        |row| row.get(0),
    )?;
    connection.execute("DELETE FROM timers WHERE execution = ?1", [change.arn])?;
    cancel(connection, change.arn, None)?;
    machines::remove_if_idle(connection, &machine)
}

/// Forgets one task or all; but one with a nested execution stays until that is stopped, so that a
/// crash in between forgets nothing.
fn cancel(connection: &Connection, arn: &str, task: Option<u64>) -> Result<(), StoreError> {
    for sql in [
        "UPDATE tasks SET cancelled = 1 WHERE execution = ?1 AND (?2 IS NULL OR task = ?2) AND nested = 1",
        "DELETE FROM tasks WHERE execution = ?1 AND (?2 IS NULL OR task = ?2) AND nested = 0",
    ] {
        connection.execute(sql, params![arn, task])?;
    }
    Ok(())
}
