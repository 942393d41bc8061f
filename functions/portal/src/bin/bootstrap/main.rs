//! The one binary of the portal's Lambda functions: composition only.
//!
//! The handler's name says which function this is: `api` serves HTTP, every other name is a step.

mod secrets;

use std::sync::Arc;

use aws_config::SdkConfig;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use portal::api::{ApiState, Templates};
use portal::steps::StepError;
use portal::store::Store;
use portal::telemetry::emf::Emf;
use portal::{CatalogStore, Clients, Config, Late, Portal, api, aws, steps, telemetry};
use serde_json::Value;
use tracing::{Instrument, Level};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets, filter_fn};
use tracing_subscriber::prelude::*;

// One request at a time is all that a function is given; threads for more would only cost memory.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let handler = std::env::var("_HANDLER")?;
    let sdk = aws::config().await?;
    let portal = Arc::new(Box::pin(portal(&sdk, &handler)).await?);
    if handler == "api" {
        let templates = Templates::at(&portal.catalog.folder().join("templates"));
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
/// characters, so nobody forges a line. Metrics are lines of their own. What is below INFO is not even looked at, unless
/// `RUST_LOG` asks for it: AWS's clients have dozens of such lines in each call.
fn log() {
    let asked = std::env::var("RUST_LOG").ok().and_then(|text| text.parse::<Targets>().ok());
    let filter = asked.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(false);
    let lines = lines.with_filter(filter.with_target(telemetry::TARGET, LevelFilter::OFF));
    let metrics = filter_fn(|event| event.target() == telemetry::TARGET).with_max_level_hint(Level::INFO);
    let metrics = Emf::new(std::io::stdout()).with_filter(metrics);
    tracing_subscriber::registry().with(lines).with(metrics).init();
}

#[expect(clippy::disallowed_types, reason = "builds each client for the module that owns it")]
async fn portal(sdk: &SdkConfig, handler: &str) -> Result<Portal, Error> {
    let config = Config::from_env(|name| std::env::var(name).ok())?;
    let clients = Clients {
        dynamodb: aws_sdk_dynamodb::Client::new(sdk),
        sfn: aws_sdk_sfn::Client::new(sdk),
        sesv2: late(sdk, aws_sdk_sesv2::Client::new),
        secretsmanager: aws_sdk_secretsmanager::Client::new(sdk),
        s3: late(sdk, aws_sdk_s3::Client::new),
        sqs: Some(late(sdk, aws_sdk_sqs::Client::new)),
        control: Some(sdk.clone()),
    };
    let store = Store::new(clients.dynamodb.clone(), &config.table, &config.audit_table);
    let (config, ()) =
        tokio::join!(secrets::read(&clients.secretsmanager, handler, config), warm(&store, handler));
    let config = config?;
    let catalog = Arc::new(CatalogStore::open(&config.catalog)?);
    Ok(Portal::new(config, clients, catalog))
}

/// A client that most functions do without.
fn late<C: 'static>(sdk: &SdkConfig, new: fn(&SdkConfig) -> C) -> Late<C> {
    let sdk = sdk.clone();
    Late::new(move || new(&sdk))
}

/// Opens a connection to the tables: while a function starts it has a whole core, and nobody waits yet. The daily
/// anchor may not read single items.
async fn warm(store: &Store, handler: &str) {
    if handler != "anchor"
        && let Err(error) = store.warm().await
    {
        tracing::warn!(%error, "the tables do not answer yet");
    }
}

/// State machines match on the stable name, not on a Rust type.
fn named(error: StepError) -> Diagnostic {
    tracing::warn!(name = error.name, message = error.message, "a step failed");
    Diagnostic { error_type: error.name.to_owned(), error_message: error.message }
}
