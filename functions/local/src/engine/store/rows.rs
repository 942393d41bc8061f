//! Rows as the rest of the host sees them.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;

use super::settings::Settings;

/// A state machine.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MachineRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) role_arn: String,
    /// Digest of the definition.
    pub(crate) definition: String,
    pub(crate) settings: Settings,
    pub(crate) revision: Option<String>,
    pub(crate) deleting: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl MachineRow {
    pub(super) const COLUMNS: &str =
        "arn, name, kind, role_arn, definition, settings, revision, deleting, created_at, updated_at";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            arn: row.get(0)?,
            name: row.get(1)?,
            kind: row.get(2)?,
            role_arn: row.get(3)?,
            definition: row.get(4)?,
            settings: Settings::read(row, 5)?,
            revision: row.get(6)?,
            deleting: row.get(7)?,
            created_at: time(row, 8)?,
            updated_at: time(row, 9)?,
        })
    }

    /// Runs at most five minutes, is neither stored nor listed.
    pub(crate) fn is_express(&self) -> bool {
        self.kind == "EXPRESS"
    }
}

/// A published version of a state machine.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VersionRow {
    pub(crate) number: u64,
    pub(crate) role_arn: String,
    pub(crate) definition: String,
    pub(crate) settings: Settings,
    pub(crate) revision: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
}

impl VersionRow {
    pub(super) const COLUMNS: &str =
        "number, role_arn, definition, settings, revision, description, created_at";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            role_arn: row.get(1)?,
            definition: row.get(2)?,
            settings: Settings::read(row, 3)?,
            revision: row.get(4)?,
            description: row.get(5)?,
            created_at: time(row, 6)?,
        })
    }
}

/// An activity.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ActivityRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) settings: Settings,
    pub(crate) created_at: Timestamp,
}

impl ActivityRow {
    pub(super) const COLUMNS: &str = "arn, name, settings, created_at";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            arn: row.get(0)?,
            name: row.get(1)?,
            settings: Settings::read(row, 2)?,
            created_at: time(row, 3)?,
        })
    }
}

/// An execution, without its engine state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExecutionRow {
    pub(crate) seq: i64,
    pub(crate) arn: String,
    /// ARN of the machine, without a version.
    pub(crate) machine: String,
    pub(crate) version: Option<u64>,
    pub(crate) alias: Option<String>,
    pub(crate) map_run: Option<String>,
    pub(crate) name: String,
    pub(crate) role_arn: String,
    pub(crate) definition: String,
    pub(crate) revision: Option<String>,
    pub(crate) updated_at: Timestamp,
    pub(crate) status: String,
    pub(crate) input: String,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) trace_header: Option<String>,
    pub(crate) started_at: Timestamp,
    pub(crate) stopped_at: Option<Timestamp>,
    pub(crate) redrives: u64,
    pub(crate) redriven_at: Option<Timestamp>,
    pub(crate) redrive_token: Option<String>,
    /// How long its history is.
    pub(crate) events: u64,
}

impl ExecutionRow {
    pub(super) const COLUMNS: &str = "seq, arn, machine, version, alias, map_run, name, role_arn, definition, \
         revision, updated_at, status, input, output, error, cause, trace_header, started_at, stopped_at, \
         redrives, redriven_at, redrive_token, events";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            arn: row.get(1)?,
            machine: row.get(2)?,
            version: row.get(3)?,
            alias: row.get(4)?,
            map_run: row.get(5)?,
            name: row.get(6)?,
            role_arn: row.get(7)?,
            definition: row.get(8)?,
            revision: row.get(9)?,
            updated_at: time(row, 10)?,
            status: row.get(11)?,
            input: row.get(12)?,
            output: row.get(13)?,
            error: row.get(14)?,
            cause: row.get(15)?,
            trace_header: row.get(16)?,
            started_at: time(row, 17)?,
            stopped_at: perhaps(row, 18)?,
            redrives: row.get(19)?,
            redriven_at: perhaps(row, 20)?,
            redrive_token: row.get(21)?,
            events: row.get(22)?,
        })
    }

    pub(crate) fn is_running(&self) -> bool {
        self.status == "RUNNING"
    }
}

/// Times are stored as milliseconds since 1970.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(row.get(column)?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error)))
}

fn perhaps(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    row.get::<_, Option<i64>>(column)?.map(|_| time(row, column)).transpose()
}
