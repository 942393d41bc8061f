//! Rows as the rest of the host sees them.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;

/// A state machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MachineRow {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) role_arn: String,
    /// Digest of the definition.
    pub(crate) definition: String,
    pub(crate) revision: Option<String>,
    pub(crate) deleting: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl MachineRow {
    pub(super) const COLUMNS: &str =
        "arn, name, role_arn, definition, revision, deleting, created_at, updated_at";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            arn: row.get(0)?,
            name: row.get(1)?,
            role_arn: row.get(2)?,
            definition: row.get(3)?,
            revision: row.get(4)?,
            deleting: row.get(5)?,
            created_at: time(row, 6)?,
            updated_at: time(row, 7)?,
        })
    }
}

/// A published version of a state machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VersionRow {
    pub(crate) number: u64,
    pub(crate) role_arn: String,
    pub(crate) definition: String,
    pub(crate) revision: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) created_at: Timestamp,
}

impl VersionRow {
    pub(super) const COLUMNS: &str = "number, role_arn, definition, revision, description, created_at";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            role_arn: row.get(1)?,
            definition: row.get(2)?,
            revision: row.get(3)?,
            description: row.get(4)?,
            created_at: time(row, 5)?,
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
    pub(crate) name: String,
    pub(crate) role_arn: String,
    pub(crate) definition: String,
    pub(crate) status: String,
    pub(crate) input: String,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) trace_header: Option<String>,
    pub(crate) started_at: Timestamp,
    pub(crate) stopped_at: Option<Timestamp>,
}

impl ExecutionRow {
    pub(super) const COLUMNS: &str = "seq, arn, machine, version, name, role_arn, definition, status, input, \
         output, error, cause, trace_header, started_at, stopped_at";

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            arn: row.get(1)?,
            machine: row.get(2)?,
            version: row.get(3)?,
            name: row.get(4)?,
            role_arn: row.get(5)?,
            definition: row.get(6)?,
            status: row.get(7)?,
            input: row.get(8)?,
            output: row.get(9)?,
            error: row.get(10)?,
            cause: row.get(11)?,
            trace_header: row.get(12)?,
            started_at: time(row, 13)?,
            stopped_at: row.get::<_, Option<i64>>(14)?.map(|_| time(row, 14)).transpose()?,
        })
    }

    pub(crate) fn is_running(&self) -> bool {
        self.status == "RUNNING"
    }
}

/// Times are stored as milliseconds since 1970.
fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(row.get(column)?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, Box::new(error)))
}
