//! Owns Secrets Manager: secret parameters are kept there, and only references go any further.
//!
//! A secret's name and version follow from the request and its value, so that a repeated request
//! finds the secret it made before.

#![expect(clippy::disallowed_types, reason = "this module owns Secrets Manager")]

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::types::Tag;
use serde_json::Value;

use super::AppError;
use crate::AwsError;
use crate::domain::digest;

/// Where secret parameters are kept.
#[derive(Debug, Clone)]
pub(super) struct Vault {
    client: Client,
}

/// What a secret belongs to.
pub(super) struct Place<'a> {
    /// The workflow.
    pub(super) slug: &'a str,
    /// Caller and idempotency key.
    pub(super) request: String,
    /// Key of the fingerprints.
    pub(super) key: &'a [u8],
}

impl Vault {
    pub(super) fn new(client: Client) -> Self {
        Self { client }
    }

    /// Replaces each secret value in the parameters by a reference to it.
    pub(super) async fn keep(
        &self,
        place: &Place<'_>,
        parameters: &mut Value,
        pointers: &[String],
    ) -> Result<(), AppError> {
        for pointer in pointers {
            let Some(value) = parameters.pointer_mut(pointer) else { continue };
            let reference = self.create(place, pointer, value).await?;
            *value = Value::String(reference);
        }
        Ok(())
    }

    /// Creates the secret, or finds the same one, and says how to refer to it (the form that ECS and
    /// AWS SDK integrations take: ARN, no JSON key, no stage, version id).
    async fn create(&self, place: &Place<'_>, pointer: &str, value: &Value) -> Result<String, AppError> {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let identity = format!("{}\n{pointer}\n{text}", place.request);
        let fingerprint = digest::keyed(place.key, identity.as_bytes());
        let name = format!("drawbridge/{}/{}", place.slug, &fingerprint[..32]);
        let created = self
            .client
            .create_secret()
            .name(&name)
            .client_request_token(&fingerprint[..32])
            .secret_string(text)
            .tags(Tag::builder().key("drawbridge:workflow").value(place.slug).build())
            .send()
            .await;
        let arn = match created {
            Ok(answer) => answer.arn,
            Err(error) => match error.as_service_error() {
                Some(service) if service.is_resource_exists_exception() => self.arn_of(&name).await?,
                _ => return Err(AwsError::from(error).into()),
            },
        };
        let arn = arn.ok_or_else(|| AwsError::saying("the answer has no ARN"))?;
        Ok(format!("{arn}:::{}", &fingerprint[..32]))
    }

    /// The name holds a fingerprint of the value, so what has this name is this secret.
    async fn arn_of(&self, name: &str) -> Result<Option<String>, AppError> {
        let found = self.client.describe_secret().secret_id(name).send().await.map_err(AwsError::from)?;
        Ok(found.arn)
    }
}
