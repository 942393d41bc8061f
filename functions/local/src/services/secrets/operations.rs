//! The operations.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::rows::SecretRow;
use super::{Inner, after_days, invalid, not_found, summary};
use crate::services::aws_json::{ApiError, Caller, seconds};

/// AWS's limit for a value: 64 KiB.
const LONGEST_VALUE: usize = 65_536;
/// How long a deleted secret can be restored, unless the caller says otherwise.
const RECOVERY_DAYS: i64 = 30;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    name: String,
    client_request_token: Option<String>,
    secret_string: Option<String>,
    secret_binary: Option<String>,
    description: Option<String>,
    kms_key_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Get {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Describe {
    secret_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    secret_id: String,
    recovery_window_in_days: Option<i64>,
    #[serde(default)]
    force_delete_without_recovery: bool,
}

impl Inner {
    /// Idempotent by the client's token, which becomes the version's id.
    pub(super) fn create(&self, caller: &Caller, request: Create, now: Timestamp) -> Result<Value, ApiError> {
        check(&request)?;
        let token = request.client_request_token.clone().unwrap_or_else(|| Uuid::new_v4().to_string());
        if let Some(existing) = self.find(caller, &request.name)? {
            return again(&existing, &request, &token);
        }
        let row = SecretRow {
            arn: new_arn(caller, &request.name),
            name: request.name,
            version: token,
            text: request.secret_string,
            binary: request.secret_binary,
            description: request.description,
            kms_key: request.kms_key_id,
            created_at: now,
            deleted_at: None,
            deletion_at: None,
        };
        self.insert(caller, &row)?;
        Ok(with_version(&row))
    }

    pub(super) fn value(&self, caller: &Caller, request: &Get) -> Result<Value, ApiError> {
        let row = self.find(caller, &request.secret_id)?.ok_or_else(not_found)?;
        if row.deleted_at.is_some() {
            return Err(invalid(
                "You can't perform this operation on the secret because it was marked for deletion.",
            ));
        }
        let wanted = [
            ("VersionId", &request.version_id, row.version.as_str()),
            ("staging label", &request.version_stage, "AWSCURRENT"),
        ];
        for (kind, wanted, there) in wanted {
            if let Some(wanted) = wanted.as_deref().filter(|wanted| *wanted != there) {
                return Err(ApiError::new(
                    "ResourceNotFoundException",
                    format!("Secrets Manager can't find the specified secret value for {kind}: {wanted}"),
                ));
            }
        }
        let mut answer = with_version(&row);
        answer["VersionStages"] = json!(["AWSCURRENT"]);
        answer["CreatedDate"] = seconds(row.created_at);
        if let Some(text) = row.text {
            answer["SecretString"] = json!(text);
        }
        if let Some(binary) = row.binary {
            answer["SecretBinary"] = json!(binary);
        }
        Ok(answer)
    }

    pub(super) fn describe(&self, caller: &Caller, request: &Describe) -> Result<Value, ApiError> {
        let row = self.find(caller, &request.secret_id)?.ok_or_else(not_found)?;
        let mut answer = summary(&row);
        answer["CreatedDate"] = seconds(row.created_at);
        answer["LastChangedDate"] = seconds(row.created_at);
        answer["VersionIdsToStages"] = json!({&row.version: ["AWSCURRENT"]});
        for (member, value) in [("Description", &row.description), ("KmsKeyId", &row.kms_key)] {
            if let Some(value) = value {
                answer[member] = json!(value);
            }
        }
        if let Some(at) = row.deleted_at {
            answer["DeletedDate"] = seconds(at);
        }
        Ok(answer)
    }

    pub(super) fn delete(
        &self,
        caller: &Caller,
        request: &Delete,
        now: Timestamp,
    ) -> Result<Value, ApiError> {
        let days = recovery_days(request)?;
        let row = self.find(caller, &request.secret_id)?.ok_or_else(not_found)?;
        if row.deletion_at.is_some() && !request.force_delete_without_recovery {
            return Err(invalid(
                "You can't perform this operation on the secret because it was already scheduled for deletion.",
            ));
        }
        let at = days.map_or(now, |days| after_days(now, days));
        self.mark(&row.arn, now, at)?;
        let mut answer = summary(&row);
        answer["DeletionDate"] = seconds(at);
        Ok(answer)
    }
}

fn check(request: &Create) -> Result<(), ApiError> {
    let name = &request.name;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    if name.is_empty() || name.len() > 512 || !name.chars().all(allowed) {
        return Err(ApiError::validation(
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        ));
    }
    if request.secret_string.is_some() && request.secret_binary.is_some() {
        return Err(ApiError::new(
            "InvalidParameterException",
            "You can't specify both a binary secret value and a string secret value in the same secret.",
        ));
    }
    if request.secret_string.is_none() && request.secret_binary.is_none() {
        return Err(ApiError::new(
            "InvalidParameterException",
            "Local mode needs a value when a secret is created: it has no PutSecretValue.",
        ));
    }
    if let Some(token) = &request.client_request_token
        && !(32..=64).contains(&token.len())
    {
        return Err(ApiError::new(
            "InvalidParameterException",
            "ClientRequestToken must be 32-64 characters long.",
        ));
    }
    let length = request.secret_string.as_ref().or(request.secret_binary.as_ref()).map_or(0, String::len);
    if length > LONGEST_VALUE {
        return Err(ApiError::validation("The secret value is longer than 65536 bytes."));
    }
    Ok(())
}

/// The same name again: the same request, or somebody else's.
fn again(existing: &SecretRow, request: &Create, token: &str) -> Result<Value, ApiError> {
    if existing.deleted_at.is_some() {
        return Err(invalid(
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        ));
    }
    let same = existing.version == token
        && existing.text == request.secret_string
        && existing.binary == request.secret_binary;
    if same {
        return Ok(with_version(existing));
    }
    Err(ApiError::new(
        "ResourceExistsException",
        format!("The operation failed because the secret {} already exists.", request.name),
    ))
}

/// Days of recovery; none when the secret goes at once.
fn recovery_days(request: &Delete) -> Result<Option<i64>, ApiError> {
    match (request.force_delete_without_recovery, request.recovery_window_in_days) {
        (true, None) => Ok(None),
        (true, Some(_)) => Err(ApiError::new(
            "InvalidParameterException",
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        )),
        (false, None) => Ok(Some(RECOVERY_DAYS)),
        (false, Some(days)) if (7..=30).contains(&days) => Ok(Some(days)),
        (false, Some(_)) => Err(ApiError::new(
            "InvalidParameterException",
            "RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
        )),
    }
}

/// AWS adds six random characters to the name, so that a new secret of an old name has another ARN.
fn new_arn(caller: &Caller, name: &str) -> String {
    let random = &Uuid::new_v4().simple().to_string()[..6];
    format!("arn:aws:secretsmanager:{}:{}:secret:{name}-{random}", caller.region, caller.account)
}

fn with_version(row: &SecretRow) -> Value {
    let mut answer = summary(row);
    answer["VersionId"] = json!(row.version);
    answer
}
