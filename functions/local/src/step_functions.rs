//! `cargo run -p local -- step-functions`: the Step Functions service alone. In memory, without catalog or
//! portal; services are called at one address through their own protocols.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use reqwest::Url;
use tokio::net::TcpListener;

use crate::engine::{Answer, Answering, Call, Caller, Endpoint, Engine, EngineOptions, Integration, serve};

/// Runs Step Functions alone: in memory, with the real protocol in front and real protocols behind it.
#[derive(Debug, Clone, Args)]
pub struct StepFunctions {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8701)]
    pub port: u16,
    /// Where Lambda, SQS, SNS, `DynamoDB` and other services are called.
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<Url>,
    /// Waits, retries and timeouts are instant once nothing else can happen.
    #[arg(long)]
    pub virtual_time: bool,
    /// With virtual time: how long a task token or an activity's task may go unanswered before time leaps.
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 5000)]
    pub patience: u64,
    /// The account of callers whose access key id is not twelve digits.
    #[arg(long, value_name = "ID", default_value = "111111111111")]
    pub account: String,
    /// The Region of callers that name none.
    #[arg(long, value_name = "REGION", default_value = "us-east-1")]
    pub region: String,
}

/// The service on its port.
pub struct Standalone {
    listener: TcpListener,
    engine: Engine,
    address: SocketAddr,
}

impl Standalone {
    /// Takes the port.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn open(options: &StepFunctions) -> anyhow::Result<Self> {
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), options.port);
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}; choose another port with --port"))?;
        let services: Arc<dyn Integration> = match &options.endpoint {
            Some(url) => Arc::new(Endpoint::new(url.clone())?),
            None => Arc::new(Nowhere),
        };
        let engine = Engine::open(
            EngineOptions {
                data: None,
                default_caller: Caller { account: options.account.clone(), region: options.region.clone() },
                max_wait: None,
                virtual_time: options.virtual_time.then(|| Duration::from_millis(options.patience)),
            },
            services,
        )?;
        let address = listener.local_addr()?;
        Ok(Self { listener, engine, address })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers until `shutdown` completes.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        serve(self.listener, self.engine, shutdown).await
    }
}

/// Runs the service until Ctrl-C.
///
/// # Errors
/// When the port is taken.
pub async fn run(options: StepFunctions) -> anyhow::Result<()> {
    let standalone = Standalone::open(&options).await?;
    say(&standalone.url(), &options).context("cannot write to the terminal")?;
    let stop = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "cannot wait for Ctrl-C");
        }
    };
    tokio::select! {
        served = standalone.serve(std::future::pending()) => served.context("the server ended"),
        () = stop => Ok(()),
    }
}

/// One line that scripts can wait for: the address is its last word.
fn say(url: &str, options: &StepFunctions) -> io::Result<()> {
    let time = if options.virtual_time { "virtual time" } else { "real time" };
    let services =
        options.endpoint.as_ref().map_or("no services".to_owned(), |url| format!("services at {url}"));
    let mut out = io::stdout().lock();
    writeln!(out, "Step Functions, in memory, {time}, {services}, listening on {url}")?;
    out.flush()
}

/// No address was given.
struct Nowhere;

impl Integration for Nowhere {
    fn call<'a>(&'a self, call: &'a Call) -> Answering<'a> {
        let cause = format!(
            "{} cannot be called: the service was started without --endpoint.",
            call.request.integration.resource
        );
        Box::pin(std::future::ready(Answer::failed("States.Runtime", cause)))
    }
}
