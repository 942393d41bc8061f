//! What a machine is made of, checked before it is stored.

use serde_json::Value;

use super::validate::machine_type;
use crate::engine::input::refused;
use crate::engine::store::Settings;
use crate::services::aws_json::ApiError;

/// Refuses a definition with everything that is wrong with it.
pub(super) fn check_definition(text: &str, kind: &str) -> Result<(), ApiError> {
    asl::check_definition(text, machine_type(Some(kind))).map(|_| ()).map_err(refused)
}

/// The role's account is all that matters here; that it exists is taken on trust.
pub(super) fn check_role(arn: &str) -> Result<(), ApiError> {
    let is_role = arn.starts_with("arn:aws") && arn.contains(":iam::") && arn.contains(":role/");
    if is_role {
        return Ok(());
    }
    Err(ApiError::new("InvalidArn", format!("Invalid Arn: 'Invalid Role Arn: {arn}'")))
}

/// A description belongs to a version.
pub(super) fn check_description(publish: bool, description: Option<&str>) -> Result<(), ApiError> {
    if description.is_some() && !publish {
        return Err(ApiError::validation("Version description can only be set when publish is true"));
    }
    Ok(())
}

/// Logging needs a destination, encryption with one's own key needs the key.
pub(super) fn check_settings(settings: &Settings) -> Result<(), ApiError> {
    if let Some(logging) = &settings.logging {
        let destinations = logging["destinations"].as_array().map_or(0, Vec::len);
        let off = logging["level"].as_str().is_none_or(|level| level == "OFF");
        if destinations > 1 || (destinations == 0 && !off) {
            return Err(ApiError::new(
                "InvalidLoggingConfiguration",
                "Invalid Logging Configuration: Must specify exactly one Log Destination.",
            ));
        }
    }
    check_encryption(settings.encryption.as_ref())
}

/// What AWS asks of an `EncryptionConfiguration`. Nothing is encrypted here.
pub(super) fn check_encryption(encryption: Option<&Value>) -> Result<(), ApiError> {
    let Some(encryption) = encryption else { return Ok(()) };
    let refuse = |why: &str| {
        Err(ApiError::new(
            "InvalidEncryptionConfiguration",
            format!("Invalid Encryption Configuration: {why}"),
        ))
    };
    match encryption["type"].as_str() {
        Some("AWS_OWNED_KEY") if encryption["kmsKeyId"].is_string() => {
            refuse("kmsKeyId must not be specified for the type AWS_OWNED_KEY")
        }
        Some("CUSTOMER_MANAGED_KMS_KEY") if !encryption["kmsKeyId"].is_string() => {
            refuse("kmsKeyId is required for the type CUSTOMER_MANAGED_KMS_KEY")
        }
        _ => Ok(()),
    }
}
