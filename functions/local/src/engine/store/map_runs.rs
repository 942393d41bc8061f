//! Map runs and their children.

use asl::{ChildExecution, ChildRecord, Command, MapRun, MapRunCommand, MapRunRequest, NewChild, Status};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Store;
use crate::engine::express::Ended;
use crate::services::sqlite::StoreError;

/// A map run as it is kept.
pub(crate) struct MapRunRow {
    pub(crate) seq: i64,
    pub(crate) execution: String,
    pub(crate) request: MapRunRequest,
    /// None until it began.
    pub(crate) run: Option<MapRun>,
}

/// A transition of a map run, to be written.
pub(crate) struct MapRunChange<'a> {
    pub(crate) arn: &'a str,
    pub(crate) run: &'a MapRun,
    pub(crate) children: &'a [NewChild],
    pub(crate) commands: &'a [MapRunCommand],
    /// The child whose end caused it; an Express execution is not stored elsewhere.
    pub(crate) ended: Option<(usize, Option<&'a ChildEnd>)>,
    /// What was wanted of it and has been heard.
    pub(crate) heard: Option<&'a str>,
}

/// How an Express child ended, or why a child could not be started.
#[derive(Debug, Clone)]
pub(crate) struct ChildEnd {
    pub(crate) started_at: Timestamp,
    pub(crate) ended: Ended,
}

/// A child that a host that starts finds unfinished.
pub(crate) struct OpenChild {
    pub(crate) place: usize,
    pub(crate) name: String,
    pub(crate) execution: String,
    pub(crate) redrive: bool,
}

impl Store {
    /// A map run by its ARN.
    pub(crate) fn map_run(&self, arn: &str) -> Result<Option<MapRunRow>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection
            .prepare_cached("SELECT seq, execution, request, snapshot FROM map_runs WHERE arn = ?1")?;
        statement.query_row([arn], read).optional()?.map(parsed).transpose()
    }

    /// Map runs of an execution, newest first, below a number.
    pub(crate) fn map_runs(
        &self,
        execution: &str,
        before: i64,
        limit: usize,
    ) -> Result<Vec<MapRunRow>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(
            "SELECT seq, execution, request, snapshot FROM map_runs
             WHERE execution = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3",
        )?;
        let rows = statement.query_map(params![execution, before, limit], read)?;
        rows.map(|row| parsed(row?)).collect()
    }

    /// Map runs that may have something to do: those that are not over, and those that an execution waits for.
    pub(crate) fn open_map_runs(&self) -> Result<Vec<String>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare(
            "SELECT map_runs.arn FROM map_runs LEFT JOIN executions ON executions.arn = execution
             WHERE executions.status = 'RUNNING' OR map_runs.wanted IS NOT NULL OR map_runs.over = 0
             ORDER BY map_runs.seq",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What its execution wants of a map run, until that has heard of it: `REDRIVE` or `STOP`.
    pub(crate) fn wanted_of_map_run(&self, arn: &str) -> Result<Option<String>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached("SELECT wanted FROM map_runs WHERE arn = ?1")?;
        Ok(statement.query_row([arn], |row| row.get(0)).optional()?.flatten())
    }

    /// Writes a transition of a map run.
    pub(crate) fn map_run_transition(&self, change: &MapRunChange<'_>) -> Result<(), StoreError> {
        let mut connection = self.0.lock();
        let tx = connection.transaction()?;
        let snapshot = serde_json::to_string(change.run)?;
        tx.execute(
            "UPDATE map_runs SET snapshot = ?2, wanted = NULLIF(wanted, ?3), over = ?4 WHERE arn = ?1",
            params![change.arn, snapshot, change.heard, change.run.is_over()],
        )?;
        for child in change.children {
            tx.prepare_cached("INSERT INTO map_run_children (map_run, place, input) VALUES (?1, ?2, ?3)")?
                .execute(params![change.arn, child.index, child.input.to_string()])?;
        }
        if let Some((place, end)) = change.ended {
            note_end(&tx, change.arn, place, end)?;
        }
        for command in change.commands {
            note_command(&tx, change, command)?;
        }
        Ok(tx.commit()?)
    }

    /// The map run that an execution is a child of, and its place there.
    pub(crate) fn place_of_child(&self, execution: &str) -> Result<Option<(String, usize)>, StoreError> {
        let connection = self.0.lock();
        let mut statement =
            connection.prepare_cached("SELECT map_run, place FROM map_run_children WHERE execution = ?1")?;
        Ok(statement.query_row([execution], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// The input of a child, as JSON text.
    pub(crate) fn child_input(&self, map_run: &str, place: usize) -> Result<Option<String>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection
            .prepare_cached("SELECT input FROM map_run_children WHERE map_run = ?1 AND place = ?2")?;
        Ok(statement.query_row(params![map_run, place], |row| row.get(0)).optional()?)
    }

    /// Children that were begun and have not ended.
    pub(crate) fn open_children(&self, map_run: &str) -> Result<Vec<OpenChild>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(
            "SELECT place, name, execution, wanted = 'REDRIVE' FROM map_run_children
             WHERE map_run = ?1 AND wanted IS NOT NULL ORDER BY place",
        )?;
        let rows = statement.query_map([map_run], |row| {
            Ok(OpenChild {
                place: row.get(0)?,
                name: row.get(1)?,
                execution: row.get(2)?,
                redrive: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What became of every child, in order.
    pub(crate) fn child_records(&self, map_run: &str) -> Result<Vec<ChildRecord>, StoreError> {
        let connection = self.0.lock();
        let mut statement = connection.prepare_cached(
            "SELECT place, input, name, status, output, error, cause, started_at, stopped_at, redrives
             FROM map_run_children WHERE map_run = ?1 ORDER BY place",
        )?;
        let mut rows = statement.query([map_run])?;
        let mut records = Vec::new();
        while let Some(row) = rows.next()? {
            records.push(record(row)?);
        }
        Ok(records)
    }
}

/// What a command of an execution adds.
pub(super) fn owe(connection: &Connection, arn: &str, command: &Command) -> Result<(), StoreError> {
    match command {
        Command::StartMapRun(request) => {
            connection.execute(
                "INSERT INTO map_runs (arn, execution, state, request) VALUES (?1, ?2, ?3, ?4)",
                params![request.arn, arn, request.state, serde_json::to_string(request)?],
            )?;
        }
        Command::RedriveMapRun { arn, .. } => want(connection, arn, "REDRIVE")?,
        Command::StopMapRun { arn, .. } => want(connection, arn, "STOP")?,
        _ => {}
    }
    Ok(())
}

fn want(connection: &Connection, arn: &str, what: &str) -> Result<(), StoreError> {
    connection.execute("UPDATE map_runs SET wanted = ?2 WHERE arn = ?1", params![arn, what])?;
    Ok(())
}

fn note_command(
    connection: &Connection,
    change: &MapRunChange<'_>,
    command: &MapRunCommand,
) -> Result<(), StoreError> {
    match command {
        MapRunCommand::StartChild { index, name } => {
            let sql = "UPDATE map_run_children SET name = ?3, execution = ?4, wanted = 'START', status = NULL
                       WHERE map_run = ?1 AND place = ?2";
            let execution = change.run.child_arn(name);
            connection.prepare_cached(sql)?.execute(params![change.arn, index, name, execution])?;
        }
        MapRunCommand::RedriveChild { index } => {
            let sql = "UPDATE map_run_children SET wanted = 'REDRIVE', status = NULL
                       WHERE map_run = ?1 AND place = ?2";
            connection.prepare_cached(sql)?.execute(params![change.arn, index])?;
        }
        _ => {}
    }
    Ok(())
}

/// Keeps how a child ended, which the map run asks for when all have.
fn note_end(
    connection: &Connection,
    map_run: &str,
    place: usize,
    end: Option<&ChildEnd>,
) -> Result<(), StoreError> {
    let Some(ChildEnd { started_at, ended }) = end else {
        connection.execute(
            "UPDATE map_run_children AS child SET wanted = NULL, status = done.status, output = done.output,
             error = done.error, cause = done.cause, started_at = done.started_at, stopped_at = done.stopped_at,
             redrives = done.redrives
             FROM executions AS done
             WHERE child.map_run = ?1 AND child.place = ?2 AND done.arn = child.execution",
            params![map_run, place],
        )?;
        // One that was never started stays as it was, and waits for a redrive.
        connection.execute(
            "UPDATE map_run_children SET wanted = NULL WHERE map_run = ?1 AND place = ?2",
            params![map_run, place],
        )?;
        return Ok(());
    };
    connection.execute(
        "UPDATE map_run_children SET wanted = NULL, status = ?3, output = ?4, error = ?5, cause = ?6,
         started_at = ?7, stopped_at = ?8 WHERE map_run = ?1 AND place = ?2",
        params![
            map_run,
            place,
            ended.status,
            ended.output,
            ended.error,
            ended.cause,
            started_at.as_millisecond(),
            ended.at.as_millisecond(),
        ],
    )?;
    Ok(())
}

type Raw = (i64, String, String, Option<String>);

fn read(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn parsed((seq, execution, request, snapshot): Raw) -> Result<MapRunRow, StoreError> {
    Ok(MapRunRow {
        seq,
        execution,
        request: serde_json::from_str(&request)?,
        run: snapshot.map(|text| serde_json::from_str(&text)).transpose()?,
    })
}

fn record(row: &Row<'_>) -> Result<ChildRecord, StoreError> {
    let status: Option<String> = row.get(3)?;
    let execution = match status {
        None => None,
        Some(status) => Some(ChildExecution {
            name: row.get(2)?,
            status: status_of(&status),
            output: row.get::<_, Option<String>>(4)?.map(|text| serde_json::from_str(&text)).transpose()?,
            error: row.get(5)?,
            cause: row.get(6)?,
            started_at: at(row, 7)?,
            stopped_at: at(row, 8)?,
            redrives: row.get(9)?,
        }),
    };
    let input: String = row.get(1)?;
    Ok(ChildRecord { index: row.get(0)?, input: serde_json::from_str(&input)?, execution })
}

/// The status of that word.
pub(crate) fn status_of(word: &str) -> Status {
    match word {
        "SUCCEEDED" => Status::Succeeded,
        "TIMED_OUT" => Status::TimedOut,
        "ABORTED" => Status::Aborted,
        _ => Status::Failed,
    }
}

fn at(row: &Row<'_>, column: usize) -> Result<Timestamp, StoreError> {
    let milliseconds = row.get::<_, Option<i64>>(column)?.unwrap_or_default();
    Timestamp::from_millisecond(milliseconds).map_err(|error| StoreError::Content(error.to_string()))
}
