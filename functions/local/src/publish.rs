//! Deploying the catalog to the local engine, as a deployment does on AWS: the gateway in the shared
//! account, and each workflow as a published version of a machine in its owner's account.
//!
//! A version is published once for each digest and recorded where the trigger looks for it, so a run that
//! waits keeps the steps it was requested with.

#![expect(
    clippy::disallowed_types,
    reason = "deploying is not the portal's business: it is done from outside"
)]

use anyhow::Context;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::ProvideErrorMetadata;
use catalog_model::{CompiledFile, CompiledWorkflow, compiled};
use portal::{CatalogStore, Portal};
use serde::de::DeserializeOwned;

use crate::clients;

const GATEWAY: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/state-machines/gateway.asl.json"));

/// The gateway's name in the shared account.
pub(crate) const GATEWAY_NAME: &str = "drawbridge-gateway";

/// The ARN of a machine.
pub(crate) fn machine_arn(account: &str, region: &str, name: &str) -> String {
    format!("arn:aws:states:{region}:{account}:stateMachine:{name}")
}

/// Creates or updates the gateway; its functions' ARNs take the place of the template's substitutions.
pub(crate) async fn gateway(endpoint: &str, account: &str, region: &str) -> anyhow::Result<()> {
    let function = |name: &str| format!("arn:aws:lambda:{region}:{account}:function:{name}");
    let definition = GATEWAY
        .replace("${NextGateFunctionArn}", &function("next-gate"))
        .replace("${AwaitApprovalFunctionArn}", &function("await-approval"))
        .replace("${CommitGateFunctionArn}", &function("commit-gate"))
        .replace("${FinishFunctionArn}", &function("finish"));
    let role = format!("DrawbridgeGateway-{region}");
    shared(endpoint, account, region, GATEWAY_NAME, &definition, &role).await
}

/// Creates or updates a machine of the shared account.
pub(crate) async fn shared(
    endpoint: &str,
    account: &str,
    region: &str,
    name: &str,
    definition: &str,
    role: &str,
) -> anyhow::Result<()> {
    let client = Client::new(&clients::sdk(endpoint, account, region));
    let role = format!("arn:aws:iam::{account}:role/{role}");
    deploy(&client, account, region, name, definition, &role).await.with_context(|| name.to_owned())?;
    Ok(())
}

/// Publishes every workflow whose digest has no version yet.
pub(crate) async fn catalog(endpoint: &str, portal: &Portal) -> anyhow::Result<()> {
    for (slug, summary) in &portal.catalog.index().workflows {
        if portal.store.version(slug, &summary.digest).await?.is_none() {
            let file: CompiledFile = compiled(&portal.catalog, slug)?;
            let arn = publish(endpoint, &file).await.with_context(|| slug.clone())?;
            portal.store.put_version(slug, &file.compiled.digest, &arn).await?;
        }
    }
    Ok(())
}

/// What is wanted of the file of a workflow that the catalog lists.
pub(crate) fn compiled<T: DeserializeOwned>(catalog: &CatalogStore, slug: &str) -> anyhow::Result<T> {
    let path = catalog.folder().join(compiled::workflow_file(slug));
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is not a compiled workflow", path.display()))
}

async fn publish(endpoint: &str, file: &CompiledFile) -> anyhow::Result<String> {
    let CompiledWorkflow { slug, account, region, .. } = &file.compiled;
    let client = Client::new(&clients::sdk(endpoint, account, region));
    let name = CompiledWorkflow::machine_name(slug);
    let role = format!("arn:aws:iam::{account}:role/{name}");
    deploy(&client, account, region, &name, &file.steps.to_string(), &role).await
}

/// Creates the machine, or updates the one that is there; the published version's ARN.
async fn deploy(
    client: &Client,
    account: &str,
    region: &str,
    name: &str,
    definition: &str,
    role: &str,
) -> anyhow::Result<String> {
    let created = client
        .create_state_machine()
        .name(name)
        .definition(definition)
        .role_arn(role)
        .publish(true)
        .send()
        .await;
    let version = match created {
        Ok(created) => created.state_machine_version_arn,
        Err(error) if error.code() == Some("StateMachineAlreadyExists") => {
            let arn = machine_arn(account, region, name);
            let update = client.update_state_machine().state_machine_arn(arn).definition(definition);
            update.role_arn(role).publish(true).send().await.map_err(said)?.state_machine_version_arn
        }
        Err(error) => return Err(said(error)),
    };
    version.context("the engine published no version")
}

/// What the engine said, without the client's layers around it.
fn said(error: impl ProvideErrorMetadata + std::error::Error + Send + Sync + 'static) -> anyhow::Error {
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => anyhow::anyhow!("{code}: {message}"),
        _ => anyhow::Error::new(error),
    }
}
