//! The one binary of the portal's Lambda functions: composition only.
//!
//! The handler's name says which function this is: `api` serves HTTP, every other name is a step.

use std::sync::Arc;

use aws_config::{BehaviorVersion, SdkConfig};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use portal::api::{ApiState, Templates};
use portal::steps::StepError;
use portal::telemetry::emf::Emf;
use portal::{CatalogStore, Clients, Config, Portal, api, steps, telemetry, tls};
use serde_json::Value;
use tracing::Instrument;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, Layer};

/// The functions that post and mail; the others leave notices to the relay.
const TELLS_PEOPLE: [&str; 6] = ["api", "next-gate", "finish", "relay", "interaction", "digest"];

/// What the portal knows of its client at the identity provider, as the secret holds it.
#[derive(serde::Deserialize)]
struct OidcClient {
    client_secret: String,
}

/// What the portal knows of its app at Slack, as the secret holds it.
#[derive(serde::Deserialize)]
struct SlackApp {
    signing_secret: String,
    client_secret: String,
}

// One request at a time is all that a function is given; threads for more would only cost memory.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let handler = std::env::var("_HANDLER")?;
    let sdk = aws_config::defaults(BehaviorVersion::latest()).http_client(tls::aws_client()?).load().await;
    let portal = Arc::new(portal(&sdk, &handler).await?);
    // While a function starts it has a whole core, and nobody waits yet. The daily anchor may not read single items.
    if handler != "anchor"
        && let Err(error) = portal.store.warm().await
    {
        tracing::warn!(%error, "the tables do not answer yet");
    }
    if handler == "api" {
        let templates = Templates::load(&portal.catalog.folder().join("templates"))?;
        return lambda_http::run(api::router(ApiState::new(portal, templates)?)).await;
    }
    let (handler, portal) = (&*handler, &*portal);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| async move {
        let trace = event.context.xray_trace_id.as_deref();
        let span = tracing::info_span!("call", request = event.context.request_id, trace);
        steps::dispatch(handler, event.payload, portal).instrument(span).await.map_err(named)
    }))
    .await
}

/// One JSON object a line, with the run, the request and the trace that it belongs to; JSON escapes control
/// characters, so nobody forges a line. Metrics are lines of their own.
fn log() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(false);
    let lines = lines.with_filter(filter).with_filter(filter_fn(|event| event.target() != telemetry::TARGET));
    let metrics =
        Emf::new(std::io::stdout()).with_filter(filter_fn(|event| event.target() == telemetry::TARGET));
    tracing_subscriber::registry().with(lines).with(metrics).init();
}

#[expect(clippy::disallowed_types, reason = "builds each client for the module that owns it")]
async fn portal(sdk: &SdkConfig, handler: &str) -> Result<Portal, Error> {
    let mut config = Config::from_env(|name| std::env::var(name).ok())?;
    let clients = Clients {
        dynamodb: aws_sdk_dynamodb::Client::new(sdk),
        sfn: aws_sdk_sfn::Client::new(sdk),
        sesv2: aws_sdk_sesv2::Client::new(sdk),
        secretsmanager: aws_sdk_secretsmanager::Client::new(sdk),
        s3: aws_sdk_s3::Client::new(sdk),
        sqs: Some(aws_sdk_sqs::Client::new(sdk)),
        control: Some(sdk.clone()),
    };
    // Each function reads only the secrets that its role may read.
    if TELLS_PEOPLE.contains(&handler) {
        config.link_key = key(&clients, "DRAWBRIDGE_LINK_KEY_SECRET").await?;
        // The daily mail is mail alone.
        if handler != "digest" {
            config.slack_token = secret(&clients, "DRAWBRIDGE_SLACK_TOKEN_SECRET").await?;
        }
    }
    if handler == "api" {
        if let Some(app) = secret(&clients, "DRAWBRIDGE_SLACK_APP_SECRET").await? {
            let app: SlackApp = serde_json::from_str(&app)?;
            config.slack_signing_secret = Some(app.signing_secret);
            config.slack_client_secret = Some(app.client_secret);
        }
        if let Some(client) = secret(&clients, "DRAWBRIDGE_OIDC_CLIENT_SECRET").await? {
            let client: OidcClient = serde_json::from_str(&client)?;
            config.client_secret = Some(client.client_secret);
        }
        if let Some(key) = secret(&clients, "DRAWBRIDGE_SITE_KEY_SECRET").await? {
            config.site_key = Some(serde_json::from_str(&key)?);
        }
        config.secret_key = key(&clients, "DRAWBRIDGE_SECRET_KEY_SECRET").await?;
        config.origin_keys = origin_keys(&clients).await?;
    }
    let catalog = Arc::new(CatalogStore::open(&config.catalog)?);
    Ok(Portal::new(config, clients, catalog))
}

/// A key, without which a function does not start: whatever it would sign could be forged.
async fn key(clients: &Clients, variable: &str) -> Result<Vec<u8>, Error> {
    let key = secret(clients, variable).await?.filter(|key| !key.is_empty());
    Ok(key.ok_or_else(|| format!("{variable} is not set"))?.into_bytes())
}

/// The key that `CloudFront` sends, without which the API does not start, and the one that it may still send while
/// a new one reaches it.
async fn origin_keys(clients: &Clients) -> Result<Vec<String>, Error> {
    const VARIABLE: &str = "DRAWBRIDGE_ORIGIN_KEY_SECRET";
    let current = String::from_utf8(key(clients, VARIABLE).await?)?;
    let previous = clients.secretsmanager.get_secret_value().secret_id(std::env::var(VARIABLE)?);
    match previous.version_stage("AWSPREVIOUS").send().await {
        Ok(answer) => Ok([Some(current), answer.secret_string].into_iter().flatten().collect()),
        // It was never changed.
        Err(error) if error.as_service_error().is_some_and(|e| e.is_resource_not_found_exception()) => {
            Ok(vec![current])
        }
        Err(error) => Err(error.into()),
    }
}

/// The secret whose ARN a variable holds; none where the variable is absent or empty.
async fn secret(clients: &Clients, variable: &str) -> Result<Option<String>, Error> {
    let Some(arn) = std::env::var(variable).ok().filter(|arn| !arn.is_empty()) else { return Ok(None) };
    let answer = clients.secretsmanager.get_secret_value().secret_id(arn).send().await?;
    Ok(answer.secret_string)
}

/// State machines match on the stable name, not on a Rust type.
fn named(error: StepError) -> Diagnostic {
    tracing::warn!(name = error.name, message = error.message, "a step failed");
    Diagnostic { error_type: error.name.to_owned(), error_message: error.message }
}
