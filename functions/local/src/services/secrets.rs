//! A stand-in of AWS Secrets Manager: JSON 1.1, one version for each secret, values in a private file.

use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::aws_json::{self, ApiError, Caller};
use super::sqlite::{Database, StoreError};

mod operations;
mod rows;

const TARGET: &str = "secretsmanager";
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const SCHEMA: &str = "
    CREATE TABLE secrets (
        arn TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        region TEXT NOT NULL,
        name TEXT NOT NULL,
        version TEXT NOT NULL,          -- the ClientRequestToken it was created with
        text TEXT,
        binary TEXT,                    -- base64, as it came
        description TEXT,
        kms_key TEXT,
        created_at INTEGER NOT NULL,
        deleted_at INTEGER,             -- when it was marked
        deletion_at INTEGER             -- when it is gone
    ) STRICT;
    CREATE UNIQUE INDEX secrets_by_name ON secrets (account, region, name);";

/// The service. Clones share it.
#[derive(Clone)]
pub struct Secrets(Arc<Inner>);

struct Inner {
    database: Database,
    default_caller: Caller,
}

impl Secrets {
    /// Opens `secrets.db` in the data folder.
    pub fn open(data: &Path, default_caller: Caller) -> Result<Self, StoreError> {
        let database = Database::open(&data.join("secrets.db"), 1, SCHEMA)?;
        Ok(Self(Arc::new(Inner { database, default_caller })))
    }

    /// Answers a request.
    pub(super) fn handle(&self, headers: &HeaderMap, bytes: &Bytes) -> Response {
        aws_json::respond(answer(&self.0, headers, bytes), CONTENT_TYPE)
    }
}

fn answer(secrets: &Inner, headers: &HeaderMap, bytes: &Bytes) -> Result<Value, ApiError> {
    let caller = Caller::of(headers, &secrets.default_caller);
    let operation = aws_json::operation(headers, TARGET)?;
    let body = aws_json::body(bytes)?;
    let now = Timestamp::now();
    secrets.forget_deleted(now)?;
    match operation {
        "CreateSecret" => secrets.create(&caller, aws_json::parameters(body)?, now),
        "GetSecretValue" => secrets.value(&caller, &aws_json::parameters(body)?),
        "DescribeSecret" => secrets.describe(&caller, &aws_json::parameters(body)?),
        "DeleteSecret" => secrets.delete(&caller, &aws_json::parameters(body)?, now),
        other => Err(aws_json::unknown_operation(other)),
    }
}

/// The end of a recovery window.
fn after_days(now: Timestamp, days: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX)
}

fn not_found() -> ApiError {
    ApiError::new("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

fn invalid(message: &str) -> ApiError {
    ApiError::new("InvalidRequestException", message)
}

fn summary(row: &rows::SecretRow) -> Value {
    json!({"ARN": row.arn, "Name": row.name})
}
