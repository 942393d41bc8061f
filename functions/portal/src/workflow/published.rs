//! Finding what a deployment published in an owner's account.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::IncludedData;
use catalog_model::CompiledWorkflow;

use super::{Engine, EngineError, names};
use crate::AwsError;
use crate::domain::Target;

impl Engine {
    /// The newest version of a workflow's machine that was published for this very digest, which its description
    /// holds; none while the machine or such a version does not exist.
    pub async fn published(&self, workflow: &CompiledWorkflow) -> Result<Option<String>, EngineError> {
        let target = Target::of(workflow);
        let client = self.accounts.client(&target).await;
        let machine = names::machine(&target, &workflow.slug);
        let mut token = None;
        loop {
            let request = client.list_state_machine_versions().state_machine_arn(&machine).max_results(100);
            let page = match request.set_next_token(token).send().await {
                Ok(page) => page,
                Err(error) => match error.as_service_error() {
                    // The service's model leaves this out of what the operation can say; the service does not.
                    Some(service) if service.meta().code() == Some("StateMachineDoesNotExist") => {
                        return Ok(None);
                    }
                    _ => return Err(AwsError::from(error).into()),
                },
            };
            // The newest come first, and what was just deployed is among them.
            for version in page.state_machine_versions {
                let arn = version.state_machine_version_arn;
                if description(&client, &arn).await?.as_deref() == Some(&workflow.digest) {
                    return Ok(Some(arn));
                }
            }
            token = page.next_token;
            if token.is_none() {
                return Ok(None);
            }
        }
    }
}

/// What a version was published with; nothing for one that was deleted since it was listed. The definition stays
/// out of it: it may be encrypted with a key that is the owner's alone.
async fn description(client: &Client, version: &str) -> Result<Option<String>, EngineError> {
    let request = client.describe_state_machine().state_machine_arn(version);
    match request.included_data(IncludedData::MetadataOnly).send().await {
        Ok(described) => Ok(described.description),
        Err(error) => match error.as_service_error() {
            Some(service) if service.is_state_machine_does_not_exist() => Ok(None),
            _ => Err(AwsError::from(error).into()),
        },
    }
}
